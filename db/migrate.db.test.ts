import { Client } from 'pg'
import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, describe, expect, it } from 'vitest'
import { idSource } from '#src/kernel/ids.ts'
import { Temporal } from '#src/kernel/time.ts'
import { connect } from './connect.ts'
import { rowsOf, scopeAt } from './context.ts'
import { migrate } from './migrate.ts'

const POSTGRES_URL = process.env['TEST_DATABASE_URL']
const NAME = `tollkeeper_owner_${process.pid}_${randomBytes(3).toString('hex')}`

async function asAdmin(...statements: string[]): Promise<void> {
  const admin = new Client({ connectionString: POSTGRES_URL })
  await admin.connect()
  try {
    for (const statement of statements) await admin.query(statement)
  } finally {
    await admin.end()
  }
}

/** A database whose owner is no superuser, as managed PostgreSQL hands them out. */
async function ownedDatabase(name: string, rights: string) {
  await asAdmin(
    `create role ${name} login password 'owner' nosuperuser ${rights}`,
    `create database ${name} owner ${name}`,
  )
  const url = new URL(POSTGRES_URL ?? '')
  url.username = name
  url.password = 'owner'
  url.pathname = `/${name}`
  return connect({ url: url.toString(), poolSize: 3 })
}

describe.skipIf(POSTGRES_URL === undefined)('an owner who is no superuser [postgres]', () => {
  const names = [`${NAME}_a`, `${NAME}_b`]
  afterAll(async () => {
    for (const name of names) {
      await asAdmin(`drop database if exists ${name} with (force)`)
      await asAdmin(`drop role if exists ${name}`)
    }
  })

  it('migrates, acts as the application, and is held by the walls', async () => {
    const database = await ownedDatabase(`${NAME}_a`, 'createrole')
    try {
      await migrate(database)
      await migrate(database)
      const now = Temporal.Instant.from('2026-03-01T00:00:00Z')
      await database.db.execute(
        sql`insert into organizations (id, name, country, time_zone, currency, mode, settings, created_at)
          values ('o', 'O', 'DE', 'Europe/Berlin', 'EUR', 'sandbox', '{}', now())`,
      )
      const newId = idSource(
        () => 0,
        (size) => new Uint8Array(size),
      )
      const system = { db: database.db, clock: { now: () => now }, newId }
      const scope = scopeAt(system, 'o', { kind: 'system', id: 'test' }, now)
      const seen = await scope.transact(({ db }) =>
        rowsOf<{ id: string; role: string }>(
          db,
          sql`select id, current_user as role from organizations`,
        ),
      )
      expect(seen).toEqual([{ id: 'o', role: 'tollkeeper_app' }])
      const elsewhere = scopeAt(system, 'p', { kind: 'system', id: 'test' }, now)
      expect(
        await elsewhere.transact(({ db }) => rowsOf(db, sql`select id from organizations`)),
      ).toEqual([])
    } finally {
      await database.close()
    }
  })

  it('is told what an administrator must run where it may not create roles, and goes on after that', async () => {
    const name = `${NAME}_b`
    const database = await ownedDatabase(name, 'nocreaterole')
    try {
      await expect(migrate(database)).rejects.toMatchObject({
        code: 'refused',
        message: expect.stringContaining(`GRANT tollkeeper_app TO ${name};`),
      })
      await asAdmin(`grant tollkeeper_app to ${name}`)
      await migrate(database)
      expect(
        await rowsOf(
          database.db,
          sql`select 1 from information_schema.tables where table_name = 'ledger_entries'`,
        ),
      ).toHaveLength(1)
    } finally {
      await database.close()
    }
  })
})
