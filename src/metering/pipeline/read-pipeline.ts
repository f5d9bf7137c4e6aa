import { sql } from 'drizzle-orm'
import { rowsOf, type System } from '#db/context.ts'
import { WATERMARK } from '../watermark.ts'

/** How metering stands over all organisations, without anything of a tenant's. */
export interface Pipeline {
  /** Seconds that the oldest event has waited for the roll-up. */
  readonly lagSeconds: number
  readonly openDeadLetters: Readonly<Record<string, number>>
  /** Of the last recount: raw events, events in the buckets, hours that differ. */
  readonly recounted: number
  readonly counted: number
  readonly differingHours: number
  /** Seconds since the recount of the organisation that waits longest; null before the first. */
  readonly recountAgeSeconds: number | null
}

/** Reads the state of the pipeline; cheap enough for every scrape. */
export async function readPipeline(system: System): Promise<Pipeline> {
  const now = sql`${system.clock.now().toString()}::timestamptz`
  const [row] = await rowsOf<{
    lag: string | null
    letters: Record<string, number> | null
    recounted: string
    counted: string
    differing: string
    age: string | null
  }>(
    system.db,
    sql`select
        (select extract(epoch from max(coalesce(o.clock_at, ${now}) - e.received_at)) from (
            select org_id, received_at from usage_events where xid >= ${WATERMARK} order by xid limit 1000
          ) e join organizations o on o.id = e.org_id)::text as lag,
        (select json_object_agg(code, count) from (
            select code, count(*) as count from usage_dead_letters where status = 'open' group by code) l) as letters,
        (select coalesce(sum(events), 0) from usage_recounts)::text as recounted,
        (select coalesce(sum(counted), 0) from usage_recounts)::text as counted,
        (select coalesce(sum(differing_hours), 0) from usage_recounts)::text as differing,
        (select extract(epoch from ${now} - min(recounted_at)) from usage_recounts)::text as age`,
  )
  return {
    lagSeconds: Math.max(0, Number(row?.lag ?? 0)),
    openDeadLetters: row?.letters ?? {},
    recounted: Number(row?.recounted ?? 0),
    counted: Number(row?.counted ?? 0),
    differingHours: Number(row?.differing ?? 0),
    recountAgeSeconds: row?.age == null ? null : Math.max(0, Number(row.age)),
  }
}
