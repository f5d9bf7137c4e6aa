import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import type { CheckResult } from '#src/kernel/check.ts'

/**
 * I3: every accepted event is counted exactly once, in at most one invoice. A recount from raw events: keys against
 * events, buckets against the raw events the roll-up has passed, and no two invoices over the same usage.
 */
export async function checkUsageCounted(ctx: Pick<Ctx, 'db' | 'orgId'>): Promise<CheckResult> {
  // Whole tables are compared: without statistics (the embedded database keeps none) a nested loop would be chosen.
  await ctx.db.execute(sql`select set_config('enable_nestloop', 'off', true)`)
  const rows = await rowsOf<{ problem: string }>(
    ctx.db,
    sql`
      (select 'key ' || k.idempotency_key || ' was accepted but its event is missing' as problem
        from usage_keys k where k.org_id = ${ctx.orgId} and not exists (
          select 1 from usage_events e where e.org_id = k.org_id and e.event_id = k.event_id
            and e.idempotency_key = k.idempotency_key) limit 5)
      union all
      (select 'event ' || min(event_id) || ' is stored ' || count(*) || ' times'
        from usage_events where org_id = ${ctx.orgId}
        group by idempotency_key having count(*) > 1 limit 5)
      union all
      (select 'hour ' || coalesce(b.hour, r.hour) || ' of ' || coalesce(b.customer_id, r.customer_id) || ' '
          || coalesce(b.metric, r.metric) || ': buckets say ' || coalesce(b.sum, 0) || ', events say ' || coalesce(r.sum, 0)
        from (select * from usage_buckets where org_id = ${ctx.orgId}) b
        full join (
          select e.customer_id, e.metric, date_trunc('hour', e.timestamp, 'UTC') as hour, sum(e.quantity) as sum, count(*) as count
          from counted_usage e
          where e.org_id = ${ctx.orgId}
            and e.xid < coalesce((select max(w.xid) from usage_watermarks w), 0)
          group by 1, 2, 3
        ) r on r.customer_id = b.customer_id and r.metric = b.metric and r.hour = b.hour
        where b.sum is distinct from r.sum or b.count is distinct from r.count limit 5)
      union all
      (select 'invoices ' || a.id || ' and ' || b.id || ' cover the same usage'
        from invoices a join invoices b on b.org_id = a.org_id and b.subscription_id = a.subscription_id
          and a.id < b.id and a.period_start < b.period_end and b.period_start < a.period_end
        where a.org_id = ${ctx.orgId} and a.status <> 'void' and b.status <> 'void'
          and not exists (select 1 from invoices c where c.org_id = a.org_id and c.corrects in (a.id, b.id)) limit 5)`,
  )
  return { ok: rows.length === 0, problems: rows.map(({ problem }) => problem) }
}
