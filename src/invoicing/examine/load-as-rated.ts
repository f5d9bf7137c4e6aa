import { sql, type SQL } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { Period } from '#src/kernel/time.ts'
import type { RatedLine } from '#src/pricing/lines.ts'
import { rateSubscription } from '#src/pricing/rate.ts'
import type { BillingCase } from '../decision.ts'
import { loadBillingCases } from '../load-billing-cases.ts'
import { loadUsage } from '../load-usage.ts'
import type { LineRow, StoredDocument } from './find-invoice.ts'

/** Lines that rating makes; the others (items, coupons, credits, adjustments) come from elsewhere. */
const RATED_KINDS = new Set<string>([
  'base_fee',
  'included',
  'usage',
  'overage',
  'minimum',
  'maximum_discount',
  'commitment',
  'addon',
])

export function isRated({ kind }: Pick<LineRow, 'kind'>): boolean {
  return RATED_KINDS.has(kind)
}

/** An invoice's period rated again from what was known when it was. */
export interface AsRated {
  readonly billing: BillingCase
  /** What rating makes of it now; a sentence where it cannot. */
  readonly lines: readonly RatedLine[] | string
  /** `buckets`: raw events of the period are detached, so that nothing but whole totals can be read. */
  readonly source: 'events' | 'buckets'
  /** Months whose raw events are detached. */
  readonly detached: readonly string[]
}

/**
 * Rates an invoice again. Which events its rating saw is known but for those that were committed in the same moment:
 * of the readings that can be, the one that gives the invoice's lines is taken, else the surest.
 * Null for an invoice without usage of its own: of adjustments alone, or of no subscription.
 */
export async function loadAsRated(ctx: Ctx, document: StoredDocument): Promise<AsRated | null> {
  const { invoice } = document
  const { subscriptionId } = invoice
  if (invoice.kind === 'adjustment' || subscriptionId === null) return null
  const period = { start: invoice.periodStart, end: invoice.periodEnd }
  const [billing] = await loadBillingCases(ctx, {
    customerIds: [invoice.customerId],
    periodName: invoice.period,
    subscriptionId,
    billed: new Map([[subscriptionId, period]]),
  })
  if (!billing) throw new AppError('not_found', `no subscription ${subscriptionId}`)
  const detached = await detachedMonths(ctx, period)
  if (detached.length > 0) return { billing, lines: rated(billing), source: 'buckets', detached }
  let surest: AsRated | null = null
  for (const onlyEvents of readings(document)) {
    const [read] = await loadUsage(ctx, [billing], { onlyEvents })
    if (!read) continue
    const found: AsRated = { billing: read, lines: rated(read), source: 'events', detached }
    if (agrees(found.lines, document.lines)) return found
    surest ??= found
  }
  return surest
}

function readings({ invoice }: StoredDocument): SQL[] {
  const { ratedSnapshot, writerXid, finalizedAt } = invoice
  return [
    ...(ratedSnapshot === null
      ? []
      : [
          sql`pg_visible_in_snapshot(e.xid::text::xid8, ${ratedSnapshot}::pg_snapshot)`,
          sql`e.xid < ${writerXid.toString()}::bigint`,
        ]),
    ...(finalizedAt === null ? [] : [sql`e.received_at <= ${finalizedAt.toString()}::timestamptz`]),
    sql`true`,
  ]
}

function rated({ rating }: BillingCase): AsRated['lines'] {
  try {
    return rateSubscription(rating).lines
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_input') return error.message
    throw error
  }
}

function agrees(lines: AsRated['lines'], stored: readonly LineRow[]): boolean {
  const own = stored.filter(isRated)
  return (
    typeof lines !== 'string' &&
    lines.length === own.length &&
    lines.every(
      ({ quantity, amountMinor }, index) =>
        own[index]?.quantity === quantity && own[index]?.amountMinor === amountMinor,
    )
  )
}

/** UTC months of a period that raw events have no partition for any more. */
async function detachedMonths(ctx: Ctx, { start, end }: Period): Promise<string[]> {
  const rows = await rowsOf<{ month: string }>(
    ctx.db,
    sql`select to_char(m, 'YYYY-MM') as month
      from generate_series(date_trunc('month', ${start.toString()}::timestamptz at time zone 'UTC'),
        (${end.toString()}::timestamptz at time zone 'UTC') - interval '1 microsecond', interval '1 month') as m
      where not exists (select 1 from pg_inherits h join pg_class c on c.oid = h.inhrelid
          where h.inhparent = 'usage_events'::regclass and c.relname = 'usage_events_' || to_char(m, 'YYYY_MM'))
        and exists (select 1 from usage_buckets b where b.org_id = ${ctx.orgId}
          and b.hour >= m at time zone 'UTC' and b.hour < (m + interval '1 month') at time zone 'UTC')
        and not exists (select 1 from usage_events e where e.org_id = ${ctx.orgId}
          and e.timestamp >= m at time zone 'UTC' and e.timestamp < (m + interval '1 month') at time zone 'UTC')
      order by 1`,
  )
  return rows.map(({ month }) => month)
}
