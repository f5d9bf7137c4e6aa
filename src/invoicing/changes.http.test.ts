import { z } from '@hono/zod-openapi'
import { and, asc, eq } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { auditLog, outbox } from '#db/schema/tenancy.ts'
import { createCustomer } from '#src/customers/create-customer.ts'
import { createHttpApp } from '#src/http/create-http-app.ts'
import { createLogger } from '#src/http/request-log.ts'
import { createApiKey } from '#src/tenancy/create-key.ts'
import { publishPricing } from '#src/subscriptions/publish-pricing.ts'
import { subscriptionRoutes } from '#src/subscriptions/routes.ts'
import { subscribe } from '#src/subscriptions/subscribe.ts'
import { generateInvoice } from './generate-invoice.ts'
import { invoicingRoutes } from './routes.ts'
import { useCalls } from './testing/billing-world.ts'
import { PreviewView } from './views.ts'

const PRICING = `
version: "changes-1"
effectiveDate: "2025-01-01T00:00:00Z"
meteringWindow: monthly
roundingRule: nearest
tiers:
  - { id: small, name: Small, basePrice: 28, currency: EUR }
  - { id: big, name: Big, basePrice: 84.01, currency: EUR }
  - id: tried
    name: Tried
    basePrice: 56
    currency: EUR
    trialDays: 14
    charges: [{ metric: api_calls, model: per_unit, unitPrice: 0.01 }]
  - id: free_trial
    name: Free trial
    basePrice: 56
    currency: EUR
    trialDays: 14
    trialUsage: free
    charges: [{ metric: api_calls, model: per_unit, unitPrice: 0.01 }]
addons:
  - { id: seats, name: Seats, price: 7 }
`

const Body = z.record(z.string(), z.unknown())

async function open(world: TestWorld) {
  const { system } = world
  const app = createHttpApp({
    system,
    log: createLogger('silent'),
    routes: [
      subscriptionRoutes(),
      invoicingRoutes({ system, publicUrl: 'https://billing.acme.example' }),
    ],
  })
  const { key } = await world
    .scope()
    .transact((ctx) => createApiKey(ctx, { name: 'test', role: 'owner' }))
  return async (method: string, path: string, body?: unknown) => {
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' }
    const init = body === undefined ? {} : { body: JSON.stringify(body) }
    const answer = await app.request(path, { method, headers, ...init })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? {} : Body.parse(JSON.parse(text)) }
  }
}

/** A subscription "sub_<id>" of a new customer in Berlin, from the start of February. */
async function subscribed(
  world: TestWorld,
  id: string,
  input: Partial<Parameters<typeof subscribe>[1]>,
): Promise<void> {
  await world.scope('org_test', '2026-01-20T00:00:00Z').transact(async (ctx) => {
    await createCustomer(ctx, {
      id,
      name: `Kunde ${id}`,
      currency: 'EUR',
      country: 'DE',
      timeZone: 'Europe/Berlin',
      collection: 'transfer',
    })
    const from = { startedAt: '2026-02-01T00:00:00+01:00', planId: 'small' }
    await subscribe(ctx, { id: `sub_${id}`, customerId: id, ...from, ...input })
  })
}

