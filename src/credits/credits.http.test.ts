import { z } from '@hono/zod-openapi'
import { and, eq } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { customers } from '#db/schema/customers.ts'
import { paymentMethods } from '#db/schema/payments.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { customerRoutes } from '#src/customers/routes.ts'
import { createHttpApp } from '#src/http/create-http-app.ts'
import { createLogger } from '#src/http/request-log.ts'
import type { Role } from '#src/http/roles.ts'
import { addAccount, openShop } from '#src/invoicing/testing/billing-world.ts'
import { createApiKey } from '#src/tenancy/create-key.ts'
import { purchaseRoutes } from './purchase-routes.ts'
import { CreditPurchaseView, TopUpView } from './purchase-views.ts'
import { creditRoutes } from './routes.ts'
import { CreditBalanceView, CreditGrantView } from './views.ts'

const NOW = '2026-02-15T00:00:00Z'

describeOnDatabases('credit over HTTP', (world) => {
  async function open(role: Role) {
    const { system } = world()
    const app = createHttpApp({
      system,
      log: createLogger('silent'),
      routes: [creditRoutes(), purchaseRoutes(), customerRoutes()],
    })
    const { key } = await world()
      .scope('org_test', NOW)
      .transact((ctx) => createApiKey(ctx, { name: role, role }))
    return (method: string, path: string, body?: unknown, idempotencyKey?: string) =>
      app.request(path, {
        method,
        headers: {
          Authorization: `Bearer ${key}`,
          'Content-Type': 'application/json',
          ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
  }

  beforeAll(async () => {
    world().setNow(NOW)
    const scope = world().scope('org_test', NOW)
    await openShop(scope)
    await addAccount(scope, '1', { planId: 'flat' })
    await addAccount(scope, '2', { planId: 'flat', customer: { collection: 'card' } })
    await scope.transact((ctx) =>
      ctx.db
        .update(customers)
        .set({ providerCustomerId: 'cus_2' })
        .where(and(eq(customers.orgId, ctx.orgId), eq(customers.id, '2'))),
    )
  })

  const gift = {
    customerId: '1',
    amountMinor: '4000',
    name: 'Welcome',
    rollover: { percentage: '50', capMinor: '1000' },
    expiresAt: '2026-06-01T00:00:00+02:00',
    reason: 'signed up at the fair',
    key: 'fair-1',
  }

  it('grants, shows, lists and voids; the same request is answered once', async () => {
    const send = await open('admin')
    const first = await send('POST', '/api/credits/grants', gift, 'i1')
    expect(first.status).toBe(201)
    const made = CreditGrantView.parse(await first.json())
    expect(made).toMatchObject({
      kind: 'promotional',
      currency: 'EUR',
      remainingMinor: '4000',
      expiresAt: '2026-05-31T22:00:00Z',
      rollover: { percentage: '50', capMinor: '1000', validDays: null },
    })
    const again = await send('POST', '/api/credits/grants', gift, 'i1')
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    const other = await send('POST', '/api/credits/grants', gift, 'i2')
    expect(CreditGrantView.parse(await other.json()).id).toBe(made.id)

    const List = z.object({ data: z.array(CreditGrantView), nextCursor: z.string().nullable() })
    const listed = await send('GET', '/api/credits/grants?customerId=1&open=true')
    expect(List.parse(await listed.json()).data.map(({ id }) => id)).toEqual([made.id])

    const balanceAt = async (query: string) => {
      const answer = await send('GET', `/api/customers/1/credit-balance${query}`)
      return CreditBalanceView.parse(await answer.json()).availableMinor
    }
    expect(await balanceAt('')).toBe('4000')
    expect(await balanceAt('?at=2026-02-14T00:00:00Z')).toBe('0')
    const customer = (await (await send('GET', '/api/customers/1')).json()) as object
    expect(customer).toMatchObject({ credit: { currency: 'EUR', promotionalMinor: '4000' } })

    const voided = await send('POST', `/api/credits/grants/${made.id}/void`, { reason: 'mistake' })
    expect(await voided.json()).toEqual({
      grantId: made.id,
      voidedMinor: '4000',
      creditNoteId: null,
    })
    const shown = await send('GET', `/api/credits/grants/${made.id}`)
    expect(await shown.json()).toMatchObject({
      remainingMinor: '0',
      movements: [{ kind: 'grant' }, { kind: 'void', amountMinor: '-4000', reason: 'mistake' }],
    })
  })

  it('sells credit once per key and lists what was ordered', async () => {
    const send = await open('owner')
    const order = { customerId: '1', amountMinor: '10000', validDays: 365, key: 'order-1' }
    const first = await send('POST', '/api/credits/purchases', order)
    expect(first.status).toBe(201)
    const made = CreditPurchaseView.parse(await first.json())
    expect(made).toMatchObject({ status: 'open', source: 'order', terms: { validDays: 365 } })
    const again = await send('POST', '/api/credits/purchases', order)
    expect(CreditPurchaseView.parse(await again.json()).id).toBe(made.id)
    const listed = await send('GET', '/api/credits/purchases?customerId=1')
    expect(await listed.json()).toMatchObject({ data: [{ id: made.id }], nextCursor: null })
    const other = await send('POST', '/api/credits/purchases', { ...order, amountMinor: '5' })
    expect(other.status).toBe(409)
  })

  it('sets, shows and turns off an automatic top-up', async () => {
    await world()
      .scope('org_test', NOW)
      .transact(async (ctx) => {
        await ctx.db.insert(paymentMethods).values({
          orgId: ctx.orgId,
          id: 'pm_1',
          customerId: '2',
          provider: 'sandbox',
          brand: 'visa',
          last4: '4242',
          expMonth: 1,
          expYear: 2030,
          fingerprint: 'f',
          status: 'attached',
          createdAt: ctx.now,
        })
      })
    const send = await open('owner')
    const setting = {
      thresholdMinor: '1000',
      amountMinor: '5000',
      limit: { maxTopUps: 3, maxAmountMinor: '20000' },
    }
    const set = await send('PUT', '/api/customers/2/top-up', setting)
    expect(TopUpView.parse(await set.json())).toMatchObject({
      status: 'on',
      limit: { per: 'month', maxTopUps: 3 },
    })
    const bad = await send('PUT', '/api/customers/2/top-up', { ...setting, amountMinor: '30000' })
    expect(await bad.json()).toMatchObject({ errors: [{ path: 'limit.maxAmountMinor' }] })
    expect((await send('PUT', '/api/customers/1/top-up', setting)).status).toBe(422)
    const off = await send('DELETE', '/api/customers/2/top-up')
    expect(TopUpView.parse(await off.json()).status).toBe('off')
    const shown = await send('GET', '/api/customers/2/top-up')
    expect(TopUpView.parse(await shown.json()).status).toBe('off')
    expect((await send('GET', '/api/customers/1/top-up')).status).toBe(404)
  })

  it('names the field of a bad request', async () => {
    const send = await open('owner')
    const answer = await send('POST', '/api/credits/grants', { ...gift, amountMinor: '-1' })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ errors: [{ path: 'amountMinor' }] })
    expect((await send('GET', '/api/credits/grants/none')).status).toBe(404)
    expect((await send('GET', '/api/customers/none/credit-balance')).status).toBe(404)
  })

  it('lets everybody look and only owners and admins give', async () => {
    for (const role of ['developer', 'viewer'] as const) {
      const send = await open(role)
      expect((await send('GET', '/api/credits/grants')).status).toBe(200)
      const refused = await send('POST', '/api/credits/grants', { ...gift, key: role })
      expect(refused.status).toBe(403)
    }
  })
})
