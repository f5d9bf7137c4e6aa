import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import { drizzle as drizzleEmbedded } from 'drizzle-orm/pglite'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { Pool } from 'pg'
import { lockFolder } from './folder-lock.ts'

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
  const pool = new Pool({ connectionString: url, max: poolSize })
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
    ...(inMemory ? {} : { dataDir }),
    ...(loadDataDir === undefined ? {} : { loadDataDir }),
  })
  return {
    kind: 'embedded',
    db: drizzleEmbedded(client),
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
