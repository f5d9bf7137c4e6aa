import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { instantFromSql } from '#db/schema/columns.ts'
import type { Period } from '#src/kernel/time.ts'
import { WATERMARK } from '#src/metering/watermark.ts'

/** An hour of a metric in which the buckets are not what its raw events come to. Exact decimals. */
export interface HourDifference {
  readonly metric: string
  readonly hour: string
  readonly events: { readonly count: number; readonly sum: string }
  readonly bucket: { readonly count: number; readonly sum: string }
}

interface Row {
  readonly metric: string
  readonly hour: string
  readonly event_count: string
  readonly event_sum: string
  readonly bucket_count: string
  readonly bucket_sum: string
}

/** Compares a customer's buckets with the raw events the roll-up has passed, hour by hour over the whole hours touched. */
export async function recountUsage(
  ctx: Ctx,
  asked: { readonly customerId: string; readonly period: Period },
): Promise<HourDifference[]> {
  const from = sql`date_trunc('hour', ${asked.period.start.toString()}::timestamptz, 'UTC')`
  const to = sql`${asked.period.end.toString()}::timestamptz`
  const rows = await rowsOf<Row>(
    ctx.db,
    sql`with raw as (
        select metric, date_trunc('hour', timestamp, 'UTC') as hour, count(*) as count, sum(quantity) as sum,
          max(quantity) as max, min(quantity) as min
        from counted_usage where org_id = ${ctx.orgId} and customer_id = ${asked.customerId}
          and timestamp >= ${from} and timestamp < ${to} + interval '1 hour' and xid < ${WATERMARK}
        group by 1, 2
      ), bucket as (
        select metric, hour, count, sum, max, min from usage_buckets where org_id = ${ctx.orgId}
          and customer_id = ${asked.customerId} and hour >= ${from} and hour < ${to}
      )
      select metric, hour, coalesce(r.count, 0)::text as event_count, coalesce(trim_scale(r.sum), 0)::text as event_sum,
        coalesce(b.count, 0)::text as bucket_count, coalesce(trim_scale(b.sum), 0)::text as bucket_sum
      from bucket b full join (select * from raw where hour < ${to}) r using (metric, hour)
      where (b.count, b.sum, b.max, b.min) is distinct from (r.count, r.sum, r.max, r.min)
      order by metric, hour limit 50`,
  )
  return rows.map((row) => ({
    metric: row.metric,
    hour: instantFromSql(row.hour).toString(),
    events: { count: Number(row.event_count), sum: row.event_sum },
    bucket: { count: Number(row.bucket_count), sum: row.bucket_sum },
  }))
}
