import { sql } from 'drizzle-orm'
import { rowsOf } from '#db/context.ts'
import type { TestWorld } from '#db/testing/database.ts'
import { rollUp } from '../roll-up.ts'
import { WATERMARK } from '../watermark.ts'

/**
 * Rolls up until every committed event is passed. One call is not enough where another test's transaction holds the
 * horizon of the same server back.
 */
export async function rolledUp(world: TestWorld): Promise<void> {
  const isBehind = async () => {
    const rows = await rowsOf(
      world.system.db,
      sql`select 1 from usage_events where xid >= ${WATERMARK} limit 1`,
    )
    return rows.length > 0
  }
  while (await isBehind()) {
    const { moved } = await rollUp(world.system)
    // The other transaction is not ours to hurry.
    if (moved === 0) await world.system.db.execute(sql`select pg_sleep(0.02)`)
  }
}
