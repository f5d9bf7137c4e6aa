import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import type { PGlite } from '@electric-sql/pglite'
import { Client } from 'pg'
import { afterAll, beforeAll, describe } from 'vitest'
import { sha256 } from '#src/kernel/canonical.ts'
import { idSource, type Actor } from '#src/kernel/ids.ts'
import { Temporal, type Instant } from '#src/kernel/time.ts'
import { connect, type Database } from '../connect.ts'
import { scopeAt, type Scope, type System } from '../context.ts'
import { migrate, MIGRATIONS_FOLDER } from '../migrate.ts'
import { organizations } from '../schema/tenancy.ts'

const POSTGRES_URL = process.env['TEST_DATABASE_URL']
const TEMPLATE_LOCK = 7_233_302

function schemaHash(): string {
  const files = readdirSync(MIGRATIONS_FOLDER).filter((name) => name.endsWith('.sql'))
  return sha256(
    files
      .sort()
      .map((name) => readFileSync(join(MIGRATIONS_FOLDER, name), 'utf8'))
      .join(),
  ).slice(0, 16)
}

/** A migrated embedded database in memory, from a dump that the first test of a schema makes. */
async function openEmbedded(): Promise<Database> {
  const folder = join('node_modules', '.cache', 'tollkeeper')
  const path = join(folder, `template-${schemaHash()}.tar`)
  if (existsSync(path)) return connect({ loadDataDir: new Blob([readFileSync(path)]) })
  const database = await connect({})
  await migrate(database)
  const dump = await (database.driver as PGlite).dumpDataDir('none')
  mkdirSync(folder, { recursive: true })
  // Written aside and renamed: another test process may look for it at the same time.
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  writeFileSync(temporary, Buffer.from(await dump.arrayBuffer()))
  renameSync(temporary, path)
  return database
}

function databaseUrl(name: string): string {
  const url = new URL(POSTGRES_URL ?? '')
  url.pathname = `/${name}`
  return url.toString()
}

/** A fresh database on the real server, copied from a migrated template. */
async function openPostgres(): Promise<Database> {
  const admin = new Client({ connectionString: POSTGRES_URL })
  await admin.connect()
  const template = `tollkeeper_template_${schemaHash()}`
  const name = `tollkeeper_test_${process.pid}_${randomBytes(4).toString('hex')}`
  try {
    await admin.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK])
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [
      template,
    ])
    if (rowCount === 0) {
      await admin.query(`create database ${template}_new`)
      const fresh = await connect({ url: databaseUrl(`${template}_new`), poolSize: 2 })
      await migrate(fresh)
      await fresh.close()
      await admin.query(`alter database ${template}_new rename to ${template}`)
    }
    await admin.query(`create database ${name} template ${template}`)
  } finally {
    await admin.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK])
    await admin.end()
  }
  const database = await connect({ url: databaseUrl(name), poolSize: 20 })
  return {
    ...database,
    close: async () => {
      await database.close()
      const client = new Client({ connectionString: POSTGRES_URL })
      await client.connect()
      await client.query(`drop database if exists ${name} with (force)`)
      await client.end()
    },
  }
}

/** A database with helpers: time and ids are the test's own. */
export interface TestWorld {
  readonly database: Database
  readonly system: System
  /** Sets the real clock of `system`. */
  setNow(at: string): void
  /** Adds an organisation with sensible defaults. */
  addOrg(id: string, values?: Partial<typeof organizations.$inferInsert>): Promise<void>
  /** A scope of an organisation at the present instant (or `at`). */
  scope(orgId?: string, at?: string): Scope
}

const TEST_ACTOR: Actor = { kind: 'system', id: 'test' }

function worldOf(database: Database): TestWorld {
  let now: Instant = Temporal.Instant.from('2026-03-01T00:00:00Z')
  let sequence = 0
  const newId = idSource(
    () => now.epochMilliseconds,
    (size) => {
      sequence += 1
      const bytes = new Uint8Array(size)
      new DataView(bytes.buffer).setUint32(0, sequence)
      return bytes
    },
  )
  const system: System = { db: database.db, clock: { now: () => now }, newId }
  return {
    database,
    system,
    setNow: (at) => {
      now = Temporal.Instant.from(at)
    },
    addOrg: async (id, values = {}) => {
      await database.db.insert(organizations).values({
        id,
        name: 'Acme API GmbH',
        country: 'DE',
        timeZone: 'Europe/Berlin',
        currency: 'EUR',
        mode: 'sandbox',
        settings: {},
        createdAt: now,
        ...values,
      })
    },
    scope: (orgId = 'org_test', at) =>
      scopeAt(system, orgId, TEST_ACTOR, at ? Temporal.Instant.from(at) : now),
  }
}

/**
 * Describes a guarantee on every database: embedded always, PostgreSQL where TEST_DATABASE_URL names one.
 * `world()` is a fresh migrated database per describe block with organisation "org_test".
 */
export function describeOnDatabases(title: string, body: (world: () => TestWorld) => void): void {
  describeOn([EMBEDDED, POSTGRES], title, body)
}

/** The same where more than one process has to be at the database: the embedded one belongs to one. */
export function describeOnPostgres(title: string, body: (world: () => TestWorld) => void): void {
  describeOn([POSTGRES], title, body)
}

const EMBEDDED = { kind: 'embedded', open: openEmbedded, skipped: false }
const POSTGRES = { kind: 'postgres', open: openPostgres, skipped: POSTGRES_URL === undefined }

function describeOn(
  kinds: readonly (typeof EMBEDDED)[],
  title: string,
  body: (world: () => TestWorld) => void,
): void {
  for (const { kind, open, skipped } of kinds) {
    const suffix = skipped ? 'postgres: needs TEST_DATABASE_URL' : kind
    describe.skipIf(skipped)(`${title} [${suffix}]`, () => {
      let world: TestWorld | undefined
      beforeAll(async () => {
        world = worldOf(await open())
        await world.addOrg('org_test')
      })
      afterAll(async () => {
        await world?.database.close()
      })
      body(() => {
        if (!world)
          throw new Error('the database is opened in beforeAll: call world() inside a test')
        return world
      })
    })
  }
}
