import { and, eq, isNotNull, sql, type SQL } from 'drizzle-orm'
import type { Ctx, Scope } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { creditGrants } from '#db/schema/credits.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { parseDecimal } from '#src/kernel/decimal.ts'
import { formatMinor } from '#src/kernel/money.ts'
import type { Instant } from '#src/kernel/time.ts'
import { postTransactions } from '#src/ledger/post-transactions.ts'
import { notifyAll } from '#src/notifications/notify.ts'
import { expireCredit, type ExpiredCredit } from '#src/pricing/credit-expiry.ts'
import { recordAudits } from '#src/tenancy/audit.ts'
import { BREAKAGE, PREPAID } from './accounts.ts'
import { expiryJob, insertGrants, type GrantRow } from './grant-rows.ts'
import { insertMovements } from './movements.ts'

/** Grants a transaction. */
const CHUNK = 500

/** After this long nobody waits any more for invoices of the periods that a grant was in force for. */
const WAIT_DAYS = 30

/**
 * Ends the grants whose time is over: what is to roll becomes the next grant, the rest is lost, and of paid credit it
 * becomes revenue. A grant that a draft draws on, or whose customer's last period is not invoiced yet, is looked at
 * again a day later: it can still be drawn for that period. Repeating changes nothing.
 * @returns how many ended.
 */
export async function expireCredits(
  scope: Scope,
  asked: { readonly expiresAt: Instant; readonly look: number },
): Promise<number> {
  let ended = 0
  for (;;) {
    const done = await scope.transact(expireChunk)
    ended += done
    if (done < CHUNK) break
  }
  await scope.transact(async (ctx) => {
    if (await somethingLeft(ctx, asked.expiresAt))
      await enqueue(ctx, expiryJob(asked.expiresAt, asked.look + 1, ctx.now.add({ hours: 24 })))
  })
  return ended
}

async function expireChunk(ctx: Ctx): Promise<number> {
  const due = await lockDue(ctx)
  if (due.length === 0) return 0
  const outcomes = due.map((grant) => ({ grant, outcome: outcomeOf(grant) }))
  await insertMovements(
    ctx,
    outcomes.flatMap(({ grant, outcome }) => movementsOf(grant, outcome)),
  )
  await insertGrants(
    ctx,
    outcomes.flatMap(({ grant, outcome }) => successorOf(grant, outcome)),
  )
  await postTransactions(
    ctx,
    outcomes
      .filter(({ grant, outcome }) => grant.kind === 'paid' && outcome.expiredMinor > 0n)
      .map(({ grant, outcome }) => breakage(grant, outcome.expiredMinor)),
  )
  await announce(ctx, outcomes)
  return due.length
}

interface Ended {
  readonly grant: EndedGrant
  readonly outcome: ExpiredCredit
}

type EndedGrant = GrantRow & { readonly expiresAt: Instant }

/** Locked in the order of ids. A later look finds what is skipped here. */
async function lockDue(ctx: Ctx): Promise<EndedGrant[]> {
  const now = sql`${ctx.now.toString()}::timestamptz`
  const rows = await ctx.db
    .select()
    .from(creditGrants)
    .where(
      and(
        eq(creditGrants.orgId, ctx.orgId),
        isNotNull(creditGrants.expiresAt),
        sql`${creditGrants.expiresAt} <= ${now}`,
        sql`remaining_minor > 0`,
        eq(creditGrants.reservedMinor, 0n),
        sql`(${creditGrants.expiresAt} <= ${now} - make_interval(days => ${WAIT_DAYS}) or not ${unbilledPeriod()})`,
      ),
    )
    .orderBy(creditGrants.id)
    .limit(CHUNK)
    .for('update')
  return rows.flatMap((row) =>
    row.expiresAt !== null && row.remainingMinor > 0n && row.reservedMinor === 0n
      ? [{ ...row, expiresAt: row.expiresAt }]
      : [],
  )
}

