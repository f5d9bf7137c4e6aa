import { sql } from 'drizzle-orm'
import { AppError } from '#src/kernel/errors.ts'
import type { Db } from './connect.ts'
import { rowsOf } from './context.ts'

const INSUFFICIENT_PRIVILEGE = '42501'

const CREATE_ROLE = `DO $$ BEGIN
  CREATE ROLE tollkeeper_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`

/**
 * Sees to it that the role of the application exists and that this owner may act in it. Managed PostgreSQL has no
 * superuser: an owner who may create roles makes it and becomes its member; for one who may not, an administrator does.
 * @throws refused with the statements an administrator runs once.
 */
export async function ensureAppRole(db: Db): Promise<void> {
  if (await mayAct(db)) return
  const [known] = await rowsOf(db, sql`select 1 from pg_roles where rolname = 'tollkeeper_app'`)
  try {
    if (!known) await db.execute(sql.raw(CREATE_ROLE))
    if (await mayAct(db)) return
    await db.execute(sql`grant tollkeeper_app to current_user`)
  } catch (error) {
    if (codeOf(error) !== INSUFFICIENT_PRIVILEGE) throw error
    const [row] = await rowsOf<{ owner: string }>(
      db,
      sql`select quote_ident(current_user) as owner`,
    )
    const create = known ? '' : 'CREATE ROLE tollkeeper_app NOLOGIN; '
    const grant = `GRANT tollkeeper_app TO ${row?.owner ?? 'the owner'};`
    throw new AppError(
      'refused',
      `the owner of this database may not act as the application; an administrator runs once: ${create}${grant}`,
      { cause: error },
    )
  }
}

/** Whether `set role` would be allowed: asked by doing it, since the servers' versions define membership differently. */
async function mayAct(db: Db): Promise<boolean> {
  try {
    await db.transaction((tx) => tx.execute(sql`set local role tollkeeper_app`))
    return true
  } catch {
    return false
  }
}

function codeOf(error: unknown): unknown {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
}
