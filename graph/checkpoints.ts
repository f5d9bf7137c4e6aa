import type { PGlite, Transaction } from '@electric-sql/pglite'
import type { BaseCheckpointSaver } from '@langchain/langgraph'
import type pg from 'pg'
import type { Database } from '#db/connect.ts'
import { DurableSaver } from './durable-saver.ts'

export const SCHEMA = 'langgraph'
const SETUP_LOCK = 7_233_303

/**
 * Durable checkpoints in a schema of their own, which the tenants' role cannot see. Tables are made on first use;
 * any number of processes may start at once.
 */
export async function openCheckpoints(database: Database): Promise<BaseCheckpointSaver> {
  if (database.kind === 'embedded') {
    const pool = embeddedPool(database.driver as PGlite)
    const saver = new DurableSaver(pool, database.raw, SCHEMA)
    await saver.setup()
    return saver
  }
  const pool = database.driver as pg.Pool
  const saver = new DurableSaver(pool, database.raw, SCHEMA)
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [SETUP_LOCK])
    await saver.setup()
  } finally {
    await client.query('select pg_advisory_unlock($1)', [SETUP_LOCK])
    client.release()
  }
  return saver
}

/**
 * What PostgresSaver needs of a pool, on the one embedded connection. Between BEGIN and COMMIT the database is held
 * through its own transaction, so that nobody else's statement slips into it.
 */
function embeddedPool(client: PGlite): pg.Pool {
  const query = (text: string, values?: unknown[]) => client.query(text, values)
  const connect = async () => {
    let open: OpenTransaction | null = null
    return {
      query: async (text: string, values?: unknown[]) => {
        if (text === 'BEGIN') {
          open = await beginTransaction(client)
          return { rows: [] }
        }
        if (text === 'COMMIT' || text === 'ROLLBACK') {
          const ending = open
          open = null
          await ending?.end(text)
          return { rows: [] }
        }
        return open ? open.transaction.query(text, values) : query(text, values)
      },
      release: () => {},
    }
  }
  // A pool has far more than this; the saver uses connect and query only.
  const pool: unknown = { connect, query }
  return pool as pg.Pool
}

interface OpenTransaction {
  readonly transaction: Transaction
  end(how: 'COMMIT' | 'ROLLBACK'): Promise<void>
}

async function beginTransaction(client: PGlite): Promise<OpenTransaction> {
  const begun = Promise.withResolvers<Transaction>()
  const ended = Promise.withResolvers<'COMMIT' | 'ROLLBACK'>()
  const running = client.transaction(async (transaction) => {
    begun.resolve(transaction)
    if ((await ended.promise) === 'ROLLBACK') await transaction.rollback()
  })
  running.catch(begun.reject)
  return {
    transaction: await begun.promise,
    end: async (how) => {
      ended.resolve(how)
      await running
    },
  }
}