describeOnDatabases('changes of a subscription over HTTP', (world) => {
  let send: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    await world()
      .scope()
      .transact((ctx) => publishPricing(ctx, PRICING))
    send = await open(world())
  })

  const lines = (body: unknown) =>
    PreviewView.parse(body).invoice?.lines.map((line) => `${line.amountMinor} ${line.description}`)
  const next = async (id: string, query = '') =>
    (await send('GET', `/api/subscriptions/sub_${id}/next-invoice${query}`)).body
  /** Bills the period and gives the lines of the subscription's invoice. */
  const billed = async (id: string, period: string, at: string) => {
    await generateInvoice(world().scope('org_test', at), { subscriptionId: `sub_${id}`, period })
    const { body } = await send('GET', `/api/invoices?customerId=${id}&period=${period}`)
    const [first] = z.array(z.object({ id: z.string() })).parse(body['data'])
    const shown = await send('GET', `/api/invoices/${first?.id}`)
    const parsed = z
      .array(z.object({ description: z.string(), amountMinor: z.string() }))
      .parse(shown.body['lines'])
    return parsed.map((line) => `${line.amountMinor} ${line.description}`)
  }
  const actions = async (id: string) => {
    const rows = await world()
      .system.db.select({ action: auditLog.action })
      .from(auditLog)
      .where(and(eq(auditLog.subjectType, 'subscription'), eq(auditLog.subjectId, id)))
      .orderBy(asc(auditLog.at), asc(auditLog.id))
    return rows.map(({ action }) => action)
  }

  it('previews an upgrade, does it, and bills what was previewed', async () => {
    await subscribed(world(), 'up', {})
    world().setNow('2026-02-15T10:00:00Z')
    const preview = await next('up', '?planId=big')
    const expected = [
      '1400 Small: base fee, 14 of 28 days (2026-02-01 to 2026-02-14)',
      '4201 Big: base fee, 14 of 28 days (2026-02-15 to 2026-02-28)',
    ]
    expect(lines(preview)).toEqual(expected)
    expect(preview).toMatchObject({ period: '2026-02', decision: 'draft' })
    expect(lines(await next('up'))).toEqual(['2800 Small: base fee'])
    const done = await send('POST', '/api/subscriptions/sub_up/changes', { planId: 'big' })
    expect(done).toMatchObject({ status: 201, body: { planId: 'big' } })
    expect(lines(await next('up'))).toEqual(expected)
    expect((await send('GET', '/api/subscriptions/sub_up')).body).toMatchObject({
      planId: 'small',
      currentPlanId: 'big',
      currentPeriod: { billedIn: '2026-02', end: '2026-02-28T23:00:00Z' },
      changes: [{ planId: 'big', at: '2026-02-15T10:00:00Z' }],
    })
    expect(await billed('up', '2026-02', '2026-03-01T06:00:00Z')).toEqual(expected)
    expect(await actions('sub_up')).toEqual(['subscription.created', 'subscription.plan_changed'])
  })

  it('refuses to change what is invoiced, naming the field and the invoice', async () => {
    world().setNow('2026-03-02T00:00:00Z')
    const at = '2026-02-20T00:00:00Z'
    for (const [method, path, body] of [
      ['POST', 'changes', { planId: 'small', at }],
      ['POST', 'cancel', { at }],
    ] as const)
      expect(await send(method, `/api/subscriptions/sub_up/${path}`, body)).toMatchObject({
        status: 400,
        body: { errors: [{ path: 'at', message: expect.stringContaining('INV-2026-02-0001') }] },
      })
    const booking = { addonId: 'seats', from: at }
    expect(await send('POST', '/api/subscriptions/sub_up/addons', booking)).toMatchObject({
      body: { errors: [{ path: 'from' }] },
    })
    const both = { planId: 'small', at: '2026-03-20T00:00:00Z', when: 'period_end' }
    expect(await send('POST', '/api/subscriptions/sub_up/changes', both)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'when' }] },
    })
  })

  it('takes up and down on one day as nothing, and two changes in a period as three parts', async () => {
    await subscribed(world(), 'day', {})
    for (const [now, planId] of [
      ['2026-02-15T10:00:00Z', 'big'],
      ['2026-02-15T16:00:00Z', 'small'],
    ] as const) {
      world().setNow(now)
      await send('POST', '/api/subscriptions/sub_day/changes', { planId })
    }
    expect(lines(await next('day'))).toEqual([
      '1400 Small: base fee, 14 of 28 days (2026-02-01 to 2026-02-14)',
      '1400 Small: base fee, 14 of 28 days (2026-02-15 to 2026-02-28)',
    ])
    await subscribed(world(), 'two', {})
    for (const [now, planId] of [
      ['2026-02-08T10:00:00Z', 'big'],
      ['2026-02-22T10:00:00Z', 'small'],
    ] as const) {
      world().setNow(now)
      await send('POST', '/api/subscriptions/sub_two/changes', { planId })
    }
    expect(lines(await next('two'))).toEqual([
      '700 Small: base fee, 7 of 28 days (2026-02-01 to 2026-02-07)',
      '4201 Big: base fee, 14 of 28 days (2026-02-08 to 2026-02-21)',
      '700 Small: base fee, 7 of 28 days (2026-02-22 to 2026-02-28)',
    ])
  })

  it('downgrades at the end of the period, which can be taken back until then', async () => {
    await subscribed(world(), 'down', { planId: 'big' })
    world().setNow('2026-02-15T10:00:00Z')
    const wanted = { planId: 'small', when: 'period_end' }
    const made = await send('POST', '/api/subscriptions/sub_down/changes', wanted)
    expect(made.body).toMatchObject({ at: '2026-02-28T23:00:00Z' })
    expect(await send('POST', '/api/subscriptions/sub_down/changes', wanted)).toEqual(made)
    expect(lines(await next('down'))).toEqual(['8401 Big: base fee'])
    world().setNow('2026-03-05T10:00:00Z')
    expect(lines(await next('down'))).toEqual(['2800 Small: base fee'])
    const path = `/api/subscriptions/sub_down/changes/${String(made.body['id'])}`
    expect(await send('DELETE', path)).toMatchObject({ status: 409 })
    world().setNow('2026-02-20T10:00:00Z')
    expect(await send('DELETE', path)).toMatchObject({ status: 204 })
    world().setNow('2026-03-05T10:00:00Z')
    expect(lines(await next('down'))).toEqual(['8401 Big: base fee'])
  })

  it('bills seats by the days of each number, and ends a booking', async () => {
    await subscribed(world(), 'seat', { addons: [{ id: 'b1', addonId: 'seats', quantity: '3' }] })
    world().setNow('2026-02-15T10:00:00Z')
    const path = '/api/subscriptions/sub_seat/addons'
    const expected = [
      '2800 Small: base fee',
      '1050 Seats, 3 ×, 14 of 28 days (2026-02-01 to 2026-02-14)',
      '1750 Seats, 5 ×, 14 of 28 days (2026-02-15 to 2026-02-28)',
    ]
    expect(lines(await next('seat', '?bookingId=b1&quantity=5'))).toEqual(expected)
    const more = await send('PATCH', `${path}/b1`, { quantity: '5' })
    expect(more).toMatchObject({ status: 200, body: { quantity: '5', to: null } })
    expect(await send('PATCH', `${path}/b1`, { quantity: '5' })).toEqual(more)
    expect(lines(await next('seat'))).toEqual(expected)
    const booking = String(more.body['id'])
    expect(lines(await next('seat', `?bookingId=${booking}&quantity=0`))).toEqual(
      expected.slice(0, 2),
    )
    const ends = await send('DELETE', `${path}/${booking}?when=period_end`)
    expect(ends.body).toMatchObject({ to: '2026-02-28T23:00:00Z' })
    expect(lines(await next('seat'))).toEqual(expected)
    for (const [quantity, at, field] of [
      ['0', undefined, 'quantity'],
      ['2', '2026-01-01T00:00:00Z', 'at'],
    ])
      expect(
        await send('PATCH', `${path}/${booking}`, { quantity, ...(at ? { at } : {}) }),
      ).toMatchObject({ status: 400, body: { errors: [{ path: field }] } })
    expect(await send('PATCH', `${path}/nope`, { quantity: '1' })).toMatchObject({ status: 404 })
    expect(await billed('seat', '2026-02', '2026-03-01T06:00:00Z')).toEqual(expected)
    expect(await actions('sub_seat')).toEqual([
      'subscription.created',
      'subscription.addon_added',
      'subscription.addon_changed',
      'subscription.addon_removed',
    ])
  })

  it('cancels at the end of the period, goes on when asked in time, and ends when not', async () => {
    await subscribed(world(), 'end', {})
    world().setNow('2026-02-15T10:00:00Z')
    const post = (what: string, body: unknown = {}) =>
      send('POST', `/api/subscriptions/sub_end/${what}`, body)
    expect(lines(await next('end', '?cancel=now'))).toEqual([
      '1400 Small: base fee, 14 of 28 days (2026-02-01 to 2026-02-14)',
    ])
    expect((await post('cancel', { when: 'period_end' })).body).toMatchObject({
      status: 'active',
      canceledAt: '2026-02-28T23:00:00Z',
    })
    expect(lines(await next('end'))).toEqual(['2800 Small: base fee'])
    expect((await post('reactivate')).body).toMatchObject({ canceledAt: null })
    expect((await post('reactivate')).body).toMatchObject({ canceledAt: null })
    await post('cancel', { when: 'period_end' })
    world().setNow('2026-02-20T10:00:00Z')
    expect((await post('cancel', { reason: 'at once' })).body).toMatchObject({
      status: 'canceled',
      canceledAt: '2026-02-20T10:00:00Z',
    })
    expect(await post('reactivate')).toMatchObject({ status: 409 })
    expect(lines(await next('end'))).toEqual([
      '1900 Small: base fee, 19 of 28 days (2026-02-01 to 2026-02-19)',
    ])
    const jobs = await world()
      .system.db.select({ key: outbox.key })
      .from(outbox)
      .where(eq(outbox.job, 'ADVANCE_SUBSCRIPTION'))
    expect(jobs.map(({ key }) => key)).toContain('sub_end:end:2026-02-28T23:00:00Z')
  })

  it('tries for 14 days, or as agreed; canceled within it bills usage or nothing', async () => {
    await subscribed(world(), 'try', { planId: 'tried' })
    await subscribed(world(), 'seven', { planId: 'small', trialDays: 7 })
    await subscribed(world(), 'no', { planId: 'tried', trialDays: 0 })
    const half = '2800 Tried: base fee, 14 of 28 days (2026-02-15 to 2026-02-28)'
    world().setNow('2026-02-10T10:00:00Z')
    expect(lines(await next('try'))).toEqual([half])
    expect(lines(await next('seven'))).toEqual([
      '2100 Small: base fee, 21 of 28 days (2026-02-08 to 2026-02-28)',
    ])
    expect(lines(await next('no'))).toEqual(['5600 Tried: base fee'])
    for (const [id, planId, expected] of [
      ['billed', 'tried', ['100 API calls: 100 × EUR 0.01']],
      ['free', 'free_trial', ['0 API calls: 100 × free']],
    ] as const) {
      await subscribed(world(), id, { planId, addons: [{ addonId: 'seats', quantity: '2' }] })
      await useCalls(world().scope(), id, '100', '2026-02-05T10:00:00Z')
      await send('POST', `/api/subscriptions/sub_${id}/cancel`, {})
      expect(await billed(id, '2026-02', '2026-03-01T06:00:00Z')).toEqual(expected)
    }
  })

  it('subscribes with coupons, or not at all where one is refused', async () => {
    await world()
      .scope()
      .transact((ctx) =>
        createCustomer(ctx, { id: 'with', name: 'W', currency: 'EUR', country: 'DE' }),
      )
    for (const id of ['TEN', 'FIVE'])
      await send('POST', '/api/coupons', {
        id,
        percentage: id === 'TEN' ? 10 : 5,
        duration: 'once',
      })
    const wanted = {
      id: 'sub_with',
      customerId: 'with',
      planId: 'small',
      startedAt: '2026-02-01T00:00:00Z',
    }
    const refused = await send('POST', '/api/subscriptions', { ...wanted, coupons: ['TEN', 'NO'] })
    expect(refused).toMatchObject({ status: 404, body: { detail: 'no coupon NO' } })
    expect(await send('GET', '/api/subscriptions/sub_with')).toMatchObject({ status: 404 })
    expect((await send('GET', '/api/coupons/TEN')).body).toMatchObject({ timesRedeemed: 0 })
    const both = { ...wanted, coupons: ['TEN', 'FIVE'] }
    expect(await send('POST', '/api/subscriptions', both)).toMatchObject({ status: 201 })
    expect(await send('POST', '/api/subscriptions', both)).toMatchObject({ status: 201 })
    expect(lines(await next('with'))).toEqual([
      '2800 Small: base fee',
      '-280 TEN: 10 % off',
      '-126 FIVE: 5 % off',
    ])
  })

  it('turns a trial into a paid subscription before its end', async () => {
    await subscribed(world(), 'early', { planId: 'tried', startedAt: '2026-03-01T00:00:00+01:00' })
    world().setNow('2026-03-10T10:00:00Z')
    const ended = await send('POST', '/api/subscriptions/sub_early/end-trial', {})
    expect(ended.body).toMatchObject({ status: 'active', trialEndsAt: '2026-03-10T10:00:00Z' })
    expect(await send('POST', '/api/subscriptions/sub_early/end-trial', {})).toEqual(ended)
    expect(lines(await next('early'))).toEqual([
      '3974 Tried: base fee, 22 of 31 days (2026-03-10 to 2026-03-31)',
    ])
  })

  it('defines, redeems and previews a coupon, and takes an item along', async () => {
    await subscribed(world(), 'shop', { startedAt: '2026-03-01T00:00:00+01:00' })
    const coupon = { id: 'SEATS', percentage: 50, duration: 'once', targets: { kinds: ['addon'] } }
    expect(await send('POST', '/api/coupons', coupon)).toMatchObject({
      status: 201,
      body: { id: 'SEATS', percentage: '50', timesRedeemed: 0, maxPerCustomer: 1 },
    })
    await send('POST', '/api/subscriptions/sub_shop/addons', {
      addonId: 'seats',
      quantity: 2,
      from: '2026-03-01T00:00:00+01:00',
    })
    const item = { customerId: 'shop', description: 'Training', unitPrice: '100.50' }
    expect(await send('POST', '/api/invoice-items', item)).toMatchObject({
      status: 201,
      body: { status: 'pending', currency: 'EUR', quantity: '1' },
    })
    const expected = [
      '2800 Small: base fee',
      '1400 Seats, 2 ×',
      '10050 Training',
      '-700 SEATS: 50 % off',
    ]
    expect(lines(await next('shop', '?couponId=SEATS'))).toEqual(expected)
    expect((await send('GET', '/api/coupons/SEATS')).body).toMatchObject({ timesRedeemed: 0 })
    const target = { subscriptionId: 'sub_shop' }
    const redeemed = await send('POST', '/api/coupons/SEATS/redemptions', target)
    expect(redeemed).toMatchObject({ status: 201, body: { customerId: 'shop', uses: [] } })
    expect(await send('POST', '/api/coupons/SEATS/redemptions', target)).toMatchObject({
      status: 422,
      body: { code: 'refused', errors: [{ path: 'couponId' }] },
    })
    expect(await billed('shop', '2026-03', '2026-04-01T06:00:00Z')).toEqual(expected)
    expect((await send('GET', '/api/coupon-redemptions?customerId=shop')).body).toMatchObject({
      data: [{ timesApplied: 1, uses: [{ amountMinor: '700', status: 'applied' }] }],
    })
    expect((await send('GET', '/api/invoice-items?status=invoiced')).body).toMatchObject({
      data: [{ customerId: 'shop', status: 'invoiced' }],
    })
    expect(await send('DELETE', '/api/coupons/SEATS')).toMatchObject({ status: 200 })
    const id = String(redeemed.body['id'])
    expect((await send('DELETE', `/api/coupon-redemptions/${id}`)).body).toMatchObject({
      endedAt: expect.any(String),
    })
    const wrong = { id: 'BAD', amount: 1.5, duration: 'forever' }
    expect(await send('POST', '/api/coupons', wrong)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'amount' }] },
    })
  })
})