/** Whether a period that ended while the grant was in force has no invoice yet; by the customer's own calendar. */
function unbilledPeriod(): SQL {
  return sql`exists (
    select 1 from subscriptions s
      join customers c on c.org_id = s.org_id and c.id = s.customer_id
      left join lateral (
        select max(i.period_end) as ended from invoices i
        where i.org_id = s.org_id and i.customer_id = s.customer_id and i.subscription_id = s.id
          and i.status <> 'draft') billed on true
    where s.org_id = ${creditGrants.orgId} and s.customer_id = ${creditGrants.customerId}
      and s.started_at < ${creditGrants.expiresAt}
      and (s.canceled_at is null or billed.ended is null or billed.ended < s.canceled_at)
      and (billed.ended is null or ((billed.ended at time zone c.time_zone) + interval '1 month')
        at time zone c.time_zone <= ${creditGrants.expiresAt}))`
}

function outcomeOf({
  effectiveAt,
  expiresAt,
  rollover,
  remainingMinor,
}: EndedGrant): ExpiredCredit {
  return expireCredit({
    effectiveAt,
    expiresAt,
    unusedMinor: remainingMinor,
    rollover: rollover && {
      percentage: parseDecimal(rollover.percentage),
      capMinor: rollover.capMinor === null ? null : BigInt(rollover.capMinor),
      validDays: rollover.validDays,
    },
  })
}

function movementsOf(grant: EndedGrant, { rolledMinor, expiredMinor }: ExpiredCredit) {
  const row = { grantId: grant.id, customerId: grant.customerId }
  const reason = `expired at ${grant.expiresAt.toString()}`
  return [
    { ...row, kind: 'roll' as const, amountMinor: -rolledMinor, key: `roll:${grant.id}`, reason },
    {
      ...row,
      kind: 'expire' as const,
      amountMinor: -expiredMinor,
      key: `expire:${grant.id}`,
      reason,
    },
  ].filter(({ amountMinor }) => amountMinor !== 0n)
}

function successorOf(grant: EndedGrant, { rolledMinor, next }: ExpiredCredit) {
  if (next === null) return []
  return [
    {
      customerId: grant.customerId,
      currency: grant.currency,
      kind: grant.kind,
      name: grant.name,
      priority: grant.priority,
      amountMinor: rolledMinor,
      ...next,
      appliesTo: grant.appliesTo,
      rollover: null,
      key: `roll:${grant.id}`,
      ...(grant.invoiceId === null ? {} : { invoiceId: grant.invoiceId }),
      rolledFrom: grant.id,
      reason: `rolled over from ${grant.id}`,
    },
  ]
}

function breakage(grant: EndedGrant, expiredMinor: bigint) {
  const entry = { customerId: grant.customerId, currency: parseCurrency(grant.currency) }
  return {
    key: `credit:${grant.id}:expired`,
    kind: 'credit_expired',
    reason: `prepaid credit expired at ${grant.expiresAt.toString()}`,
    entries: [
      { ...entry, account: PREPAID, amountMinor: expiredMinor },
      { ...entry, account: BREAKAGE, amountMinor: -expiredMinor },
    ],
  }
}

async function announce(ctx: Ctx, ended: readonly Ended[]): Promise<void> {
  await recordAudits(
    ctx,
    ended.map(({ grant, outcome }) => ({
      action: 'credit.expired',
      subject: { type: 'credit_grant', id: grant.id },
      reason: `its time ended at ${grant.expiresAt.toString()}`,
      data: {
        customerId: grant.customerId,
        currency: grant.currency,
        expired: formatMinor(outcome.expiredMinor, parseCurrency(grant.currency)),
        rolled: formatMinor(outcome.rolledMinor, parseCurrency(grant.currency)),
      },
    })),
  )
  await notifyAll(
    ctx,
    ended.map(({ grant, outcome }) => ({
      type: 'credit.expired',
      key: `credit.expired:${grant.id}`,
      data: {
        grantId: grant.id,
        customerId: grant.customerId,
        currency: grant.currency,
        expiredMinor: outcome.expiredMinor.toString(),
        rolledMinor: outcome.rolledMinor.toString(),
      },
    })),
  )
}

async function somethingLeft(ctx: Ctx, expiresAt: Instant): Promise<boolean> {
  const rows = await ctx.db
    .select({ id: creditGrants.id })
    .from(creditGrants)
    .where(
      and(
        eq(creditGrants.orgId, ctx.orgId),
        eq(creditGrants.expiresAt, expiresAt),
        sql`remaining_minor > 0`,
      ),
    )
    .limit(1)
  return rows.length > 0
}
