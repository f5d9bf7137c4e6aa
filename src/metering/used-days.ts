import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { Temporal } from '#src/kernel/time.ts'
import { WATERMARK } from './watermark.ts'

/** Local days from `from` up to, not including, `today`. */
export interface DetectionSpan {
  readonly timeZone: string
  readonly from: Temporal.PlainDate
  readonly today: Temporal.PlainDate
}

export interface UsedDay {
  readonly customerId: string
  readonly metric: string
  readonly date: Temporal.PlainDate
  /** Exact decimal text. */
  readonly sum: string
  readonly count: number
}

/** A day with less than this share of an ordinary day's events was not delivered: nobody's usage fell. */
const DELIVERED_SHARE = 0.3

function bounds({ from, today, timeZone }: DetectionSpan) {
  const [start, end] = [from, today].map((date) => date.toZonedDateTime(timeZone).toInstant())
  return {
    start: sql`${start?.toString()}::timestamptz`,
    end: sql`${end?.toString()}::timestamptz`,
  }
}

function localDay({ timeZone }: DetectionSpan) {
  // A date to group by: as text it costs many times as much, a row of the history each.
  return sql`(at at time zone ${timeZone})::date`
}

/**
 * Per metric the days on which the organisation sent usage as usual. On the others its own delivery stood still,
 * which is no anomaly of its customers.
 */
export async function deliveredDays(
  ctx: Ctx,
  span: DetectionSpan,
): Promise<Map<string, ReadonlySet<string>>> {
  const { start, end } = bounds(span)
  const rows = await rowsOf<{ metric: string; day: string }>(
    ctx.db,
    sql`with part as (
          select metric, hour as at, count from usage_buckets
          where org_id = ${ctx.orgId} and hour >= ${start} and hour < ${end}
          union all
          select metric, timestamp, 1 from counted_usage where org_id = ${ctx.orgId}
            and timestamp >= ${start} and timestamp < ${end} and xid >= ${WATERMARK}
        ), daily as (
          select metric, ${localDay(span)} as day, sum(count) as count from part group by 1, 2
        ), ordinary as (
          select metric, percentile_cont(0.5) within group (order by count) as count from daily group by 1
        )
        select d.metric, d.day::text as day from daily d join ordinary o using (metric)
        where d.count >= ${DELIVERED_SHARE}::float8 * o.count`,
  )
  const days = new Map<string, Set<string>>()
  for (const { metric, day } of rows) days.set(metric, (days.get(metric) ?? new Set()).add(day))
  return days
}

/**
 * Days with usage per (customer, metric), in order: from buckets, and what the roll-up has not passed yet, so that a
 * day is judged whole even when the roll-up lags.
 */
export async function usedDays(
  ctx: Ctx,
  span: DetectionSpan,
  customerIds: readonly string[],
): Promise<Map<string, UsedDay[]>> {
  const { start, end } = bounds(span)
  const rows = await rowsOf<{ c: string; m: string; day: string; sum: string; count: string }>(
    ctx.db,
    sql`with named as materialized (
          select jsonb_array_elements_text(${JSON.stringify(customerIds)}::text::jsonb) as id
        ), part as (
          select b.customer_id as c, b.metric as m, b.hour as at, b.sum, b.count
          from usage_buckets b join named on named.id = b.customer_id
          where b.org_id = ${ctx.orgId} and b.hour >= ${start} and b.hour < ${end}
          union all
          select e.customer_id, e.metric, e.timestamp, e.quantity, 1
          from counted_usage e join named on named.id = e.customer_id
          where e.org_id = ${ctx.orgId} and e.timestamp >= ${start} and e.timestamp < ${end}
            and e.xid >= ${WATERMARK}
        ), daily as (
          select c, m, ${localDay(span)} as day, sum(sum) as sum, sum(count) as count from part group by 1, 2, 3
        )
        select c, m, day::text as day, sum::text as sum, count::text as count from daily order by 1, 2, 3`,
  )
  const series = new Map<string, UsedDay[]>()
  for (const { c: customerId, m: metric, day, sum, count } of rows) {
    const key = JSON.stringify([customerId, metric])
    const days = series.get(key) ?? []
    days.push({ customerId, metric, sum, count: Number(count), date: Temporal.PlainDate.from(day) })
    series.set(key, days)
  }
  return series
}
