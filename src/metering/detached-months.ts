import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import type { Period } from '#src/kernel/time.ts'

/** UTC months of a period that raw events have no partition for any more. */
export async function detachedMonths(ctx: Ctx, { start, end }: Period): Promise<string[]> {
  const rows = await rowsOf<{ month: string }>(
    ctx.db,
    sql`select to_char(m, 'YYYY-MM') as month
      from generate_series(date_trunc('month', ${start.toString()}::timestamptz at time zone 'UTC'),
        (${end.toString()}::timestamptz at time zone 'UTC') - interval '1 microsecond', interval '1 month') as m
      where not exists (select 1 from pg_inherits h join pg_class c on c.oid = h.inhrelid
          where h.inhparent = 'usage_events'::regclass and c.relname = 'usage_events_' || to_char(m, 'YYYY_MM'))
        and exists (select 1 from usage_buckets b where b.org_id = ${ctx.orgId}
          and b.hour >= m at time zone 'UTC' and b.hour < (m + interval '1 month') at time zone 'UTC')
        and not exists (select 1 from usage_events e where e.org_id = ${ctx.orgId}
          and e.timestamp >= m at time zone 'UTC' and e.timestamp < (m + interval '1 month') at time zone 'UTC')
      order by 1`,
  )
  return rows.map(({ month }) => month)
}
