import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { creditGrants } from '#db/schema/credits.ts'
import { loadCustomer } from '#src/customers/load-customer.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { actorName } from '#src/kernel/ids.ts'
import { parseInput } from '#src/kernel/parse.ts'
import { isBefore, type Instant } from '#src/kernel/time.ts'
import { postTransaction } from '#src/ledger/post-transactions.ts'
import { PREPAID, TAKEN_OVER } from './accounts.ts'
import { announceGrant } from './announce-grant.ts'
import { insertGrants, type GrantRow } from './grant-rows.ts'
import { requireUsable, storedRollover } from './requested-terms.ts'
import { NewCreditGrant } from './shapes.ts'

/**
 * Gives a customer credit. The same key again returns the grant as it stands.
 * @throws not_found; invalid_input naming the field; conflict when the key was used for another grant.
 */
export async function grantCredits(
  ctx: Ctx,
  input: z.input<typeof NewCreditGrant>,
): Promise<GrantRow> {
  const wanted = parseInput(NewCreditGrant, input)
  const earlier = await grantOfKey(ctx, wanted.key)
  if (earlier) return sameGrant(earlier, wanted)
  const customer = await loadCustomer(ctx, wanted.customerId)
  await requireUsable(ctx, customer, wanted)
  const effectiveAt = wanted.effectiveAt ?? ctx.now
  const expiresAt = wanted.expiresAt ?? null
  requireFuture(ctx.now, effectiveAt, expiresAt)
  if (wanted.rollover && expiresAt === null)
    throw invalidField('rollover', 'needs expiresAt: what never ends never moves on')
  const [grant] = await insertGrants(ctx, [
    {
      customerId: customer.id,
      currency: customer.currency,
      kind: wanted.kind,
      name: wanted.name ?? null,
      priority: wanted.priority,
      amountMinor: BigInt(wanted.amountMinor),
      effectiveAt,
      expiresAt,
      appliesTo: wanted.appliesTo ?? null,
      rollover: storedRollover(wanted.rollover),
      key: wanted.key,
      reason: wanted.reason,
    },
  ])
  if (!grant) return sameGrant(await requireGrantOfKey(ctx, wanted.key), wanted)
  if (grant.kind === 'paid') await takeOver(ctx, grant, wanted.reason)
  await announceGrant(ctx, grant, wanted.reason)
  return grant
}

function requireFuture(now: Instant, effectiveAt: Instant, expiresAt: Instant | null): void {
  if (expiresAt === null) return
  if (!isBefore(now, expiresAt)) throw invalidField('expiresAt', 'must not be in the past')
  if (!isBefore(effectiveAt, expiresAt))
    throw invalidField('expiresAt', 'must be after effectiveAt')
}

async function takeOver(ctx: Ctx, grant: GrantRow, reason: string): Promise<void> {
  const entry = {
    customerId: grant.customerId,
    currency: parseCurrency(grant.currency),
  }
  await postTransaction(ctx, {
    key: `credit:${grant.id}:granted`,
    kind: 'credit_taken_over',
    reason: `prepaid credit taken over: ${reason}`,
    approval: actorName(ctx.actor),
    entries: [
      { ...entry, account: TAKEN_OVER, amountMinor: grant.amountMinor },
      { ...entry, account: PREPAID, amountMinor: -grant.amountMinor },
    ],
  })
}

async function grantOfKey(ctx: Ctx, key: string): Promise<GrantRow | undefined> {
  const [row] = await ctx.db
    .select()
    .from(creditGrants)
    .where(and(eq(creditGrants.orgId, ctx.orgId), eq(creditGrants.key, key)))
  return row
}

async function requireGrantOfKey(ctx: Ctx, key: string): Promise<GrantRow> {
  const row = await grantOfKey(ctx, key)
  if (!row) throw new AppError('internal', `the grant of key ${key} is gone`)
  return row
}

function sameGrant(row: GrantRow, wanted: z.output<typeof NewCreditGrant>): GrantRow {
  const same =
    row.customerId === wanted.customerId &&
    row.amountMinor === BigInt(wanted.amountMinor) &&
    row.kind === wanted.kind
  if (!same) throw new AppError('conflict', `key: ${wanted.key} was used for another grant`)
  return row
}
