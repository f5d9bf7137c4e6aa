import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { drizzle } from 'drizzle-orm/node-postgres'
import type { Pool } from 'pg'
import { ensureAppRole } from './app-role.ts'
import type { Database, Db } from './connect.ts'
import { rowsOf } from './context.ts'

export const MIGRATIONS_FOLDER = fileURLToPath(new URL('./migrations', import.meta.url))
const MIGRATION_LOCK = 7_233_301

/**
 * Brings the schema up to date; safe to call from any number of processes at once. The owner of the database need not be
 * a superuser.
 * @throws refused when the application's role is missing and this owner may not create it.
 */
export async function migrate(database: Database): Promise<void> {
  if (database.kind === 'embedded') return migrateAlone(database.db)
  const client = await (database.driver as Pool).connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await migrateAlone(drizzle(client))
  } finally {
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK])
    client.release()
  }
}

async function migrateAlone(db: Db): Promise<void> {
  await ensureAppRole(db)
  // Drizzle's own table, as its migrator keeps it.
  await db.execute(sql`create schema if not exists drizzle`)
  await db.execute(
    sql`create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`,
  )
  const [last] = await rowsOf<{ at: string }>(
    db,
    sql`select coalesce(max(created_at), 0)::text as at from drizzle.__drizzle_migrations`,
  )
  const fresh = readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER }).filter(
    ({ folderMillis }) => folderMillis > Number(last?.at ?? 0),
  )
  await db.transaction(async (tx) => {
    for (const { sql: statements, hash, folderMillis } of fresh) {
      for (const statement of statements)
        if (!makesRole(statement)) await tx.execute(sql.raw(statement))
      await tx.execute(
        sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`,
      )
    }
  })
}

/** The role was seen to above: PostgreSQL refuses even the attempt to those who may not create one. */
function makesRole(statement: string): boolean {
  return statement.includes('CREATE ROLE tollkeeper_app')
}
