import { createMiddleware } from 'hono/factory'
import { openScope, scopeAt, type Scope, type System } from '#db/context.ts'
import { AppError } from '#src/kernel/errors.ts'
import { authenticateKey, type Caller } from '#src/tenancy/authenticate-key.ts'
import type { AppEnv } from './env.ts'

/** The key of a Bearer header, or the password of a Basic one: all that many mail providers can send. */
function keyOf(authorization: string | undefined): string | null {
  const [scheme, value] = (authorization ?? '').trim().split(/\s+/, 2)
  if (scheme?.toLowerCase() === 'bearer') return value ?? null
  if (scheme?.toLowerCase() !== 'basic' || value === undefined) return null
  const pair = Buffer.from(value, 'base64').toString('utf8')
  return pair.slice(pair.indexOf(':') + 1)
}

/**
 * The caller behind an `Authorization: Bearer tk_…` header, or a Basic one with the key as password.
 * @throws unauthorized: the same words for a missing, unknown, revoked and expired key.
 */
export async function callerOf(system: System, authorization: string | undefined): Promise<Caller> {
  const key = keyOf(authorization)
  const caller = key === null ? null : await authenticateKey(system, key)
  if (!caller)
    throw new AppError('unauthorized', 'a valid API key is needed: Authorization: Bearer tk_…')
  return caller
}

type Header = (name: string) => string | undefined

/**
 * Puts the organisation's scope and the caller's role on the request; `credential` is where its key is found.
 * @throws unauthorized
 */
export function authenticate(
  system: System,
  credential: (header: Header) => string | undefined = (header) => header('authorization'),
) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const caller = await callerOf(
      system,
      credential((name) => c.req.header(name)),
    )
    c.set('scope', await scopeOf(system, caller))
    c.set('role', caller.role)
    await next()
  })
}

/** Only a sandbox has a clock to look up: usage of a live organisation spares the database a question an event. */
function scopeOf(system: System, { orgId, actor, isSandbox }: Caller): Promise<Scope> | Scope {
  return isSandbox
    ? openScope(system, orgId, actor)
    : scopeAt(system, orgId, actor, system.clock.now())
}
