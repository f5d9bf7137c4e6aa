import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { earlier, isBefore, type Period } from '#src/kernel/time.ts'

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
      s: period.start.toString(),
      e: period.end.toString(),
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
    // From metric to metric along the index: a customer has few of them and many events.
    sql`select w.c, m.metric, sum(u.quantity)::text as quantity, count(*)::text as events
      from jsonb_to_recordset(${wanted}::jsonb) as w(c text, s timestamptz, e timestamptz, priced jsonb)
      cross join lateral (
        with recursive metrics as (
          (select u.metric from usage_events u where ${own} order by u.metric limit 1)
          union all
          select (select u.metric from usage_events u where ${own} and u.metric > known.metric
            order by u.metric limit 1)
          from metrics known where known.metric is not null
        )
        select metric from metrics where metric is not null and not w.priced ? metric
      ) m
      join usage_events u on u.metric = m.metric and ${own}
      group by 1, 2 order by 1, 2`,
  )
  return rows.map(({ c, metric, quantity, events }) => ({
    customerId: c,
    metric,
    quantity: parseDecimal(quantity),
    events: Number(events),
  }))
}
