import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { instantFromSql } from '#db/schema/columns.ts'
import { parseDecimal, ZERO, type Decimal } from '#src/kernel/decimal.ts'
import { earlier, isBefore, type Instant, type Period } from '#src/kernel/time.ts'
import { wholeHours } from './hours.ts'
import { usageTotals } from './usage-totals.ts'
import { WATERMARK } from './watermark.ts'

/** Whose usage of what, when. */
export interface UsageQuestion {
  readonly customerId: string
  readonly metric: string
  readonly period: Period
}

export interface UsageHour {
  /** Start of a UTC hour. */
  readonly hour: Instant
  readonly count: number
  readonly sum: Decimal
}

/** Exact usage per UTC hour, only hours with usage, in order; the period's ragged ends count what is inside. */
export async function usageByHour(ctx: Ctx, question: UsageQuestion): Promise<UsageHour[]> {
  const { period, customerId, metric } = question
  const hours = wholeHours(period)
  const [s, e, ws, we] = [period.start, period.end, hours.start, hours.end].map(
    (at) => sql`${at.toString()}::timestamptz`,
  )
  const rows = await rowsOf<{ hour: string; count: string; sum: string }>(
    ctx.db,
    sql`with part as (
          select hour, count, sum from usage_buckets where org_id = ${ctx.orgId} and customer_id = ${customerId}
            and metric = ${metric} and hour >= ${ws} and hour < ${we}
          union all
          select date_trunc('hour', timestamp, 'UTC'), 1, quantity from counted_usage where org_id = ${ctx.orgId}
            and customer_id = ${customerId} and metric = ${metric} and timestamp >= ${s} and timestamp < ${e}
            and (xid >= ${WATERMARK} or timestamp < ${ws} or timestamp >= ${we})
        )
        select hour, sum(count)::text as count, sum(sum)::text as sum from part group by hour order by hour`,
  )
  return rows.map((row) => ({
    hour: instantFromSql(row.hour),
    count: Number(row.count),
    sum: parseDecimal(row.sum),
  }))
}

export interface UsageDay {
  /** Start of the local day, or of the period. */
  readonly start: Instant
  readonly end: Instant
  readonly sum: Decimal
}

/** Exact usage of each local day of the period, days without usage included. */
export async function usageByDay(
  ctx: Ctx,
  question: UsageQuestion & { readonly timeZone: string },
): Promise<UsageDay[]> {
  const { customerId, metric, period, timeZone } = question
  const days: Period[] = []
  for (let start = period.start; isBefore(start, period.end);) {
    const next = start.toZonedDateTimeISO(timeZone).add({ days: 1 }).startOfDay().toInstant()
    const end = earlier(next, period.end)
    days.push({ start, end })
    start = end
  }
  const totals = await usageTotals(
    ctx,
    days.map((day, index) => ({
      key: String(index),
      customerId,
      metric,
      aggregation: 'sum',
      period: day,
    })),
  )
  return days.map((day, index) => ({ ...day, sum: totals.get(String(index)) ?? ZERO }))
}

/** What a property's value brought to the usage of the period, and of the one it is compared with. */
export interface UsageDriver {
  readonly property: string
  readonly value: string
  readonly sum: Decimal
  readonly previousSum: Decimal
}

const DRIVERS = 10

/**
 * The property values (API key, region, endpoint, …) whose usage grew most, largest first: against `before`, else against
 * the equally long period before. From raw events: what is detached is not seen.
 */
export async function usageDrivers(
  ctx: Ctx,
  question: UsageQuestion & { readonly before?: Period },
): Promise<UsageDriver[]> {
  const { now, past, events } = comparison(ctx, question)
  const rows = await rowsOf<{ property: string; value: string; sum: string; previous: string }>(
    ctx.db,
    sql`select p.key as property, p.value, ${now}::text as sum, ${past}::text as previous
        from ${events} cross join lateral jsonb_each_text(e.properties) as p
        where length(p.value) <= 200
        group by 1, 2
        order by ${now} - ${past} desc, 1, 2
        limit ${DRIVERS}`,
  )
  return rows.map(({ property, value, sum, previous }) => ({
    property,
    value,
    sum: parseDecimal(sum),
    previousSum: parseDecimal(previous),
  }))
}

/** What the raw events of both periods come to. */
export async function rawUsage(
  ctx: Ctx,
  question: UsageQuestion & { readonly before: Period },
): Promise<{ sum: Decimal; previousSum: Decimal }> {
  const { now, past, events } = comparison(ctx, question)
  const [row] = await rowsOf<{ sum: string; previous: string }>(
    ctx.db,
    sql`select ${now}::text as sum, ${past}::text as previous from ${events}`,
  )
  return { sum: parseDecimal(row?.sum ?? '0'), previousSum: parseDecimal(row?.previous ?? '0') }
}

/** The events of two periods, and the sum of each. */
function comparison(ctx: Ctx, question: UsageQuestion & { readonly before?: Period }) {
  const { period, customerId, metric } = question
  const before = question.before ?? {
    start: period.start.subtract(period.start.until(period.end)),
    end: period.start,
  }
  const within = ({ start, end }: Period) =>
    sql`(timestamp >= ${start.toString()}::timestamptz and timestamp < ${end.toString()}::timestamptz)`
  const sumOf = (some: Period) => sql`coalesce(sum(quantity) filter (where ${within(some)}), 0)`
  return {
    now: sumOf(period),
    past: sumOf(before),
    events: sql`(select timestamp, quantity, properties from counted_usage where org_id = ${ctx.orgId}
      and customer_id = ${customerId} and metric = ${metric} and (${within(period)} or ${within(before)})) e`,
  }
}
