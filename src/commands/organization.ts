import { asc } from 'drizzle-orm'
import { openScope, type Scope, type System } from '#db/context.ts'
import { organizations } from '#db/schema/tenancy.ts'
import { AppError } from '#src/kernel/errors.ts'

const ACTOR = { kind: 'system', id: 'cli' } as const

/**
 * The organisation a command works for: the one named, or the only one there is.
 * @throws invalid_input when none is named and there is none, or more than one.
 */
export async function scopeForCommand(system: System, orgId: string | undefined): Promise<Scope> {
  if (orgId !== undefined) return namedScope(system, orgId)
  const rows = await system.db
    .select({ id: organizations.id })
    .from(organizations)
    .orderBy(asc(organizations.createdAt))
    .limit(2)
  const [only, other] = rows
  if (!only)
    throw new AppError(
      'invalid_input',
      'there is no organisation yet: run the demo, or make one with `keys create --new-org "Name"`',
    )
  if (other) throw new AppError('invalid_input', '--org: there is more than one, name it')
  return openScope(system, only.id, ACTOR)
}

async function namedScope(system: System, orgId: string): Promise<Scope> {
  try {
    return await openScope(system, orgId, ACTOR)
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found')
      throw new AppError('invalid_input', `--org: ${error.message}`)
    throw error
  }
}
