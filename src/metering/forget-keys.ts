import { sql } from 'drizzle-orm'
import { rowsOf, type System } from '#db/context.ts'
import { BACKFILL_WINDOW_DAYS } from './rules/arrival.ts'

const KEYS_PER_BATCH = 10_000
/** Of one round of housekeeping; the next one goes on. */
const BATCHES = 100

/**
 * Deletes idempotency keys that no event can come again under: a key is as old as its arrival, its event no younger, and
 * what is older than a backfill may be is refused (M3). In batches, each a transaction of its own, so that ingest never
 * waits for a long one. An organisation's own clock counts where it has one. Returns how many went.
 */
export async function forgetOldKeys(
  system: System,
  limits: { readonly keysPerBatch?: number } = {},
): Promise<number> {
  const keysPerBatch = limits.keysPerBatch ?? KEYS_PER_BATCH
  const now = sql`coalesce(o.clock_at, ${system.clock.now().toString()}::timestamptz)`
  let forgotten = 0
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const rows = await rowsOf<{ count: string }>(
      system.db,
      sql`with old as materialized (
            select k.org_id, k.idempotency_key from organizations o join usage_keys k on k.org_id = o.id
              and k.received_at < ${now} - ${BACKFILL_WINDOW_DAYS} * interval '1 day' limit ${keysPerBatch}
          ), gone as (
            delete from usage_keys k using old where k.org_id = old.org_id and k.idempotency_key = old.idempotency_key
            returning 1
          )
          select count(*) as count from gone`,
    )
    const count = Number(rows[0]?.count ?? 0)
    forgotten += count
    if (count < keysPerBatch) break
  }
  return forgotten
}
