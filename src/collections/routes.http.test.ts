import { OpenAPIHono } from '@hono/zod-openapi'
import { expect, it } from 'vitest'
import { scopeAt } from '#db/context.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { customerRoutes } from '#src/customers/routes.ts'
import type { AppEnv } from '#src/http/env.ts'
import type { Role } from '#src/http/roles.ts'
import { toProblem } from '#src/kernel/errors.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { pricingRoutes } from '#src/subscriptions/pricing-routes.ts'
import { subscriptionRoutes } from '#src/subscriptions/routes.ts'
import { collectionRoutes } from './routes.ts'
import { dunningWorld } from './testing/dunning-world.ts'

const PRICING = `
version: v1
effectiveDate: "2026-01-01T00:00:00Z"
meteringWindow: monthly
roundingRule: nearest
tiers: [{ id: api, basePrice: 10.10, currency: EUR }]
addons: [{ id: support, price: 99 }]
`

describeOnDatabases('accounts, subscriptions and dunning over HTTP', (world) => {
  let made = 0

  async function open(role: Role = 'owner') {
    made += 1
    const orgId = `org_http_${made}`
    await world().addOrg(orgId)
    const scope = scopeAt(
      world().system,
      orgId,
      { kind: 'api_key', id: 'key_1' },
      parseInstant('2026-03-02T12:00:00Z'),
    )
    const app = new OpenAPIHono<AppEnv>()
    app.onError((error) => {
      const problem = toProblem(error)
      return Response.json(problem, { status: problem.status })
    })
    app.use('/api/*', async (c, next) => {
      c.set('scope', scope)
      c.set('role', role)
      await next()
    })
    for (const routes of [
      customerRoutes(),
      pricingRoutes(),
      subscriptionRoutes(),
      collectionRoutes(),
    ])
      app.route('/', routes)
    const call = async (method: string, path: string, body?: unknown) => {
      const text = typeof body === 'string'
      const answer = await app.request(path, {
        method,
        headers: { 'content-type': text ? 'text/yaml' : 'application/json' },
        ...(body === undefined ? {} : { body: text ? body : JSON.stringify(body) }),
      })
      const json = (await answer.json()) as Record<string, unknown>
      return { status: answer.status, json }
    }
    return { orgId, call }
  }

  it('sets an account up from price list to add-on, and shows it again', async () => {
    const { call } = await open()
    expect(await call('POST', '/api/pricing', PRICING)).toMatchObject({
      status: 201,
      json: { version: 'v1' },
    })
    expect((await call('GET', '/api/pricing/v1')).json).toMatchObject({
      tiers: [{ basePrice: '10.1' }],
    })
    const customer = {
      id: '1047',
      name: 'Kunde',
      currency: 'EUR',
      contacts: [{ email: 'A@b.example', name: 'A' }],
    }
    expect((await call('POST', '/api/customers', customer)).status).toBe(201)
    expect((await call('POST', '/api/customers', customer)).status).toBe(201)
    expect(await call('POST', '/api/customers', { ...customer, name: 'X' })).toMatchObject({
      status: 409,
      json: { code: 'conflict' },
    })
    const subscription = { id: 'sub_1', customerId: '1047', planId: 'api' }
    expect((await call('POST', '/api/subscriptions', subscription)).status).toBe(201)
    const addon = { addonId: 'support', quantity: '2' }
    expect((await call('POST', '/api/subscriptions/sub_1/addons', addon)).json).toMatchObject({
      quantity: '2',
    })
    expect((await call('GET', '/api/customers/1047')).json).toMatchObject({
      status: 'active',
      contacts: [{ email: 'a@b.example' }],
    })
    expect((await call('GET', '/api/subscriptions?customerId=1047')).json).toMatchObject({
      data: [{ id: 'sub_1', addons: [addon], changes: [] }],
      nextCursor: null,
    })
    const canceled = await call('POST', '/api/subscriptions/sub_1/cancel', {})
    expect(canceled.json).toMatchObject({ status: 'canceled' })
  })

  it.each([
    ['POST', '/api/customers', { id: '1', name: 'A', currency: 'EURO' }, 400],
    ['POST', '/api/customers', { id: '1', name: 'A', currency: 'EUR', vat: 'x' }, 400],
    ['POST', '/api/subscriptions', { customerId: 'nobody', planId: 'api' }, 404],
    ['POST', '/api/pricing', 'version: 1\ntiers: []', 400],
    ['GET', '/api/customers?cursor=!!', undefined, 400],
    ['GET', '/api/customers/nobody', undefined, 404],
    ['POST', '/api/dunning-cases/none/pause', { until: '2026-03-09T00:00:00Z', reason: 'x' }, 404],
  ])('%s %s with %j is refused: %i', async (method, path, body, status) => {
    const { call } = await open()
    expect((await call(method, path, body)).status).toBe(status)
  })

  it('lets a person pause, hold and resume a case, and a viewer only look', async () => {
    const { orgId, call } = await open()
    const org = dunningWorld(world(), orgId)
    await org.debtor('1')
    const opened = await org.fail('2026-03-01T12:00:00Z', 'inv_1', 'expired_card')
    const path = `/api/dunning-cases/${opened?.caseId}`
    expect((await call('GET', '/api/dunning-cases?open=true')).json).toMatchObject({
      data: [{ state: 'payment_attempted', declineCode: 'expired_card', failures: 1 }],
    })
    const until = '2026-03-09T00:00:00Z'
    const paused = await call('POST', `${path}/pause`, { until, reason: 'they called' })
    expect(paused.json).toMatchObject({ pausedUntil: until })
    expect((await call('POST', `${path}/resume`, { reason: 'go on' })).json).toMatchObject({
      pausedUntil: null,
    })
    expect((await call('POST', `${path}/hold`, { reason: 'key account' })).status).toBe(200)
    expect((await call('GET', '/api/customers/1')).json).toMatchObject({ manualHold: true })
    expect((await call('POST', `${path}/close`, { reason: 'too early' })).status).toBe(409)
    const viewer = await open('viewer')
    expect((await viewer.call('GET', '/api/dunning-cases')).status).toBe(200)
    expect((await viewer.call('POST', `${path}/hold`, { reason: 'x' })).status).toBe(403)
  })
})
