import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { earlier, instantText, isBefore, type Period } from '#src/kernel/time.ts'
import { WATERMARK } from './watermark.ts'

/** A customer's period and the metrics that a plan prices in it. */
export interface PricedUsage {
  readonly customerId: string
  readonly period: Period
  readonly metrics: readonly string[]
}

export interface UnpricedUsage {
  readonly customerId: string
  readonly metric: string
  readonly quantity: Decimal
  readonly events: number
}

/** What was used in metrics that nothing prices, from raw events; one statement however many are asked. */
export async function unpricedUsage(
  ctx: Ctx,
  asked: readonly PricedUsage[],
): Promise<UnpricedUsage[]> {
  const [first] = asked
  if (!first) return []
  const wanted = JSON.stringify(
    asked.map(({ customerId, period, metrics }) => ({
      c: customerId,
      s: instantText(period.start),
      e: instantText(period.end),
      priced: metrics,
    })),
  )
  // Constant bounds beside each row's own: they choose the partitions while planning.
  const start = asked.reduce(
    (least, { period }) => earlier(least, period.start),
    first.period.start,
  )
  const end = asked.reduce(
    (most, { period }) => (isBefore(most, period.end) ? period.end : most),
    first.period.end,
  )
  const own = sql`u.org_id = ${ctx.orgId} and u.customer_id = w.c and u.timestamp >= w.s and u.timestamp < w.e
    and u.timestamp >= ${start.toString()}::timestamptz and u.timestamp < ${end.toString()}::timestamptz`
  const rows = await rowsOf<{ c: string; metric: string; quantity: string; events: string }>(
    ctx.db,
    // Which metrics a customer has is asked of the buckets, by skipping from one to the next in their key, and of what
    // the roll-up has not passed; only what nothing prices is then summed from raw events.
    sql`with recursive w as materialized (
        select * from jsonb_to_recordset(${wanted}::jsonb) as w(c text, s timestamptz, e timestamptz, priced jsonb)
      ), bucketed(c, metric) as (
        select c, (select min(b.metric) from usage_buckets b where b.org_id = ${ctx.orgId} and b.customer_id = c)
        from (select distinct c from w) asked
        union all
        select c, (select min(b.metric) from usage_buckets b where b.org_id = ${ctx.orgId} and b.customer_id = c
          and b.metric > bucketed.metric)
        from bucketed where metric is not null
      ), seen as (
        select c as customer_id, metric from bucketed where metric is not null
        union
        select customer_id, metric from counted_usage where org_id = ${ctx.orgId} and xid >= ${WATERMARK}
          and timestamp >= ${start.toString()}::timestamptz and timestamp < ${end.toString()}::timestamptz
          and customer_id = any(array(select c from w))
      )
      select w.c, seen.metric, sum(u.quantity)::text as quantity, count(*)::text as events
      from w join seen on seen.customer_id = w.c and not w.priced ? seen.metric
      join counted_usage u on u.metric = seen.metric and ${own}
      group by 1, 2 order by 1, 2`,
  )
  return rows.map(({ c, metric, quantity, events }) => ({
    customerId: c,
    metric,
    quantity: parseDecimal(quantity),
    events: Number(events),
  }))
}
