import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { creditTopUps } from '#db/schema/credits.ts'
import { loadCustomer } from '#src/customers/load-customer.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { parseInput } from '#src/kernel/parse.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { requireCollectable, termsOf } from './buy-credits.ts'
import { requireUsable } from './requested-terms.ts'
import { TopUpSetting } from './shapes.ts'

export type TopUpRow = typeof creditTopUps.$inferSelect

/**
 * Turns a customer's automatic top-up on, or on again after a pause, with these terms; looked at at once and then
 * every hour.
 * @throws not_found; invalid_input naming the field; refused unless the customer pays by a card on file.
 */
export async function setTopUp(
  ctx: Ctx,
  customerId: string,
  input: z.input<typeof TopUpSetting>,
): Promise<TopUpRow> {
  const wanted = parseInput(TopUpSetting, input)
  const customer = await loadCustomer(ctx, customerId)
  await requireUsable(ctx, customer, wanted)
  if (BigInt(wanted.limit.maxAmountMinor) < BigInt(wanted.amountMinor))
    throw invalidField('limit.maxAmountMinor', 'must allow one top-up at least')
  if (wanted.rollover && wanted.validDays === undefined)
    throw invalidField('rollover', 'needs validDays: what never ends never moves on')
  if (customer.collection !== 'card')
    throw new AppError('refused', `customer ${customer.id} does not pay by card`)
  await requireCollectable(ctx, customer)
  const earlier = await lockTopUp(ctx, customerId)
  const values = {
    status: 'on' as const,
    pausedReason: null,
    thresholdMinor: BigInt(wanted.thresholdMinor),
    amountMinor: BigInt(wanted.amountMinor),
    limitPer: wanted.limit.per,
    maxTopUps: wanted.limit.maxTopUps,
    maxAmountMinor: BigInt(wanted.limit.maxAmountMinor),
    terms: termsOf(wanted),
    revision: (earlier?.revision ?? 0) + 1,
    updatedAt: ctx.now,
  }
  const [row] = await ctx.db
    .insert(creditTopUps)
    .values({ orgId: ctx.orgId, customerId, ...values })
    .onConflictDoUpdate({ target: [creditTopUps.orgId, creditTopUps.customerId], set: values })
    .returning()
  if (!row) throw new AppError('internal', 'the top-up was not stored')
  await recordAudit(ctx, {
    action: 'credit.top_up_set',
    subject: { type: 'customer', id: customerId },
    reason: 'automatic top-up is on',
    data: {
      revision: row.revision,
      thresholdMinor: wanted.thresholdMinor,
      amountMinor: wanted.amountMinor,
      limit: wanted.limit,
    },
  })
  await enqueue(ctx, topUpJob(row, 0))
  return row
}

/** Turns it off; doing it twice changes nothing. @throws not_found when it was never set. */
export async function turnOffTopUp(ctx: Ctx, customerId: string): Promise<TopUpRow> {
  const earlier = await lockTopUp(ctx, customerId)
  if (!earlier) throw new AppError('not_found', `customer ${customerId} has no automatic top-up`)
  if (earlier.status === 'off') return earlier
  const [row] = await ctx.db
    .update(creditTopUps)
    .set({
      status: 'off',
      pausedReason: null,
      revision: earlier.revision + 1,
      updatedAt: ctx.now,
    })
    .where(and(eq(creditTopUps.orgId, ctx.orgId), eq(creditTopUps.customerId, customerId)))
    .returning()
  await recordAudit(ctx, {
    action: 'credit.top_up_off',
    subject: { type: 'customer', id: customerId },
    reason: 'automatic top-up is off',
  })
  return row ?? earlier
}

/** The setting, locked until this transaction ends: two looks at once are one after the other. */
export async function lockTopUp(ctx: Ctx, customerId: string): Promise<TopUpRow | undefined> {
  const [row] = await ctx.db
    .select()
    .from(creditTopUps)
    .where(and(eq(creditTopUps.orgId, ctx.orgId), eq(creditTopUps.customerId, customerId)))
    .for('update')
  return row
}

/** The setting as it stands. @throws not_found when it was never set. */
export async function loadTopUp(ctx: Ctx, customerId: string): Promise<TopUpRow> {
  const [row] = await ctx.db
    .select()
    .from(creditTopUps)
    .where(and(eq(creditTopUps.orgId, ctx.orgId), eq(creditTopUps.customerId, customerId)))
  if (!row) throw new AppError('not_found', `customer ${customerId} has no automatic top-up`)
  return row
}

/** The `look`-th look at a setting; a look of before the last change does nothing. */
export function topUpJob(row: TopUpRow, look: number, dueAt?: Ctx['now']) {
  return {
    job: 'CHECK_TOP_UP',
    key: `${row.customerId}:${row.revision}:${look}`,
    payload: { customerId: row.customerId, revision: row.revision, look },
    ...(dueAt === undefined ? {} : { dueAt }),
  }
}
