import { createMiddleware } from 'hono/factory'
import { and, eq, isNull, lt, ne } from 'drizzle-orm'
import type { Scope, System } from '#db/context.ts'
import { EFFECT_ROUTE, idempotencyKeys } from '#db/schema/tenancy.ts'
import { hashOf, sha256 } from '#src/kernel/canonical.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import type { AppEnv } from './env.ts'

const MUTATIONS = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
/** These have a key in each event, exact and for longer. */
const EXCLUDED = new Set(['/api/track', '/api/events', '/api/events/backfill'])
/** A request that takes longer was killed: its client may try again. */
const IN_FLIGHT_SECONDS = 60
const MAX_KEY_LENGTH = 255

type Claim = { kind: 'ours' } | { kind: 'answered'; status: number; answer: string | null }

/**
 * Mutations under /api with an `Idempotency-Key`: same key and same request get the stored answer. A request that was
 * refused or failed changed nothing: it is forgotten, so that a retry works. Runs after `authenticate`.
 * @throws idempotency_key_reused for another request under the key; request_in_flight while the first one runs.
 */
export function idempotency(system: System) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const key = c.req.header('idempotency-key')
    if (key === undefined || !MUTATIONS.has(c.req.method) || EXCLUDED.has(c.req.path)) return next()
    if (key.length === 0 || key.length > MAX_KEY_LENGTH)
      throw invalidField('Idempotency-Key', `must have 1 to ${MAX_KEY_LENGTH} characters`)
    const scope = c.get('scope')
    const request = {
      key,
      route: `${c.req.method} ${c.req.path}`,
      bodyHash: hashOf({
        query: new URL(c.req.url).search,
        type: c.req.header('content-type') ?? '',
        body: sha256(new Uint8Array(await c.req.arrayBuffer())),
      }),
    }
    const claim = await claimKey(system, scope, request)
    if (claim.kind === 'answered') return replay(claim)
    await next()
    await keepAnswer(system, scope.orgId, request, c.res.clone())
  })
}

interface Keyed {
  readonly key: string
  readonly route: string
  readonly bodyHash: string
}

async function claimKey(system: System, scope: Scope, request: Keyed): Promise<Claim> {
  // Real time: a test clock that stands still would keep a dead request in flight for ever.
  const now = system.clock.now()
  return scope.transact(async ({ db, orgId }) => {
    const own = and(eq(idempotencyKeys.orgId, orgId), eq(idempotencyKeys.key, request.key))
    await db
      .delete(idempotencyKeys)
      .where(
        and(
          own,
          isNull(idempotencyKeys.status),
          lt(idempotencyKeys.createdAt, now.subtract({ seconds: IN_FLIGHT_SECONDS })),
        ),
      )
    const inserted = await db
      .insert(idempotencyKeys)
      .values({ orgId, ...request, status: null, answer: null, createdAt: now })
      .onConflictDoNothing()
      .returning({ key: idempotencyKeys.key })
    if (inserted.length === 1) return { kind: 'ours' }
    const [row] = await db.select().from(idempotencyKeys).where(own)
    if (!row) throw new AppError('request_in_flight', 'the first request with this key just ended')
    if (row.route !== request.route || row.bodyHash !== request.bodyHash)
      throw new AppError(
        'idempotency_key_reused',
        `this Idempotency-Key was used for another request (${row.route})`,
      )
    if (row.status === null)
      throw new AppError('request_in_flight', 'the first request with this key is still running')
    return { kind: 'answered', status: row.status, answer: row.answer }
  })
}

interface StoredAnswer {
  readonly type: string | null
  readonly body: string | null
}

function replay(claim: { status: number; answer: string | null }): Response {
  if (claim.answer === null)
    throw new AppError('conflict', 'done before; its answer held a secret, which is not kept')
  const { type, body } = JSON.parse(claim.answer) as StoredAnswer
  return new Response(body, {
    status: claim.status,
    headers: { ...(type ? { 'Content-Type': type } : {}), 'Idempotency-Replayed': 'true' },
  })
}

async function keepAnswer(
  system: System,
  orgId: string,
  request: Keyed,
  response: Response,
): Promise<void> {
  const own = and(eq(idempotencyKeys.orgId, orgId), eq(idempotencyKeys.key, request.key))
  // Nothing was changed, so that doing it again is safe and may go better.
  if (response.status >= 400) {
    await system.db.delete(idempotencyKeys).where(own)
    return
  }
  const secret = response.headers.get('cache-control')?.includes('no-store') ?? false
  const body = response.body === null ? null : await response.text()
  const stored: StoredAnswer = { type: response.headers.get('content-type'), body }
  await system.db
    .update(idempotencyKeys)
    .set({ status: response.status, answer: secret ? null : JSON.stringify(stored) })
    .where(and(own, eq(idempotencyKeys.bodyHash, request.bodyHash)))
}

/**
 * Forgets the requests that a killed process left half done. Only for a database that one process has to itself, when
 * that process begins: clients may then try again at once.
 */
export async function forgetKilledRequests(system: Pick<System, 'db'>): Promise<void> {
  await system.db
    .delete(idempotencyKeys)
    .where(and(isNull(idempotencyKeys.status), ne(idempotencyKeys.route, EFFECT_ROUTE)))
}

/** Forgets answers older than a day, as Stripe does; for the worker's housekeeping. */
export async function forgetOldAnswers(system: System): Promise<void> {
  const before = system.clock.now().subtract({ hours: 24 })
  await system.db
    .delete(idempotencyKeys)
    .where(and(lt(idempotencyKeys.createdAt, before), ne(idempotencyKeys.route, EFFECT_ROUTE)))
}
