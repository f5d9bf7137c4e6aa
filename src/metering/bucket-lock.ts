import { sql } from 'drizzle-orm'
import { rowsOf } from '#db/context.ts'
import type { Db } from '#db/connect.ts'

const KEY = sql`hashtextextended('usage_buckets', 0)`

/** Waits until nobody else writes buckets, and keeps them out until this transaction ends. */
export async function lockBuckets(db: Db): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(${KEY})`)
}

/** Takes the same lock if it is free. */
export async function tryLockBuckets(db: Db): Promise<boolean> {
  const [row] = await rowsOf<{ ours: boolean }>(
    db,
    sql`select pg_try_advisory_xact_lock(${KEY}) as ours`,
  )
  return row?.ours ?? false
}
