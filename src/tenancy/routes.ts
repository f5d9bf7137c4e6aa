import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { ROLES } from '#src/http/roles.ts'
import { AppError } from '#src/kernel/errors.ts'
import { PageQuery, pageOf } from '#src/kernel/paging.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { createApiKey } from './create-key.ts'
import { listApiKeys, type ApiKeyRow } from './list-keys.ts'
import { revokeApiKey } from './revoke-key.ts'
import { readTestClock, requestClockAdvance, startTestClock, type TestClock } from './test-clock.ts'

const Instant = z.iso.datetime({ offset: true })
const KeyView = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    role: z.enum(ROLES),
    createdAt: Instant,
    expiresAt: Instant.nullable(),
    revokedAt: Instant.nullable(),
    lastUsedAt: Instant.nullable(),
  })
  .openapi('ApiKey')
const KeyPage = z.object({ data: z.array(KeyView), nextCursor: z.string().nullable() })
const NewKey = z.strictObject({
  name: z.string().trim().min(1).max(100),
  role: z.enum(ROLES),
  expiresAt: Instant.optional(),
})
const CreatedKey = z.object({ id: z.string(), key: z.string(), prefix: z.string() })
const ClockView = z
  .object({
    now: Instant,
    target: Instant.nullable(),
    status: z.enum(['ready', 'advancing']),
  })
  .openapi('TestClock')
const ClockChange = z.union([
  z.strictObject({ startAt: Instant }),
  z.strictObject({ advanceTo: Instant }),
])

const listKeys = createRoute({
  method: 'get',
  path: '/api/keys',
  summary: 'API keys, newest first; the secrets are not kept',
  middleware: [requireRole('keys', 'read')],
  request: { query: PageQuery },
  responses: { 200: json(KeyPage, 'A page of keys') },
})

const createKey = createRoute({
  method: 'post',
  path: '/api/keys',
  summary: 'Create an API key; the answer shows it this once',
  middleware: [requireRole('keys', 'write')],
  request: { body: { ...json(NewKey), required: true } },
  responses: { 201: json(CreatedKey, 'The key') },
})

const deleteKey = createRoute({
  method: 'delete',
  path: '/api/keys/{id}',
  summary: 'Revoke an API key: refused everywhere within five seconds',
  middleware: [requireRole('keys', 'write')],
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: 'Revoked' } },
})

const showClock = createRoute({
  method: 'get',
  path: '/api/test-clock',
  summary: 'The test clock of a sandbox organisation',
  middleware: [requireRole('testClock', 'read')],
  responses: { 200: json(ClockView, 'The clock') },
})

const moveClock = createRoute({
  method: 'post',
  path: '/api/test-clock',
  summary: 'Start the test clock, or let it walk forward through all work due on the way',
  middleware: [requireRole('testClock', 'write')],
  request: { body: { ...json(ClockChange), required: true } },
  responses: { 200: json(ClockView, 'The clock') },
})

function keyView(row: ApiKeyRow): z.infer<typeof KeyView> {
  return {
    ...row,
    createdAt: row.createdAt.toString(),
    expiresAt: row.expiresAt?.toString() ?? null,
    revokedAt: row.revokedAt?.toString() ?? null,
    lastUsedAt: row.lastUsedAt?.toString() ?? null,
  }
}

function clockView(clock: TestClock): z.infer<typeof ClockView> {
  return {
    now: clock.now.toString(),
    target: clock.target?.toString() ?? null,
    status: clock.status,
  }
}

/** `/api/keys` and `/api/test-clock`. */
export function tenancyRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(listKeys, async (c) => {
    const query = c.req.valid('query')
    const rows = await c.get('scope').transact((ctx) => listApiKeys(ctx, query))
    return c.json(
      pageOf(rows, query.limit, (row) => row.id, keyView),
      200,
    )
  })
  app.openapi(createKey, async (c) => {
    const { name, role, expiresAt } = c.req.valid('json')
    // Nobody makes a key that can do more than they can.
    if (role === 'owner' && c.get('role') !== 'owner')
      throw new AppError('forbidden', 'only an owner makes an owner key')
    const made = await c.get('scope').transact((ctx) =>
      createApiKey(ctx, {
        name,
        role,
        ...(expiresAt === undefined ? {} : { expiresAt: parseInstant(expiresAt, 'expiresAt') }),
      }),
    )
    // Keeps the secret out of caches and out of the stored answers of idempotency keys.
    c.header('Cache-Control', 'no-store')
    return c.json(made, 201)
  })
  app.openapi(deleteKey, async (c) => {
    const { id } = c.req.valid('param')
    await c.get('scope').transact((ctx) => revokeApiKey(ctx, id, 'revoked through the API'))
    return c.body(null, 204)
  })
  app.openapi(showClock, async (c) =>
    c.json(clockView(await c.get('scope').transact(readTestClock)), 200),
  )
  app.openapi(moveClock, async (c) => {
    const change = c.req.valid('json')
    const clock = await c
      .get('scope')
      .transact((ctx) =>
        'startAt' in change
          ? startTestClock(ctx, parseInstant(change.startAt, 'startAt'))
          : requestClockAdvance(ctx, parseInstant(change.advanceTo, 'advanceTo')),
      )
    return c.json(clockView(clock), 200)
  })
  return app
}
