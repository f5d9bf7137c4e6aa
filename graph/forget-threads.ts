import type { Database } from '#db/connect.ts'
import { EFFECT_ROUTE } from '#db/schema/tenancy.ts'
import type { Instant } from '#src/kernel/time.ts'
import { SCHEMA } from './checkpoints.ts'

const KEPT_DAYS = 30

/** Runs that are over, and have been for as long as their organisation keeps checkpoints, on its own clock. */
const OVER = `select r.id from agent_runs r join organizations o on o.id = r.org_id
  where r.status in ('done', 'failed') and r.finished_at < coalesce(o.clock_at, $1::timestamptz)
    - make_interval(days => coalesce((o.settings -> 'queue' ->> 'keepCheckpointsDays')::int, ${KEPT_DAYS}))`

/**
 * Forgets the checkpoints of runs that are over, and the keys their effects are known by; the runs' own rows stay and
 * explain them. Checkpoints are a cache of work. Returns how many went.
 */
export async function forgetOldThreads(database: Database, now: Instant): Promise<number> {
  let gone = 0
  for (const table of ['checkpoint_writes', 'checkpoint_blobs', 'checkpoints']) {
    const { rows } = await database.raw.query<{ deleted: string }>(
      `with old as (delete from ${SCHEMA}.${table} where thread_id in (${OVER}) returning 1)
       select count(*) as deleted from old`,
      [now.toString()],
    )
    if (table === 'checkpoints') gone = Number(rows[0]?.deleted ?? 0)
  }
  await database.raw.query(
    `delete from idempotency_keys where route = '${EFFECT_ROUTE}' and split_part(key, ':', 2) in (${OVER})`,
    [now.toString()],
  )
  return gone
}
