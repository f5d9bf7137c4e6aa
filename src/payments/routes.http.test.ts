import { OpenAPIHono } from '@hono/zod-openapi'
import { expect, it } from 'vitest'
import type { Scope } from '#db/context.ts'
import { dunningCases } from '#db/schema/collections.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { signWebhook } from '#src/gateways/payments/webhook-signature.ts'
import type { AppEnv } from '#src/http/env.ts'
import type { Role } from '#src/http/roles.ts'
import { toProblem } from '#src/kernel/errors.ts'
import { bankRoutes } from './bank-routes.ts'
import { paymentRoutes } from './routes.ts'
import { chargeInvoice } from './charge-invoice.ts'
import { paymentsOfInvoice } from './payment-rows.ts'
import { sandboxPages } from './sandbox-pages.ts'
import { sandboxRoutes } from './sandbox-routes.ts'
import { setUpProviderCustomer } from './set-up-provider-customer.ts'
import {
  addCustomer,
  addInvoice,
  eventRows,
  jobKeys,
  moneyState,
  runJobs,
  sandboxFor,
  verifierOf,
} from './testing/payment-world.ts'
import { refundRoutes } from './refund-routes.ts'
import { publicPaymentRoutes } from './public-routes.ts'

describeOnDatabases('the routes of payments', (world) => {
  let orgs = 0

  async function prepared(role: Role = 'owner', mode: 'live' | 'sandbox' = 'sandbox') {
    orgs += 1
    const orgId = `org_http_${orgs}`
    await world().addOrg(orgId, { mode })
    const scope = world().scope(orgId)
    await addCustomer(scope, '1')
    await addInvoice(scope, { id: 'inv', customerId: '1', totalMinor: 10_000n })
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
    app.route('/', paymentRoutes({ providerFor: sandboxFor(world()) }))
    app.route('/', bankRoutes())
    app.route('/', refundRoutes())
    app.route('/', sandboxRoutes())
    app.route('/', sandboxPages({ system: world().system, providerFor: sandboxFor(world()) }))
    app.route(
      '/',
      publicPaymentRoutes({
        system: world().system,
        verifier: verifierOf(world()),
        providerFor: sandboxFor(world()),
      }),
    )
    const post = (path: string, body: unknown) =>
      app.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    return { app, scope, post }
  }

  async function openCase(scope: Scope): Promise<void> {
    await scope.transact((ctx) =>
      ctx.db.insert(dunningCases).values({
        orgId: ctx.orgId,
        id: 'case',
        customerId: '1',
        invoiceId: 'inv',
        state: 'retry_scheduled',
        declineClass: 'customer_action',
        firstFailureAt: ctx.now,
        failures: 1,
        openedAt: ctx.now,
      }),
    )
  }

  it('a new card is put on file once, and pays what is in dunning', async () => {
    const { scope, post } = await prepared()
    await openCase(scope)
    const add = () => post('/api/customers/1/payment-methods', { token: 'pm_card_visa' })
    const first = await add()
    expect(first.status).toBe(201)
    const card = (await first.json()) as { id: string }
    expect(card).toMatchObject({ brand: 'visa', last4: '4242', expMonth: 12 })
    expect(await (await add()).json()).toEqual(card)
    expect(await jobKeys(scope, 'CHARGE_INVOICE')).toEqual([`inv:card_updated:${card.id}`])
    await runJobs(world())
    // The webhooks about the card have caused no second charge.
    expect(await jobKeys(scope, 'CHARGE_INVOICE')).toEqual([`inv:card_updated:${card.id}`])
    expect((await scope.transact(moneyState)).invoices).toMatchObject([{ status: 'paid' }])
  })

  it('a charge, and the refund of it, do what their previews showed and refuse anything else', async () => {
    const { app, scope, post } = await prepared()
    interface Seen {
      readonly hash: string
      readonly effects: Record<string, unknown>
    }
    const look = async (path: string) => (await (await app.request(path)).json()) as Seen
    const charges = '/api/invoices/inv/charges'
    const bare = await look(`${charges}/preview`)
    expect(bare.effects).toMatchObject({ does: 'refuse', reason: 'no_card', amountMinor: '0' })
    await post('/api/customers/1/payment-methods', { token: 'pm_card_visa' })
    const seen = await look(`${charges}/preview`)
    expect(seen.effects).toMatchObject({
      does: 'charge',
      reason: null,
      amountMinor: '10000',
      card: { brand: 'visa', last4: '4242' },
      attempt: 1,
    })
    expect(await look(`${charges}/preview`)).toEqual(seen)
    const charge = (expectedHash: string) => post(charges, { key: 'now', expectedHash })
    expect((await charge(bare.hash)).status).toBe(409)
    expect((await scope.transact(moneyState)).payments).toEqual([])
    const charged = (await (await charge(seen.hash)).json()) as { paymentId: string }
    expect(charged).toMatchObject({ kind: 'charged' })
    await runJobs(world())
    expect((await look(`${charges}/preview`)).effects).toMatchObject({ does: 'refuse' })

    const refunds = `/api/payments/${charged.paymentId}/refunds`
    const part = await look(`${refunds}/preview?amountMinor=2500`)
    expect(part.effects).toMatchObject({ action: 'refund', amountMinor: '2500', kind: 'card' })
    const refund = (amountMinor: string) =>
      post(refunds, { amountMinor, reason: 'outage', key: amountMinor, expectedHash: part.hash })
    expect((await refund('2600')).status).toBe(409)
    expect((await refund('2500')).status).toBe(201)
    expect((await refund('2500')).status).toBe(201)
    expect((await look(`${refunds}/preview`)).effects).toMatchObject({ amountMinor: '7500' })
  })

  it.each([
    ['an unknown customer', '/api/customers/none/payment-methods', { token: 'pm_card_visa' }, 404],
    ['a real card number', '/api/customers/1/payment-methods', { token: '4111111111111111' }, 400],
    ['no token', '/api/customers/1/payment-methods', {}, 400],
    ['an unknown behaviour', '/api/sandbox/cards/pm_x', { behaviour: 'explodes' }, 400],
    ['an unknown card', '/api/sandbox/cards/pm_x', { behaviour: 'succeeds' }, 404],
  ])('refuse %s', async (_what, path, body, status) => {
    const { post } = await prepared()
    expect((await post(path, body)).status).toBe(status)
  })

  it('give the cardholder’s side to sandbox organisations only, and money to those who may', async () => {
    const live = await prepared('owner', 'live')
    const path = '/api/sandbox/cards/pm_x'
    expect((await live.post(path, { behaviour: 'succeeds' })).status).toBe(403)
    const viewer = await prepared('viewer')
    const card = await viewer.post('/api/customers/1/payment-methods', { token: 'pm_card_visa' })
    expect(card.status).toBe(403)
  })

  it('let a sandbox customer confirm a payment and change the card behind the links of mails', async () => {
    const { app, scope, post } = await prepared()
    await post('/api/customers/1/payment-methods', { token: 'pm_card_authenticationRequired' })
    const deps = { providerFor: sandboxFor(world()) }
    await chargeInvoice(scope, deps, { invoiceId: 'inv', cause: 'finalized' })
    const [payment] = await scope.transact((ctx) => paymentsOfInvoice(ctx, 'inv'))
    const submit = (url: string, body: Record<string, string>) =>
      app.request(url, { method: 'POST', body: new URLSearchParams(body) })
    expect((await app.request(payment?.actionUrl ?? '')).status).toBe(200)
    await submit(payment?.actionUrl ?? '', { result: 'succeeded' })
    await runJobs(world())
    expect((await scope.transact(moneyState)).invoices).toMatchObject([{ status: 'paid' }])
    const customer = await setUpProviderCustomer(scope, deps, { customerId: '1' })
    const link = await deps.providerFor(scope).updateCardLink(customer)
    expect(await (await app.request(link)).text()).toContain('no money moves')
    expect(await (await submit(link, { token: '4242 4242 4242 4242' })).text()).toContain('4242')
    expect((await app.request(link.replace(scope.orgId, 'org_none'))).status).toBe(404)
  })

  it('import a statement and list what waits for a person', async () => {
    const { app } = await prepared()
    const csv = 'date,amount,payer,reference\n2026-03-02,5.00,Unknown,nothing\n'
    const load = (body: string) =>
      app.request('/api/bank-statements', {
        method: 'POST',
        headers: { 'content-type': 'text/csv' },
        body,
      })
    expect(await (await load(csv)).json()).toMatchObject({ lines: 1, review: 1 })
    const list = await app.request('/api/bank-transactions?status=review')
    expect(await list.json()).toMatchObject({
      data: [{ amountMinor: '500', status: 'review', score: 0 }],
      nextCursor: null,
    })
    expect((await load(csv.replace('5.00', 'x'))).status).toBe(400)
    expect((await load('')).status).toBe(400)
  })

  it('take a signed webhook once and refuse any other', async () => {
    const { app, scope } = await prepared()
    const object = { object: 'x', id: 'x_1', metadata: { org_id: scope.orgId } }
    const body = JSON.stringify({ id: 'evt_1', type: 'x.y', created: 1, data: { object } })
    const at = world().system.clock.now()
    const post = (rawBody: string, signature: string) =>
      app.request('/webhooks/stripe', {
        method: 'POST',
        headers: { 'stripe-signature': signature, 'content-type': 'application/json' },
        body: rawBody,
      })
    const good = signWebhook({ rawBody: body, secret: 'whsec_test', at })
    const bad = signWebhook({ rawBody: body, secret: 'whsec_other', at })
    expect((await post(body, bad)).status).toBe(400)
    expect((await post(`${body}\n`, good)).status).toBe(400)
    expect((await app.request('/webhooks/stripe', { method: 'POST', body })).status).toBe(400)
    expect(await eventRows(scope)).toEqual([])
    expect(await (await post(body, good)).json()).toEqual({ received: true, duplicate: false })
    expect(await (await post(body, good)).json()).toEqual({ received: true, duplicate: true })
    expect(await eventRows(scope)).toHaveLength(1)
    const odd = body.replace('evt_1', 'evt_2').replace('"x_1"', '"x\\u0000\\ud800"')
    const signed = signWebhook({ rawBody: odd, secret: 'whsec_test', at })
    expect((await post(odd, signed)).status).toBe(200)
  })

  it('lead from a hosted invoice to the card page, and a new card there pays what is open', async () => {
    const { app, scope } = await prepared()
    await openCase(scope)
    const to = await app.request(`/i/${encodeURIComponent(`${scope.orgId}:inv`)}/card`)
    expect(to.status).toBe(302)
    const page = new URL(to.headers.get('location') ?? '')
    expect((await app.request(page.pathname)).status).toBe(200)
    const saved = await app.request(page.pathname, {
      method: 'POST',
      body: new URLSearchParams({ token: 'pm_card_visa' }),
    })
    expect(saved.status).toBe(200)
    expect(await jobKeys(scope, 'CHARGE_INVOICE')).toEqual([
      expect.stringMatching(/^inv:card_updated:/),
    ])
    expect((await app.request('/i/guessed/card')).status).toBe(404)
  })
})
