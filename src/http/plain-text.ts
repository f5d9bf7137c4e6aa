import { createMiddleware } from 'hono/factory'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import type { AppEnv } from './env.ts'

/** These read their bodies themselves, event by event: one bad event does not refuse the others. */
const OWN_READERS = new Set(['/api/track', '/api/events'])
const BODIES = new Set(['POST', 'PUT', 'PATCH'])
// In JSON both can only stand as escapes.
const SUSPECT = /\\u0000|\\ud[89a-f]/i
const DEEPEST = 64

/**
 * Refuses NUL characters and halves of surrogate pairs, which no database keeps, in a query; in a path they name
 * nothing.
 * @throws invalid_input naming the parameter; not_found for a path.
 */
export function plainAddress() {
  return createMiddleware<AppEnv>(async (c, next) => {
    const url = new URL(c.req.url)
    if (url.pathname.includes('%00'))
      throw new AppError('not_found', 'nothing has a NUL character in its name')
    for (const [name, value] of url.searchParams)
      if (!isPlain(value)) throw invalidField(name, COMPLAINT)
    await next()
  })
}

/** The same for bodies, before a room stumbles over them. @throws invalid_input naming the field. */
export function plainBody() {
  return createMiddleware<AppEnv>(async (c, next) => {
    if (BODIES.has(c.req.method) && !OWN_READERS.has(c.req.path)) refuseIn(await c.req.text())
    await next()
  })
}

const COMPLAINT = 'must not contain NUL characters or halves of surrogate pairs'

function isPlain(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed()
}

function refuseIn(text: string): void {
  if (isPlain(text) && !SUSPECT.test(text)) return
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    // No JSON: what reads it says so, but for a character that nobody can keep.
    if (isPlain(text)) return
    throw invalidField('(body)', COMPLAINT)
  }
  const path = unkeepable(body, [])
  if (path) throw invalidField(path.join('.') || '(body)', COMPLAINT)
}

/** Where the first text stands that cannot be kept. */
function unkeepable(value: unknown, path: readonly string[]): readonly string[] | null {
  if (typeof value === 'string') return isPlain(value) ? null : path
  if (typeof value !== 'object' || value === null) return null
  if (path.length > DEEPEST) return path.slice(0, 3)
  for (const [name, inner] of Object.entries(value)) {
    if (!isPlain(name)) return path
    const found = unkeepable(inner, [...path, name])
    if (found) return found
  }
  return null
}
