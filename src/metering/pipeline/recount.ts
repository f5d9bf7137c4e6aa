import { sql } from 'drizzle-orm'
import { rowsOf, type System } from '#db/context.ts'
import { WATERMARK } from '../watermark.ts'

const HOURS = 48

/** An organisation whose buckets are not what its raw events come to. */
export interface Miscount {
  readonly orgId: string
  readonly events: number
  readonly counted: number
  readonly differingHours: number
}

/**
 * Counts the last 48 whole hours of every organisation again from raw events and keeps what it came to (M12): the
 * buckets must hold the same. Answers the organisations in which they do not; nothing is mended silently. One statement,
 * so one snapshot: the roll-up may go on meanwhile.
 */
export async function recountBuckets(system: System): Promise<Miscount[]> {
  const now = system.clock.now().toString()
  const rows = await rowsOf<{ id: string; events: string; counted: string; differing: string }>(
    system.db,
    sql`with span as materialized (
          select id, date_trunc('hour', coalesce(clock_at, ${now}::timestamptz), 'UTC') as until from organizations
        ), raw as (
          select e.org_id, e.customer_id, e.metric, date_trunc('hour', e.timestamp, 'UTC') as hour, count(*) as count,
            sum(e.quantity) as sum, max(e.quantity) as max, min(e.quantity) as min
          from span s join counted_usage e on e.org_id = s.id and e.timestamp < s.until
            and e.timestamp >= s.until - ${HOURS} * interval '1 hour' and e.xid < ${WATERMARK}
          group by 1, 2, 3, 4
        ), bucket as (
          select b.* from span s join usage_buckets b on b.org_id = s.id and b.hour < s.until
            and b.hour >= s.until - ${HOURS} * interval '1 hour'
        ), compared as (
          select org_id, coalesce(sum(r.count), 0) as events, coalesce(sum(b.count), 0) as counted, count(*) filter (
            where (b.count, b.sum, b.max, b.min) is distinct from (r.count, r.sum, r.max, r.min)) as differing
          from bucket b full join raw r using (org_id, customer_id, metric, hour) group by org_id
        )
        insert into usage_recounts (org_id, recounted_at, "from", "to", events, counted, differing_hours)
        select s.id, ${now}::timestamptz, s.until - ${HOURS} * interval '1 hour', s.until, coalesce(c.events, 0),
          coalesce(c.counted, 0), coalesce(c.differing, 0)
        from span s left join compared c on c.org_id = s.id order by s.id
        on conflict (org_id) do update set recounted_at = excluded.recounted_at, "from" = excluded."from",
          "to" = excluded."to", events = excluded.events, counted = excluded.counted,
          differing_hours = excluded.differing_hours
        returning org_id as id, events, counted, differing_hours as differing`,
  )
  return rows
    .filter(({ differing }) => Number(differing) > 0)
    .map(({ id, events, counted, differing }) => ({
      orgId: id,
      events: Number(events),
      counted: Number(counted),
      differingHours: Number(differing),
    }))
}
