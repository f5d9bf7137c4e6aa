import { createRoute, z } from '@hono/zod-openapi'
import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { idempotencyKeys } from '#db/schema/tenancy.ts'
import { AppError } from '#src/kernel/errors.ts'
import { createApiKey } from '#src/tenancy/create-key.ts'
import { tenancyRoutes } from '#src/tenancy/routes.ts'
import { apiRouter, json } from './api-router.ts'
import { createHttpApp } from './create-http-app.ts'
import { healthRoutes } from './health.ts'
import { createLogger } from './request-log.ts'
import type { Role } from './roles.ts'

/** A counter behind the API: how often the handler really ran. */
function counterRoutes() {
  const app = apiRouter()
  const seen = { runs: 0 }
  const Body = z.object({ n: z.number().int().positive(), mode: z.string().optional() })
  const count = createRoute({
    method: 'post',
    path: '/api/counter',
    summary: 'Count <b>up</b>',
    request: { body: { ...json(Body), required: true } },
    responses: { 201: json(z.object({ runs: z.number(), n: z.number() }), 'Counted') },
  })
  app.openapi(count, (c) => {
    const { n, mode } = c.req.valid('json')
    seen.runs += 1
    if (mode === 'refuse') throw new AppError('refused', 'not now')
    if (mode === 'crash') throw new Error('secret detail')
    if (mode?.startsWith('query'))
      throw new Error(`Failed query: select 1\nparams: Ann Lee,${mode}`, {
        cause: new Error(`no ${mode} and DE89 3704 0044 0532 0130 00`),
      })
    return c.json({ runs: seen.runs, n }, 201)
  })
  app.post('/api/events', (c) => c.json({ runs: (seen.runs += 1) }))
  return { app, seen }
}

