import { OpenAPIHono } from '@hono/zod-openapi'
import { sql } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { rowsOf } from '#db/context.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import type { AppEnv } from '#src/http/env.ts'
import type { Role } from '#src/http/roles.ts'
import { toProblem } from '#src/kernel/errors.ts'
import { examineRoutes } from '#src/invoicing/examine/routes.ts'
import { deadLetterRoutes } from './dead-letter-routes.ts'
import { meteringRoutes } from './routes.ts'
import { addCustomers, usage } from './testing/world.ts'

describeOnDatabases('usage over HTTP', (world) => {
  let role: Role = 'developer'
  const app = new OpenAPIHono<AppEnv>()
  app.onError((error, c) => c.json(toProblem(error), toProblem(error).status as 400))
  app.use(async (c, next) => {
    c.set('scope', world().scope())
    c.set('role', role)
    await next()
  })
  app.route('/', meteringRoutes())
  app.route('/', deadLetterRoutes())
  app.route('/', examineRoutes())
  beforeAll(async () => {
    await addCustomers(world(), ['1001', 'exact', 'group'])
    await addCustomers(world(), ['owes'], { status: 'past_due' })
  })

  async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
    const answer = await app.request(path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const short = { metric: 'api_calls', amount: 5, customerId: '1001' }

  it('takes the short form under its header: once, then a duplicate, another amount a conflict', async () => {
    const key = { 'idempotency-key': 'track-1' }
    expect(await post('/api/track', short, key)).toMatchObject({
      status: 202,
      body: { accepted: 1, results: [{ status: 'accepted', idempotencyKey: 'track-1' }] },
    })
    expect((await post('/api/track', short, key)).body).toMatchObject({ duplicate: 1 })
    expect((await post('/api/track', { ...short, amount: 6 }, key)).body).toMatchObject({
      results: [{ status: 'rejected', code: 'idempotency_conflict' }],
    })
  })

  it('refuses a short form that nothing names', async () => {
    expect(await post('/api/track', short)).toMatchObject({
      status: 400,
      body: { code: 'invalid_input', errors: [{ path: 'Idempotency-Key' }] },
    })
  })

  it('takes batches as an array, as {events}, and as CloudEvents', async () => {
    const cloud = (id: string) => ({
      specversion: '1.0',
      id,
      source: 's',
      type: 'api_calls',
      subject: '1001',
      data: { quantity: 1 },
    })
    const single = { 'content-type': 'application/cloudevents+json' }
    const batch = { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' }
    expect((await post('/api/events', [usage('b1'), usage('b2')])).body).toMatchObject({
      accepted: 2,
    })
    expect((await post('/api/events', { events: [usage('b3')] })).body).toMatchObject({
      accepted: 1,
    })
    expect((await post('/api/events', cloud('c1'), single)).body).toMatchObject({ accepted: 1 })
    expect((await post('/api/events', [cloud('c1'), cloud('c2')], batch)).body).toMatchObject({
      accepted: 1,
      duplicate: 1,
    })
  })

  it.each([
    ['{"events": 1}', 'events'],
    ['[1, 2', '(body): is not JSON'],
    ['7', '(body): must be an array'],
  ])('answers 400 to %s and writes nothing', async (text, detail) => {
    const answer = await post('/api/events', text)
    expect(answer.status).toBe(400)
    expect(answer.body['detail']).toContain(detail)
  })

  it('refuses 1,001 events with 413', async () => {
    const events = Array.from({ length: 1001 }, (_, index) => usage(`many-${index}`))
    expect((await post('/api/events', events)).status).toBe(413)
  })

  it('reads numbers exactly, however many digits they are written with', async () => {
    const numbers = [
      '0.1',
      '0.100000000000000001',
      '123456789012345.000000000001',
      '1e-7',
      '9007199254740993',
    ]
    const events = numbers.map(
      (number, index) =>
        `{"event_id":"x${index}","event_type":"exact","customer_id":"exact","quantity":${number}}`,
    )
    const answer = await post('/api/events', `[${events.join(',')}]`)
    expect((answer.body['results'] as { reason?: string }[]).map(({ reason }) => reason)).toEqual([
      undefined,
      'quantity: more than 12 digits after the point',
      undefined,
      undefined,
      'quantity: too large',
    ])
    const rows = await rowsOf<{ quantity: string }>(
      world().system.db,
      sql`select trim_scale(quantity)::text as quantity from usage_events where metric = 'exact' order by event_id`,
    )
    expect(rows.map(({ quantity }) => quantity)).toEqual([
      '0.1',
      '123456789012345.000000000001',
      '0.0000001',
    ])
  })

  it('groups concurrent single events, answers each its own, and counts each once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        post(
          '/api/track',
          { ...short, customerId: index === 7 ? 'owes' : index === 8 ? 'nobody' : 'group' },
          { 'idempotency-key': `group-${index % 150}` },
        ),
      ),
    )
    const codes = answers.map(({ body }) => {
      const [result] = body['results'] as { status: string; code?: string }[]
      return result?.code ?? result?.status
    })
    expect(codes.filter((code) => code === 'duplicate')).toHaveLength(48)
    expect(codes[7]).toBe('accepted')
    expect(answers[7]?.body['accounts']).toEqual({ owes: 'past_due' })
    expect(codes[8]).toBe('unknown_customer')
    expect(answers[9]?.body['accounts']).toBeUndefined()
  })

  it('shows exact usage, and explains an event by id or key', async () => {
    await post('/api/events', [
      usage('e1', { metric: 'seen', quantity: '2.5' }),
      usage('e2', { metric: 'seen' }),
    ])
    const query = 'customerId=1001&metric=seen&from=2026-02-20T10:00:00Z&to=2026-02-20T11:00:00Z'
    const answer = await app.request(`/api/usage?${query}`)
    expect(await answer.json()).toMatchObject({
      sum: '3.5',
      count: '2',
      hours: [{ hour: '2026-02-20T10:00:00Z', count: 2, sum: '3.5' }],
    })
    for (const id of ['evt_e1', 'e1']) {
      const why = await app.request(`/api/events/${id}/explanation`)
      expect(await why.json()).toMatchObject({
        state: 'counted',
        quantity: '2.5',
        inBucket: false,
        because: 'the account had no active subscription at its time',
      })
    }
    expect((await app.request('/api/events/none/explanation')).status).toBe(404)
  })

  it('lists dead letters page by page and redrives a mended one', async () => {
    await post('/api/events', [usage('d1', { quantity: 'x' }), usage('d2', { quantity: 'y' })])
    interface Letters {
      readonly data: { id: string; body: Record<string, unknown> }[]
      readonly nextCursor: string | null
    }
    const seen: Letters['data'] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const from: string = cursor === '' ? '' : `&cursor=${cursor}`
      const page = (await (await app.request(`/api/dead-letters?limit=1${from}`)).json()) as Letters
      seen.push(...page.data)
      cursor = page.nextCursor
    }
    const letter = seen.find(({ body }) => body['idempotency_key'] === 'd1')
    const mended = { ...letter?.body, quantity: '4' }
    const path = `/api/dead-letters/${letter?.id}/redrive`
    expect((await post(path, mended)).body).toMatchObject({ status: 'accepted' })
    expect((await post(path, mended)).body).toMatchObject({ status: 'duplicate' })
    const why = await app.request('/api/events/evt_d2/explanation')
    expect(await why.json()).toMatchObject({ state: 'refused', code: 'malformed', status: 'open' })
  })

  it('sends letters in again by their reason, and puts one away on record', async () => {
    await post('/api/events', [
      usage('r1', { customer: 'later' }),
      usage('r2', { customer: 'never' }),
      usage('r3', { at: '2025-06-01T00:00:00Z' }),
    ])
    await addCustomers(world(), ['later'])
    expect((await post('/api/dead-letters/redrive', { code: 'unknown_customer' })).body).toEqual({
      redriven: 1,
      stillRefused: 2,
      nextAfter: null,
    })
    expect((await post('/api/dead-letters/redrive', { code: 'too_old' })).body).toMatchObject({
      redriven: 1,
    })
    const open = (await (await app.request('/api/dead-letters?code=unknown_customer')).json()) as {
      data: { id: string; body: { customer_id?: string } }[]
    }
    const letter = open.data.find(({ body }) => body.customer_id === 'never')
    const path = `/api/dead-letters/${letter?.id}/dismiss`
    expect((await post(path, { reason: ' ' })).status).toBe(400)
    expect((await post(path, { reason: 'a test account' })).body).toMatchObject({
      status: 'dismissed',
    })
    expect((await app.request(`/api/dead-letters?status=dismissed`)).status).toBe(200)
    expect((await post('/api/dead-letters/dlq_none/dismiss', { reason: 'x' })).status).toBe(404)
  })

  it('takes a backfill of old months, and corrections entry by entry', async () => {
    const old = usage('old', { at: '2025-06-02T00:00:00Z' })
    expect((await post('/api/events', [old])).body).toMatchObject({
      results: [{ code: 'too_old' }],
    })
    expect((await post('/api/events/backfill', [old])).body).toMatchObject({ accepted: 1 })
    const entries = [
      {
        eventId: 'evt_old',
        action: 'amend',
        reason: 'wrong',
        changes: { quantity: '12345678901234567.5' },
      },
      { eventId: 'evt_old', action: 'amend', reason: 'wrong', changes: { amount: 2 } },
      { eventId: 'evt_old' },
    ]
    const made = await post('/api/events/corrections', { corrections: entries })
    expect(made).toMatchObject({ status: 200, body: { corrected: 1, rejected: 2 } })
    expect(await (await app.request('/api/events/evt_old/explanation')).json()).toMatchObject({
      state: 'withdrawn',
      withdrawal: { reason: 'wrong' },
    })
    expect((await post('/api/events/corrections', { entries })).body).toMatchObject({
      errors: [{ path: 'corrections' }],
    })
    expect(
      (
        await post(
          '/api/events/corrections',
          Array.from({ length: 101 }, () => ({})),
        )
      ).status,
    ).toBe(413)
  })

  it('lets a viewer read and not write', async () => {
    role = 'viewer'
    expect((await post('/api/events', [usage('v1')])).status).toBe(403)
    expect((await app.request('/api/dead-letters')).status).toBe(200)
    role = 'developer'
  })
})
