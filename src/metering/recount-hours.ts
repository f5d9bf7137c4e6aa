import { sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import type { Instant } from '#src/kernel/time.ts'
import { WATERMARK } from './watermark.ts'

/** The hours that hold these moments are counted again from the raw events that the roll-up has passed. */
export async function recountHours(
  ctx: Ctx,
  touched: readonly {
    readonly customerId: string
    readonly metric: string
    readonly at: Instant
  }[],
): Promise<void> {
  const asked = JSON.stringify(
    touched.map(({ customerId, metric, at }) => ({ c: customerId, m: metric, t: at.toString() })),
  )
  await ctx.db.execute(sql`
    with r as materialized (
      select distinct c, m, date_trunc('hour', t, 'UTC') as h
      from jsonb_to_recordset(${asked}::text::jsonb) as r(c text, m text, t timestamptz)
    ), fresh as materialized (
      select r.c, r.m, r.h, n.* from r cross join lateral (
        select count(*) as count, sum(quantity) as sum, max(quantity) as max, min(quantity) as min
        from counted_usage where org_id = ${ctx.orgId} and customer_id = r.c and metric = r.m
          and timestamp >= r.h and timestamp < r.h + interval '1 hour' and xid < ${WATERMARK}) as n
    ), emptied as (
      delete from usage_buckets b using fresh f where f.count = 0 and b.org_id = ${ctx.orgId}
        and b.customer_id = f.c and b.metric = f.m and b.hour = f.h
    )
    update usage_buckets b set count = f.count, sum = f.sum, max = f.max, min = f.min
    from fresh f where f.count > 0 and b.org_id = ${ctx.orgId} and b.customer_id = f.c and b.metric = f.m and b.hour = f.h`)
}
