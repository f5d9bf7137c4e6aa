import { sql } from 'drizzle-orm'
import type { Db } from '#db/connect.ts'
import { rowsOf, type System } from '#db/context.ts'
import { tryLockBuckets } from './bucket-lock.ts'
import { noteLateUsage } from './note-late-usage.ts'
import { scheduleDetection } from './schedule-detection.ts'

const WATERMARK = 'usage'
const EVENTS_PER_CALL = 20_000

/** `moved` events went into the buckets; `caughtUp` is false when the bound cut the work short. */
export interface RolledUp {
  readonly moved: number
  readonly caughtUp: boolean
}

/**
 * Adds what was committed since the last call to the hourly buckets, about 20,000 events at most, and moves the
 * watermark in the same transaction. The watermark is a transaction id: it stops below the oldest transaction
 * still running, so an event that commits late is never passed. Call it again while `caughtUp` is false.
 * Two workers at once: one moves, the other leaves it be.
 */
export async function rollUp(
  system: System,
  limits: { maxEvents?: number } = {},
): Promise<RolledUp> {
  // Locks and writes nothing while there is nothing to do.
  if (!(await hasNews(system.db))) return { moved: 0, caughtUp: true }
  return system.db.transaction(async (db) => {
    // A correction that counts an hour again must not be run over: it is soon done, the next call moves.
    if (!(await tryLockBuckets(db))) return { moved: 0, caughtUp: true }
    const from = await lockWatermark(db, system.clock.now().toString())
    if (from === null) return { moved: 0, caughtUp: true }
    // Statements of their own after the lock: their snapshots see all that is below the horizon they read.
    const to = await upperBound(db, from, limits.maxEvents ?? EVENTS_PER_CALL)
    if (to.xid <= from) return { moved: 0, caughtUp: true }
    const moved = await moveToBuckets(db, from, to.xid)
    await db.execute(
      sql`update usage_watermarks set xid = ${to.xid.toString()}::bigint,
            moved_at = ${system.clock.now().toString()}::timestamptz where name = ${WATERMARK}`,
    )
    await noteLateUsage(system, db, { from, to: to.xid })
    await scheduleDetection(system, db, moved.orgIds)
    return { moved: moved.events, caughtUp: to.isHorizon }
  })
}

async function hasNews(db: Db): Promise<boolean> {
  const [row] = await rowsOf<{ news: boolean }>(
    db,
    sql`with stands as (select coalesce((select xid from usage_watermarks where name = ${WATERMARK}), 0) as xid)
        select exists (select 1 from usage_events where xid >= (select xid from stands))
        or exists (select 1 from usage_withdrawals where xid >= (select xid from stands))
        or exists (select 1 from usage_watermarks where xid > ${CURRENT_XID}) as news`,
  )
  return row?.news ?? false
}

const CURRENT_XID = sql`pg_snapshot_xmax(pg_current_snapshot())::text::bigint`
const OLDEST_RUNNING_XID = sql`pg_snapshot_xmin(pg_current_snapshot())::text::bigint`

/** The watermark, locked for this transaction; null when another worker has it. */
async function lockWatermark(db: Db, now: string): Promise<bigint | null> {
  await db.execute(
    sql`insert into usage_watermarks (name, xid, moved_at) values (${WATERMARK}, 0, ${now}::timestamptz)
        on conflict do nothing`,
  )
  const [row] = await rowsOf<{ xid: string; ahead: boolean }>(
    db,
    sql`select xid, xid > ${CURRENT_XID} as ahead from usage_watermarks where name = ${WATERMARK}
        for update skip locked`,
  )
  if (!row) return null
  if (!row.ahead) return BigInt(row.xid)
  // Restored into another cluster, whose transaction ids begin lower: what is new could lie below the watermark.
  await db.execute(sql`delete from usage_buckets`)
  await db.execute(sql`update usage_watermarks set xid = 0 where name = ${WATERMARK}`)
  return 0n
}

/** Whole transactions only: one that is larger than the bound is taken alone. */
async function upperBound(
  db: Db,
  from: bigint,
  maxEvents: number,
): Promise<{ xid: bigint; isHorizon: boolean }> {
  const [row] = await rowsOf<{ horizon: string; first: string | null; beyond: string | null }>(
    db,
    sql`select ${OLDEST_RUNNING_XID} as horizon,
          (select min(xid) from usage_events where xid >= ${from.toString()}::bigint) as first,
          (select xid from usage_events where xid >= ${from.toString()}::bigint
           order by xid offset ${maxEvents} limit 1) as beyond`,
  )
  const horizon = BigInt(row?.horizon ?? 0)
  const first = BigInt(row?.first ?? 0)
  if (row?.beyond === null || row?.beyond === undefined) return { xid: horizon, isHorizon: true }
  const beyond = BigInt(row.beyond)
  const bound = beyond > first ? beyond : first + 1n
  return bound < horizon ? { xid: bound, isHorizon: false } : { xid: horizon, isHorizon: true }
}

async function moveToBuckets(
  db: Db,
  from: bigint,
  to: bigint,
): Promise<{ events: number; orgIds: string[] }> {
  const rows = await rowsOf<{ org_id: string; events: string }>(
    db,
    sql`with fresh as materialized (
          select org_id, customer_id, metric, date_trunc('hour', timestamp, 'UTC') as hour, count(*) as count,
            sum(quantity) as sum, max(quantity) as max, min(quantity) as min
          from counted_usage where xid >= ${from.toString()}::bigint and xid < ${to.toString()}::bigint
          group by 1, 2, 3, 4
        ), added as (
          insert into usage_buckets as b (org_id, customer_id, metric, hour, count, sum, max, min)
          select org_id, customer_id, metric, hour, count, sum, max, min from fresh
          on conflict (org_id, customer_id, metric, hour) do update set count = b.count + excluded.count,
            sum = b.sum + excluded.sum, max = greatest(b.max, excluded.max), min = least(b.min, excluded.min)
        )
        select org_id, sum(count) as events from fresh group by org_id`,
  )
  return {
    events: rows.reduce((total, row) => total + Number(row.events), 0),
    orgIds: rows.map((row) => row.org_id),
  }
}
