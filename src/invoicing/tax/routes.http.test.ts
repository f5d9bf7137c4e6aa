import { pino } from 'pino'
import { beforeAll, expect, it } from 'vitest'
import { describeOnDatabases } from '#db/testing/database.ts'
import { createHttpApp } from '#src/http/create-http-app.ts'
import { createApiKey } from '#src/tenancy/create-key.ts'
import { runBilling } from '../run-billing.ts'
import { addAccount, openShop } from '../testing/billing-world.ts'
import { customerRoutes } from '#src/customers/routes.ts'
import { invoicingRoutes } from '../routes.ts'

describeOnDatabases('tax over HTTP', (world) => {
  let ask: (
    method: string,
    path: string,
    body?: object,
  ) => Promise<{ status: number; body: ReturnType<typeof JSON.parse> }>

  beforeAll(async () => {
    const scope = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(scope)
    await addAccount(scope, '1', {
      planId: 'flat',
      customer: { country: 'FR', taxId: 'FR 83 404 833 048', name: 'Lumière' },
    })
    const { key } = await scope.transact((ctx) =>
      createApiKey(ctx, { name: 'test', role: 'admin' }),
    )
    const app = createHttpApp({
      system: world().system,
      log: pino({ level: 'silent' }),
      routes: [
        customerRoutes(),
        invoicingRoutes({ system: world().system, publicUrl: 'https://billing.example' }),
      ],
    })
    ask = async (method, path, body) => {
      const answer = await app.request(path, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: answer.status, body: await answer.json() }
    }
  })

  it('shows the settings with their defaults and changes what the body names', async () => {
    expect(await ask('GET', '/api/tax/settings')).toMatchObject({
      status: 200,
      body: {
        country: 'DE',
        registrations: [],
        euConsumers: 'destination',
        pendingTaxIdHours: null,
        taxIdRecheckDays: 90,
      },
    })
    const changed = await ask('PATCH', '/api/tax/settings', {
      registrations: ['us-ny', 'EL', 'GB'],
      pendingTaxIdHours: 48,
    })
    expect(changed).toMatchObject({
      status: 200,
      body: { registrations: ['US-NY', 'GR', 'GB'], pendingTaxIdHours: 48, taxIdRecheckDays: 90 },
    })
    expect(await ask('PATCH', '/api/tax/settings', { euConsumers: 'origin' })).toMatchObject({
      body: { registrations: ['US-NY', 'GR', 'GB'], pendingTaxIdHours: 48, euConsumers: 'origin' },
    })
    expect(
      await ask('PATCH', '/api/tax/settings', {
        euConsumers: 'destination',
        pendingTaxIdHours: null,
      }),
    ).toMatchObject({ body: { euConsumers: 'destination', pendingTaxIdHours: null } })
  })

  it.each([
    [{ registrations: ['US-NY', 'AU'] }, 'registrations[1]'],
    [{ euConsumers: 'both' }, 'euConsumers'],
    [{ pendingTaxIdHours: -1 }, 'pendingTaxIdHours'],
    [{ taxIdRecheckDays: 0.5 }, 'taxIdRecheckDays'],
    [{ stripeTaxCode: 'saas' }, 'stripeTaxCode'],
  ])('refuses %j and names the field', async (body, path) => {
    expect(await ask('PATCH', '/api/tax/settings', body)).toMatchObject({
      status: 400,
      body: { errors: [{ path }] },
    })
  })

  it('tells how a customer is taxed, what waits, and asks again on request', async () => {
    await runBilling(world().scope('org_test', '2026-03-01T12:00:00Z'), { period: '2026-02' })
    const { body } = await ask('GET', '/api/customers/1/tax')
    expect(body).toMatchObject({
      taxId: 'FR83404833048',
      status: 'pending',
      source: 'format',
      taxes: [{ jurisdiction: 'FR', rate: '0.2', rateSince: '2014-01-01', treatment: 'taxed' }],
      open: { code: 'tax_id_pending' },
      held: [{ period: '2026-02', hold: { code: 'tax_id_pending' } }],
      checks: [],
    })
    const invoice = await ask('GET', `/api/invoices/${body.held[0].invoiceId}`)
    expect(invoice.body).toMatchObject({ status: 'draft', hold: { code: 'tax_id_pending' } })
    expect(await ask('POST', '/api/customers/1/tax/check')).toMatchObject({ status: 202 })
    expect(await ask('GET', '/api/customers/nobody/tax')).toMatchObject({ status: 404 })
  })

  it('keeps a customer’s currency once it is in use, and says which field', async () => {
    expect(await ask('PATCH', '/api/customers/1', { currency: 'USD' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'currency', message: expect.stringMatching(/invoices in EUR/) }] },
    })
    await addAccount(world().scope(), '2', { planId: 'flat' })
    expect(await ask('PATCH', '/api/customers/2', { currency: 'USD' })).toMatchObject({
      status: 422,
      body: { errors: [{ message: expect.stringMatching(/sub_2 is priced in EUR/) }] },
    })
    await addAccount(world().scope(), '3', { planId: null })
    expect(await ask('PATCH', '/api/customers/3', { currency: 'USD' })).toMatchObject({
      status: 200,
      body: { currency: 'USD' },
    })
  })
})