async function open(world: TestWorld, role: Role = 'owner') {
  const lines: string[] = []
  const log = createLogger('info', { write: (line: string) => lines.push(line) })
  const counter = counterRoutes()
  const app = createHttpApp({
    system: world.system,
    log,
    routes: [tenancyRoutes(), healthRoutes({ system: world.system }), counter.app],
  })
  const { key } = await world.scope().transact((ctx) => createApiKey(ctx, { name: 'test', role }))
  const send = (method: string, path: string, body?: unknown, headers = {}) =>
    app.request(path, {
      method,
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', ...headers },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  return { app, send, lines, seen: counter.seen, key }
}

describeOnDatabases('the HTTP side', (world) => {
  it('answers every error as a problem with a stable code, and keeps surprises to itself', async () => {
    const { app, send, lines } = await open(world())
    const missing = await app.request('/api/keys')
    expect(missing.status).toBe(401)
    expect(missing.headers.get('content-type')).toBe('application/problem+json')
    expect(await missing.json()).toMatchObject({ code: 'unauthorized', status: 401 })
    expect(await (await send('GET', '/nowhere')).json()).toMatchObject({ code: 'not_found' })
    expect(await (await send('POST', '/api/counter', { n: -1 })).json()).toMatchObject({
      code: 'invalid_input',
      errors: [{ path: 'n' }],
    })
    expect(await (await send('POST', '/api/counter', '{"n":')).json()).toMatchObject({
      code: 'invalid_input',
    })
    const crash = await send('POST', '/api/counter', { n: 1, mode: 'crash' })
    expect(crash.status).toBe(500)
    expect(await crash.text()).not.toContain('secret detail')
    expect(lines.join('')).toContain('secret detail')
  })

  it('refuses what no JSON is, and text that no database keeps, naming the field', async () => {
    const { send } = await open(world())
    const typed = await send('POST', '/api/counter', 'n=1', { 'Content-Type': 'text/plain' })
    expect(await typed.json()).toMatchObject({ status: 415, code: 'unsupported_media_type' })
    expect(await (await send('POST', '/api/counter', '{"n":')).json()).toMatchObject({
      errors: [{ path: '(body)' }],
    })
    for (const text of ['a\u0000b', '\ud800', 'x\udc00'])
      expect(await (await send('POST', '/api/counter', { n: 1, mode: text })).json()).toMatchObject(
        { code: 'invalid_input', errors: [{ path: 'mode' }] },
      )
    expect((await send('POST', '/api/counter', { n: 1, mode: '💥 \\u0000' })).status).toBe(201)
    expect((await send('GET', '/api/keys?cursor=%00')).status).toBe(400)
    expect((await send('GET', '/api/keys?cursor=AAAA')).status).toBe(400)
    expect((await send('DELETE', '/api/keys/%00')).status).toBe(404)
    expect((await send('GET', '/health/ready?x=%00')).status).toBe(400)
  })

  it('logs a surprise without the data it carries', async () => {
    const { app, send, lines } = await open(world())
    const mode = 'query ann@lee.example tk_test_abcdefghijkl 4242 4242 4242 4242'
    expect((await send('POST', '/api/counter', { n: 1, mode })).status).toBe(500)
    await app.request('/i/0123456789abcdef0123456789')
    const log = lines.join('')
    expect(log).toContain('Failed query: select 1')
    for (const secret of ['Ann Lee', 'lee.example', 'abcdefghijkl', '4242', '0532', '0123456789ab'])
      expect(log).not.toContain(secret)
  })

  it('refuses what the role may not do', async () => {
    const viewer = await open(world(), 'viewer')
    expect((await viewer.send('GET', '/api/keys')).status).toBe(403)
    const admin = await open(world(), 'admin')
    expect((await admin.send('GET', '/api/keys')).status).toBe(200)
    expect((await admin.send('POST', '/api/keys', { name: 'x', role: 'owner' })).status).toBe(403)
  })

  it('creates, lists and revokes keys; a revoked key is refused', async () => {
    const { app, send } = await open(world())
    const made = (await (
      await send('POST', '/api/keys', { name: 'x', role: 'viewer' })
    ).json()) as {
      id: string
      key: string
    }
    const page = await (await send('GET', '/api/keys?limit=1')).json()
    expect(page).toMatchObject({
      data: [{ id: made.id, name: 'x' }],
      nextCursor: expect.any(String),
    })
    expect(JSON.stringify(page)).not.toContain(made.key)
    expect((await send('DELETE', `/api/keys/${made.id}`)).status).toBe(204)
    const refused = await app.request('/api/test-clock', {
      headers: { Authorization: `Bearer ${made.key}` },
    })
    expect(refused.status).toBe(401)
  })

  it('refuses a body over the limit of its path', async () => {
    const { send } = await open(world())
    const large = JSON.stringify({ n: 1, pad: 'x'.repeat(1_100_000) })
    const answer = await send('POST', '/api/counter', large, {
      'Content-Length': String(large.length),
    })
    expect(await answer.json()).toMatchObject({ code: 'payload_too_large' })
    expect((await send('POST', '/api/events', large)).status).toBe(200)
  })

  it('starts and advances the test clock', async () => {
    const { send } = await open(world())
    const started = await send('POST', '/api/test-clock', { startAt: '2026-02-01T00:00:00Z' })
    expect(await started.json()).toEqual({
      now: '2026-02-01T00:00:00Z',
      target: null,
      status: 'ready',
    })
    const moving = await send('POST', '/api/test-clock', { advanceTo: '2026-02-08T00:00:00Z' })
    expect(await moving.json()).toMatchObject({ status: 'advancing' })
    expect((await send('POST', '/api/test-clock', { advanceTo: 'soon' })).status).toBe(400)
  })

  it('logs requests without keys or queries, under the caller’s request id', async () => {
    const { send, lines, key } = await open(world())
    const answer = await send('GET', '/api/keys?cursor=a%40b.example', undefined, {
      'X-Request-Id': 'abc-1',
    })
    expect(answer.headers.get('x-request-id')).toBe('abc-1')
    expect(lines.join('')).toContain('"requestId":"abc-1"')
    expect(lines.join('')).not.toContain(key)
    expect(lines.join('')).not.toContain('b.example')
  })

  it('documents itself: OpenAPI 3.1, and a page that loads nothing from elsewhere', async () => {
    const { app } = await open(world())
    const document = (await (await app.request('/api/openapi.json')).json()) as {
      openapi: string
      paths: object
    }
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toContain('/api/keys/{id}')
    const page = await (await app.request('/docs')).text()
    expect(page).toContain('/api/test-clock')
    expect(page).toContain('Count &lt;b&gt;up&lt;/b&gt;')
    expect(page).not.toMatch(/<script|src=|href="https?:/)
  })

  it('tells its health: alive, and ready with the state of the outbox', async () => {
    const { app } = await open(world())
    expect((await app.request('/health/live')).status).toBe(200)
    expect(await (await app.request('/health/ready')).json()).toMatchObject({
      status: 'ok',
      checks: { database: 'up' },
      outbox: { due: 0, failed: 0, oldestAgeSeconds: 0 },
    })
    const down = apiRouter().route(
      '/',
      healthRoutes({
        system: world().system,
        checks: { redis: () => Promise.reject(new Error()) },
      }),
    )
    const answer = await down.request('/health/ready')
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({ checks: { redis: 'down', database: 'up' } })
  })
})

describeOnDatabases('idempotency keys', (world) => {
  it('give the same request the same answer without doing it again', async () => {
    const { send, seen } = await open(world())
    const headers = { 'Idempotency-Key': 'k1' }
    const first = await send('POST', '/api/counter', { n: 1 }, headers)
    const again = await send('POST', '/api/counter', { n: 1 }, headers)
    expect(again.status).toBe(201)
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'))
    expect(await again.text()).toBe(await first.text())
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(seen.runs).toBe(1)
  })

  it('refuse another request under the same key', async () => {
    const { send } = await open(world())
    const headers = { 'Idempotency-Key': 'k2' }
    await send('POST', '/api/counter', { n: 1 }, headers)
    const other = await send('POST', '/api/counter', { n: 2 }, headers)
    expect(other.status).toBe(422)
    expect(await other.json()).toMatchObject({ code: 'idempotency_key_reused' })
  })

  it('answer 409 while the first request runs, and let go of one that was killed', async () => {
    const { send } = await open(world())
    const headers = { 'Idempotency-Key': 'k3' }
    await send('POST', '/api/counter', { n: 1 }, headers)
    const rows = world().system.db
    await rows
      .update(idempotencyKeys)
      .set({ status: null, answer: null })
      .where(eq(idempotencyKeys.key, 'k3'))
    const inFlight = await send('POST', '/api/counter', { n: 1 }, headers)
    expect(await inFlight.json()).toMatchObject({ code: 'request_in_flight', status: 409 })
    world().setNow('2026-03-01T00:01:01Z')
    expect((await send('POST', '/api/counter', { n: 1 }, headers)).status).toBe(201)
  })

  it('run once when two requests race', async () => {
    const { send, seen } = await open(world())
    const headers = { 'Idempotency-Key': 'race' }
    const statuses = await Promise.all(
      [1, 2, 3].map(async () => (await send('POST', '/api/counter', { n: 1 }, headers)).status),
    )
    expect(seen.runs).toBe(1)
    expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([])
  })

  it('forget what changed nothing, so that a retry may succeed', async () => {
    const { send, seen } = await open(world())
    for (const mode of ['crash', 'refuse']) {
      const headers = { 'Idempotency-Key': mode }
      await send('POST', '/api/counter', { n: 1, mode }, headers)
      await send('POST', '/api/counter', { n: 1, mode }, headers)
    }
    expect(seen.runs).toBe(4)
  })

  it('never keep a secret: a key is not made twice, and not shown twice', async () => {
    const { send } = await open(world())
    const headers = { 'Idempotency-Key': 'make-a-key' }
    const body = { name: 'once', role: 'viewer' }
    const made = (await (await send('POST', '/api/keys', body, headers)).json()) as { key: string }
    expect((await send('POST', '/api/keys', body, headers)).status).toBe(409)
    const rows = await world().system.db.select().from(idempotencyKeys)
    expect(JSON.stringify(rows)).not.toContain(made.key)
  })

  it('do not apply to usage events, which carry their own', async () => {
    const { send, seen } = await open(world())
    await send('POST', '/api/events', {}, { 'Idempotency-Key': 'e' })
    await send('POST', '/api/events', {}, { 'Idempotency-Key': 'e' })
    expect(seen.runs).toBe(2)
  })
})
