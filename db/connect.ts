import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite, types, type Transaction } from '@electric-sql/pglite'
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import { drizzle as drizzleEmbedded } from 'drizzle-orm/pglite'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { Pool } from 'pg'
import { lockFolder } from './folder-lock.ts'
import { PipelinedClient } from './pipelined-client.ts'

/** A drizzle handle on either driver: the root, or a transaction. */
export type Db = PgDatabase<PgQueryResultHKT>

/** What the checkpoint saver and bulk statements need below drizzle: one query on any connection. */
export interface RawQuery {
  query<Row extends object>(text: string, values?: unknown[]): Promise<{ rows: Row[] }>
}

export interface Database {
  readonly kind: 'postgres' | 'embedded'
  readonly db: Db
  readonly raw: RawQuery
  /** PostgreSQL only: the pool; embedded: the one PGlite. */
  readonly driver: Pool | PGlite
  close(): Promise<void>
}

/**
 * Opens PostgreSQL at `url`, or without one an embedded database in `folder` ('memory' keeps nothing).
 * @throws conflict when another process has the folder open.
 */
export async function connect(options: {
  url?: string | undefined
  folder?: string
  poolSize?: number
  loadDataDir?: Blob
}): Promise<Database> {
  return options.url === undefined
    ? connectEmbedded(options.folder ?? 'memory', options.loadDataDir)
    : connectPostgres(options.url, options.poolSize ?? 20)
}

async function connectPostgres(url: string, poolSize: number): Promise<Database> {
  const pool = new Pool({ connectionString: url, max: poolSize, Client: PipelinedClient })
  // An idle connection that dies is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {})
  const db = drizzlePg(pool)
  return {
    kind: 'postgres',
    db,
    raw: {
      query: async <Row extends object>(text: string, values?: unknown[]) => ({
        rows: (await pool.query<Row>(text, values)).rows,
      }),
    },
    driver: pool,
    close: () => pool.end(),
  }
}

/** As drizzle wants them: points in time as text, and arrays of them and of numerics. */
const AS_TEXT = [types.TIMESTAMP, types.TIMESTAMPTZ, types.INTERVAL, types.DATE]
const ARRAYS_AS_TEXT = [1231, 1115, 1185, 1187, 1182]
const TEXT_TYPES = Object.fromEntries(
  [...AS_TEXT, ...ARRAYS_AS_TEXT].map((oid) => [oid, (value: string) => value]),
)

/**
 * The same client with the parsers it was made with. Drizzle hands its own along with every query, and merging them
 * with the client's costs more than a small query does.
 */
function withOwnParsers<Client extends PGlite | Transaction>(client: Client): Client {
  return new Proxy(client, {
    get: (target, key) => {
      if (key === 'query')
        return (text: string, values?: unknown[], options?: { rowMode?: 'array' | 'object' }) =>
          target.query(text, values, { rowMode: options?.rowMode ?? 'object' })
      if (key === 'transaction' && 'transaction' in target)
        return (work: (tx: Transaction) => Promise<unknown>) =>
          target.transaction((tx) => work(withOwnParsers(tx)))
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

async function connectEmbedded(folder: string, loadDataDir?: Blob): Promise<Database> {
  const inMemory = folder === 'memory'
  const unlock = inMemory ? () => {} : lockFolder(folder)
  const dataDir = join(folder, 'pg')
  if (!inMemory) {
    mkdirSync(folder, { recursive: true })
    // Left behind by a killed process; the folder lock above proves that nobody uses it.
    rmSync(join(dataDir, 'postmaster.pid'), { force: true })
  }
  const client = await PGlite.create({
    parsers: TEXT_TYPES,
    ...(inMemory ? {} : { dataDir }),
    ...(loadDataDir === undefined ? {} : { loadDataDir }),
  })
  return {
    kind: 'embedded',
    db: drizzleEmbedded(withOwnParsers(client)),
    raw: {
      query: async <Row extends object>(text: string, values?: unknown[]) => ({
        rows: (await client.query<Row>(text, values)).rows,
      }),
    },
    driver: client,
    close: async () => {
      await client.close()
      unlock()
    },
  }
}
