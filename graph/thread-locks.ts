import type pg from 'pg'
import type { Database } from '#db/connect.ts'
import type { ThreadLocks } from './nodes.ts'

/** First part of the two-part advisory lock key: keeps these apart from other users of advisory locks. */
const LOCK_CLASS = 7_233

/**
 * Locks by thread. On PostgreSQL a session lock on one shared connection, held only while locks are: a killed process
 * loses its connection and with it its locks. Embedded, there is one process.
 */
export function threadLocks(database: Database): ThreadLocks {
  const held = new Set<string>()
  const session = database.kind === 'postgres' ? lockSession(database.driver as pg.Pool) : null
  return {
    hold: async (key, work) => {
      if (held.has(key)) return 'busy'
      held.add(key)
      try {
        if (session && !(await session.acquire(key))) return 'busy'
        try {
          return await work()
        } finally {
          await session?.release(key)
        }
      } finally {
        held.delete(key)
      }
    },
  }
}

function lockSession(pool: pg.Pool) {
  let users = 0
  let connecting: Promise<pg.PoolClient> | null = null
  const leave = async () => {
    users -= 1
    if (users > 0 || !connecting) return
    const client = connecting
    connecting = null
    ;(await client).release()
  }
  return {
    acquire: async (key: string): Promise<boolean> => {
      users += 1
      try {
        connecting ??= pool.connect()
        const client = await connecting
        const { rows } = await client.query<{ locked: boolean }>(
          'select pg_try_advisory_lock($1, hashtext($2)) as locked',
          [LOCK_CLASS, key],
        )
        if (rows[0]?.locked) return true
      } catch (error) {
        await leave().catch(() => {})
        throw error
      }
      await leave()
      return false
    },
    release: async (key: string): Promise<void> => {
      try {
        const client = await connecting
        await client?.query('select pg_advisory_unlock($1, hashtext($2))', [LOCK_CLASS, key])
      } finally {
        await leave()
      }
    },
  }
}
