import { sql, type SQL } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { AppError } from '#src/kernel/errors.ts'
import { notWithdrawn } from '#src/metering/withdrawn.ts'
import { detachedMonths } from '#src/metering/detached-months.ts'
import type { RatedLine } from '#src/pricing/lines.ts'
import { rateSubscription } from '#src/pricing/rate.ts'
import { bucketsSuffice } from '../buckets-suffice.ts'
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
  /** Over `e`: the events that were read; null for buckets. */
  readonly onlyEvents: SQL | null
  /** Months whose raw events are detached. */
  readonly detached: readonly string[]
}

/**
 * Rates an invoice again. Which events its rating saw is known but for those that were committed in the same moment:
 * of the readings that can be, the one that gives the invoice's lines is taken, else the surest.
 * Null for an invoice without usage of its own: of adjustments alone, or of no subscription (any more).
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
  if (!billing) return null
  const detached = await detachedMonths(ctx, period)
  if (detached.length > 0)
    return { billing, lines: fromBuckets(billing), source: 'buckets', onlyEvents: null, detached }
  let surest: AsRated | null = null
  for (const onlyEvents of readings(document)) {
    const [read] = await loadUsage(ctx, [billing], { onlyEvents })
    if (!read) continue
    const found: AsRated = {
      billing: read,
      lines: rated(read),
      source: 'events',
      onlyEvents,
      detached,
    }
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
          readAmong(
            (row) =>
              sql`pg_visible_in_snapshot(${row}.xid::text::xid8, ${ratedSnapshot}::pg_snapshot)`,
          ),
          readAmong((row) => sql`${row}.xid < ${writerXid.toString()}::bigint`),
        ]),
    ...(finalizedAt === null
      ? []
      : [readAmong((row) => sql`${row}.received_at <= ${finalizedAt.toString()}::timestamptz`)]),
    notWithdrawn(),
  ]
}

/** The events that had come, but for those that had been taken back. */
function readAmong(known: (row: SQL) => SQL): SQL {
  return sql`${known(sql`e`)} and ${notWithdrawn(known(sql`w`))}`
}

function fromBuckets(billing: BillingCase): AsRated['lines'] {
  return bucketsSuffice(billing)
    ? rated(billing)
    : 'it is priced by single events, which are detached'
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
