import { eq, sql, type SQL } from 'drizzle-orm'
import type { Actor, Clock, NewId } from '#src/kernel/ids.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { Instant } from '#src/kernel/time.ts'
import type { Db } from './connect.ts'
import { organizations } from './schema/tenancy.ts'

/** What every verb gets: a transaction bound to one organisation (row-level security on), and who, when, which ids. */
export interface Ctx {
  readonly db: Db
  readonly orgId: string
  readonly now: Instant
  readonly actor: Actor
  readonly newId: NewId
  /** The tax provider that this process can ask: documents that name it wait for its answer. Absent: our own table. */
  readonly taxProvider?: string | undefined
}

/** For verbs that talk to the network between transactions. */
export interface Scope {
  readonly orgId: string
  /** The organisation's time: its test clock in sandbox mode, else the real one. */
  readonly now: Instant
  readonly actor: Actor
  readonly newId: NewId
  readonly taxProvider?: string | undefined
  transact<T>(work: (ctx: Ctx) => Promise<T>): Promise<T>
}

/** The process: its database as owner (no tenant bound), the real clock, ids. Only roots, runners and the relay hold it. */
export interface System {
  readonly db: Db
  readonly clock: Clock
  readonly newId: NewId
  readonly taxProvider?: string | undefined
}

/** A scope at a given instant; `openScope` is the usual way in. */
export function scopeAt(system: System, orgId: string, actor: Actor, now: Instant): Scope {
  const { newId, taxProvider } = system
  return {
    orgId,
    now,
    actor,
    newId,
    taxProvider,
    transact: (work) =>
      system.db.transaction(async (db) => {
        // Not waited for: it is sent before anything of the work, and if it fails, everything behind it does.
        const bound = db
          // Compiling a statement takes longer than any of ours runs.
          .execute(
            sql`select set_config('role', 'tollkeeper_app', true), set_config('tollkeeper.org_id', ${orgId}, true),
              set_config('jit', 'off', true)`,
          )
          .execute()
        const [, result] = await Promise.all([
          bound,
          work({ db, orgId, now, actor, newId, taxProvider }),
        ])
        return result
      }),
  }
}

/**
 * A scope at the organisation's present time.
 * @throws not_found when there is no such organisation.
 */
export async function openScope(system: System, orgId: string, actor: Actor): Promise<Scope> {
  const [row] = await system.db
    .select({ clockAt: organizations.clockAt })
    .from(organizations)
    .where(eq(organizations.id, orgId))
  if (!row) throw new AppError('not_found', `no organisation ${orgId}`)
  return scopeAt(system, orgId, actor, row.clockAt ?? system.clock.now())
}

/**
 * Lets this transaction's commit not wait for the disk: for what is only done again when the database's machine fails in
 * that moment. What waits after it makes it durable too, for the log is written in order.
 */
export async function commitWithoutWaiting({ db }: Pick<Ctx, 'db'>): Promise<void> {
  await db.execute(sql`select set_config('synchronous_commit', 'off', true)`)
}

/** Rows of a hand-written statement. Instants and numerics arrive as text, counts as text or number: parse them. */
export async function rowsOf<Row extends object>(db: Db, query: SQL): Promise<Row[]> {
  const result = (await db.execute(query)) as { rows: Row[] }
  return result.rows
}

/** A statement written out once; `name` is its own, for the server keeps the plan under it. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** Rows of a prepared statement, for hot paths: a connection parses and plans it once. */
export async function statementRows<Row extends object>(
  db: Db,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  const query = { sql: text, params: [...values] }
  const result = await db._.session.prepareQuery(query, undefined, name, false).execute()
  return (result as { rows: Row[] }).rows
}

/**
 * `column = ${anyOf(ids)}`: one parameter however many there are, so that a chunk of thousands is one short statement
 * that the planner answers from an index.
 */
export function anyOf(values: readonly string[]): SQL {
  return sql`any(${sql.param(values)}::text[])`
}
