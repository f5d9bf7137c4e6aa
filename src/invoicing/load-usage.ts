import { sql, type SQL } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { instantFromSql } from '#db/schema/columns.ts'
import { parseDecimal, ZERO } from '#src/kernel/decimal.ts'
import { notWithdrawn } from '#src/metering/withdrawn.ts'
import { usageTotals } from '#src/metering/usage-totals.ts'
import { chargesOf, metricNeedsEvents, type PlanCharge } from '#src/pricing/plan-charges.ts'
import type { MeteredUsage } from '#src/pricing/price-charge.ts'
import { planSegments, type PlanSegment } from '#src/pricing/segments.ts'
import type { UsageEvent } from '#src/pricing/models/usage.ts'
import type { BillingCase } from './decision.ts'

type TotalRequest = Parameters<typeof usageTotals>[1][number]

/** One metric of one segment. `key` is unique in the batch. */
interface Wanted {
  readonly key: string
  readonly customerId: string
  readonly metric: string
  readonly period: PlanSegment['period']
  /** null: the charge looks at single events. */
  readonly aggregation: TotalRequest['aggregation'] | null
  /** A weighted sum opens with what held before: `any` event, or the last of `each` set of properties. */
  readonly opening: 'none' | 'any' | 'each'
}

/** Only raw events, and of those the ones that the condition over `e` leaves. */
export interface RawReading {
  readonly onlyEvents: SQL
}

/** The same cases with their usage per segment: totals where those are enough, single events where not. */
export async function loadUsage(
  ctx: Ctx,
  cases: readonly BillingCase[],
  reading?: RawReading,
): Promise<BillingCase[]> {
  const planned = cases.map((billing, index) => ({
    billing,
    segments: segmentsOf(billing).map((segment, position) =>
      wantedOf(billing.customerId, segment, `${index}.${position}`).map((wanted) =>
        reading ? { ...wanted, aggregation: null } : wanted,
      ),
    ),
  }))
  const wanted = planned.flatMap(({ segments }) => segments.flat())
  const requests = wanted.flatMap(({ aggregation, opening: _opening, ...rest }) =>
    aggregation === null ? [] : [{ ...rest, aggregation }],
  )
  const totals = requests.length === 0 ? new Map() : await usageTotals(ctx, requests)
  const single = wanted.filter(({ aggregation }) => aggregation === null)
  const among = reading?.onlyEvents ?? notWithdrawn()
  const events = await loadEvents(ctx, single, among)
  const before = await loadOpening(ctx, single, among)
  const usageOf = ({ key, aggregation, opening }: Wanted): MeteredUsage => {
    if (aggregation !== null) return { quantity: totals.get(key) ?? ZERO }
    const within = { events: events.get(key) ?? [] }
    return opening === 'none' ? within : { ...within, before: before.get(key) ?? [] }
  }
  return planned.map(({ billing, segments }) => ({
    ...billing,
    rating: {
      ...billing.rating,
      usage: segments.map((metrics) => new Map(metrics.map((it) => [it.metric, usageOf(it)]))),
    },
  }))
}

/** A subscription whose terms do not fit its document is refused later, with the reason. */
function segmentsOf(billing: BillingCase): readonly PlanSegment[] {
  try {
    return planSegments(billing.rating)
  } catch {
    return []
  }
}

function wantedOf(customerId: string, { plan, period }: PlanSegment, prefix: string): Wanted[] {
  const byMetric = Map.groupBy(chargesOf(plan), ({ charge }) => charge.metric)
  return [...byMetric].map(([metric, charges]) => {
    const aggregations = new Set(charges.map(({ charge }) => charge.aggregation))
    const [aggregation] = aggregations
    const total =
      aggregations.size === 1 && aggregation !== undefined && !metricNeedsEvents(plan, metric)
        ? bucketAggregation(aggregation)
        : null
    const key = `${prefix}.${metric}`
    return { key, customerId, metric, period, aggregation: total, opening: openingOf(charges) }
  })
}

function openingOf(charges: readonly PlanCharge[]): Wanted['opening'] {
  const held = charges.filter(({ charge }) => charge.aggregation === 'weighted_sum')
  if (held.length === 0) return 'none'
  const apart = held.some(
    ({ charge }) => charge.groupBy.length > 0 || Object.keys(charge.filter).length > 0,
  )
  return apart ? 'each' : 'any'
}

/** What a total can answer; the rest is computed from events. */
function bucketAggregation(name: string): TotalRequest['aggregation'] | null {
  return ['sum', 'count', 'max', 'min', 'latest'].includes(name) ? name : null
}

async function loadEvents(
  ctx: Ctx,
  wanted: readonly Wanted[],
  among: SQL,
): Promise<Map<string, UsageEvent[]>> {
  if (wanted.length === 0) return new Map()
  const rows = await rowsOf<EventRow>(
    ctx.db,
    sql`select r.key, e.timestamp as at, e.quantity::text as quantity, e.properties
      from ${requested(wanted)}
      join usage_events e on e.org_id = ${ctx.orgId} and e.customer_id = r.customer_id
        and e.metric = r.metric and e.timestamp >= r."start" and e.timestamp < r."end" and ${among}`,
  )
  return eventsByKey(rows)
}

/**
 * What held when each stretch began, however long ago it was set: of events at one instant the largest, as rating
 * takes them. The last event of each set of properties holds the last of every filter and group.
 */
async function loadOpening(
  ctx: Ctx,
  wanted: readonly Wanted[],
  among: SQL,
): Promise<Map<string, UsageEvent[]>> {
  const byOpening = Map.groupBy(wanted, ({ opening }) => opening)
  const rows: EventRow[] = []
  for (const [opening, asked] of byOpening) {
    if (opening === 'none') continue
    const [one, order, limit] =
      opening === 'each'
        ? [sql`distinct on (e.properties)`, sql`e.properties,`, sql``]
        : [sql``, sql``, sql`limit 1`]
    rows.push(
      ...(await rowsOf<EventRow>(
        ctx.db,
        sql`select r.key, o.* from ${requested(asked)} cross join lateral (
            select ${one} e.timestamp as at, e.quantity::text as quantity, e.properties
            from usage_events e where e.org_id = ${ctx.orgId} and e.customer_id = r.customer_id
              and e.metric = r.metric and e.timestamp < r."start" and ${among}
            order by ${order} e.timestamp desc, e.quantity desc ${limit}) as o`,
      )),
    )
  }
  return eventsByKey(rows)
}

interface EventRow {
  readonly key: string
  readonly at: string
  readonly quantity: string
  readonly properties: Record<string, unknown> | null
}

function requested(wanted: readonly Wanted[]): SQL {
  const requests = wanted.map(({ key, customerId, metric, period }) => ({
    key,
    customer_id: customerId,
    metric,
    start: period.start.toString(),
    end: period.end.toString(),
  }))
  return sql`jsonb_to_recordset(${JSON.stringify(requests)}::jsonb)
    as r(key text, customer_id text, metric text, "start" timestamptz, "end" timestamptz)`
}

function eventsByKey(rows: readonly EventRow[]): Map<string, UsageEvent[]> {
  const events = new Map<string, UsageEvent[]>()
  for (const row of rows) {
    const held = events.get(row.key) ?? []
    held.push({
      at: instantFromSql(row.at),
      quantity: parseDecimal(row.quantity),
      properties: textProperties(row.properties ?? {}),
    })
    events.set(row.key, held)
  }
  return events
}

/** What filters and groups look at: text, numbers and truths as text; lists and maps are left out. */
export function textProperties(
  properties: Readonly<Record<string, unknown>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[name, String(value)]]
        : [],
    ),
  )
}
