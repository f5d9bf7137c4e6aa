import { sql, type SQL } from 'drizzle-orm'
import type { Db } from '#db/connect.ts'
import type { TestWorld } from '#db/testing/database.ts'

/** Does what triggers and rights refuse to everybody else, looks, and undoes it. */
export async function corrupted<T>(
  world: TestWorld,
  harm: SQL,
  look: (db: Db) => Promise<T>,
): Promise<T> {
  let seen: { readonly value: T } | undefined
  await world.system.db
    .transaction(async (db) => {
      await db.execute(sql`set local session_replication_role = replica`)
      const done = (await db.execute(harm)) as { rowCount?: number; affectedRows?: number }
      if (!(done.rowCount ?? done.affectedRows)) throw new Error('nothing was harmed')
      seen = { value: await look(db) }
      throw new Error('undo')
    })
    .catch((error: unknown) => {
      if (!(error instanceof Error) || error.message !== 'undo') throw error
    })
  if (!seen) throw new Error('nothing was looked at')
  return seen.value
}
