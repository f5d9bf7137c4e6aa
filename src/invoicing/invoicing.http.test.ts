import { localRegister } from '#src/gateways/tax/register.ts'
import { z } from '@hono/zod-openapi'
import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { messages } from '#db/schema/inbox.ts'
import { createHttpApp } from '#src/http/create-http-app.ts'
import { createLogger } from '#src/http/request-log.ts'
import type { Role } from '#src/http/roles.ts'
import { ledgerRoutes } from '#src/ledger/routes.ts'
import { createApiKey } from '#src/tenancy/create-key.ts'
import { applyPayment } from './apply-payment.ts'
import { generateInvoice } from './generate-invoice.ts'
import { invoicingJobs } from './jobs.ts'
import { MoneyPreviewView } from './money-effects.ts'
import { invoicingRoutes } from './routes.ts'
import { RunSummaryView } from './run-views.ts'
import { addAccount1047, openShop, useCalls } from './testing/billing-world.ts'
import { InvoiceDetailView, InvoiceView, PreviewView } from './views.ts'

const publicUrl = 'https://billing.acme.example'

async function open(world: TestWorld, role: Role = 'owner') {
  world.setNow('2026-03-01T12:00:00Z')
  const { system } = world
  const app = createHttpApp({
    system,
    log: createLogger('silent'),
    routes: [invoicingRoutes({ system, publicUrl }), ledgerRoutes()],
  })
  const { key } = await world.scope().transact((ctx) => createApiKey(ctx, { name: 'test', role }))
  let sent = 0
  return async (method: string, path: string, body?: unknown) => {
    sent += 1
    const headers: Record<string, string> = {
      Authorization: `Bearer ${key}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': `${role}-${sent}-${path}`,
    }
    const init = body === undefined ? {} : { body: JSON.stringify(body) }
    return app.request(path, { method, headers, ...init })
  }
}

describeOnDatabases('invoices over HTTP', (world) => {
  it('previews, bills exactly that, shows it, credits it, and opens the hosted page', async () => {
    const early = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(early)
    await addAccount1047(early)
    const send = await open(world())
    const target = { subscriptionId: 'sub_1047', period: '2026-02' }

    const preview = PreviewView.parse(
      await (await send('POST', '/api/invoices/preview', target)).json(),
    )
    expect(preview).toMatchObject({ decision: 'draft', invoice: { totalMinor: '31291' } })
    expect(await (await send('GET', '/api/invoices')).json()).toEqual({
      data: [],
      nextCursor: null,
    })

    const run = RunSummaryView.parse(
      await (await send('POST', '/api/billing-runs', { period: '2026-02' })).json(),
    )
    expect(run).toMatchObject({
      generated: 1,
      skipped: [],
      totalMinorByCurrency: { EUR: '31291' },
      alreadyDone: false,
    })
    const again = await (await send('POST', '/api/billing-runs', { period: '2026-02' })).json()
    expect(again).toEqual({ ...run, alreadyDone: true })

    const page = z
      .object({ data: z.array(InvoiceView) })
      .parse(await (await send('GET', '/api/invoices?status=finalized&customerId=1047')).json())
    expect(page.data).toHaveLength(1)
    const id = page.data[0]?.id
    const shown = InvoiceDetailView.parse(await (await send('GET', `/api/invoices/${id}`)).json())
    expect(shown).toMatchObject({
      number: 'INV-2026-02-0001',
      contentHash: preview.invoice?.contentHash,
      lines: [
        { amountMinor: '0' },
        { amountMinor: '9000' },
        { amountMinor: '7395', quantity: '147891', unitPrice: '0.0005', exactAmount: '73.9455' },
        { amountMinor: '9900' },
      ],
      taxes: [{ jurisdiction: 'DE', rate: '0.19', amountMinor: '4996' }],
    })

    const credit = { netMinor: '1000', reason: 'outage', key: 'k1' }
    const note = await send('POST', `/api/invoices/${id}/credit-notes`, credit)
    expect(note.status).toBe(201)
    expect(await note.json()).toMatchObject({ number: 'CN-2026-03-0001', totalMinor: '1190' })

    const html = await send('GET', `/api/invoices/${id}/html`)
    expect(await html.text()).toContain('INV-2026-02-0001')
    const hosted = await send('GET', new URL(shown.links.hosted).pathname)
    expect(hosted.status).toBe(200)
    expect(hosted.headers.get('content-security-policy')).toMatch(/default-src 'none'/)
    expect((await send('GET', '/i/unknown')).status).toBe(404)

    const balances = await send('GET', '/api/ledger/balances?account=receivable')
    expect(await balances.json()).toEqual({
      data: [{ account: 'receivable', currency: 'EUR', balanceMinor: '30101' }],
    })
    const trial = await send('GET', '/api/ledger/trial-balance')
    expect(await trial.json()).toMatchObject({ balanced: true })
  })

  it('lets a viewer look and not touch', async () => {
    const send = await open(world(), 'viewer')
    expect((await send('GET', '/api/invoices')).status).toBe(200)
    expect((await send('POST', '/api/billing-runs', { period: '2026-03' })).status).toBe(403)
    expect((await send('GET', '/api/invoices/inv_unknown')).status).toBe(404)
    expect((await send('GET', '/api/invoices?period=2026-13')).status).toBe(400)
  })

  it('mails an invoice once, to the billing contact', async () => {
    const [invoice] = await world().system.db.select().from(invoices)
    const job = invoicingJobs({ register: localRegister(), calculator: null, publicUrl }).find(
      ({ name }) => name === 'SEND_INVOICE',
    )
    for (const _time of [1, 2]) await job?.run(world().scope(), { invoiceId: invoice?.id })
    const sent = await world().system.db.select().from(messages)
    expect(sent).toHaveLength(1)
    expect(sent[0]?.subject).toBe('Invoice INV-2026-02-0001 from Acme API GmbH')
  })
})

describeOnDatabases('a single invoice', (world) => {
  const target = { subscriptionId: 'sub_1047', period: '2026-02' }
  const generate = (expectedHash?: string) =>
    generateInvoice(world().scope('org_test', '2026-03-01T12:00:00Z'), {
      ...target,
      ...(expectedHash === undefined ? {} : { expectedHash }),
    })

  it('is refused when it is no longer what the preview showed, then made once', async () => {
    const early = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(early)
    await addAccount1047(early)
    const send = await open(world())
    const preview = PreviewView.parse(
      await (await send('POST', '/api/invoices/preview', target)).json(),
    )
    await useCalls(early, '1047', '1', '2026-02-12T00:00:00Z')
    await expect(generate(preview.invoice?.contentHash)).rejects.toMatchObject({ code: 'conflict' })
    const fresh = PreviewView.parse(
      await (await send('POST', '/api/invoices/preview', target)).json(),
    )
    const made = await generate(fresh.invoice?.contentHash)
    expect(made).toMatchObject({ kind: 'invoice', status: 'finalized', alreadyDone: false })
    expect(await generate()).toEqual({ ...made, alreadyDone: true })
    const rows = await world()
      .system.db.select({ number: invoices.number })
      .from(invoices)
      .where(eq(invoices.customerId, '1047'))
    expect(rows).toEqual([{ number: 'INV-2026-02-0001' }])
  })
})

describeOnDatabases('a write-off with its preview twin', (world) => {
  it('does what was previewed, refuses anything else, and twice changes nothing', async () => {
    const early = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(early)
    await addAccount1047(early)
    const send = await open(world())
    await send('POST', '/api/billing-runs', { period: '2026-02' })
    const [invoice] = await world().system.db.select().from(invoices)
    const path = `/api/invoices/${invoice?.id}/write-off`
    const look = async () =>
      MoneyPreviewView.parse(await (await send('GET', `${path}/preview`)).json())

    const seen = await look()
    expect(seen.effects).toMatchObject({
      action: 'write_off',
      from: 'finalized',
      to: 'uncollectible',
      entries: [
        { account: 'bad_debt', amountMinor: '26295' },
        { account: 'tax_relief:DE', amountMinor: '4996' },
        { account: 'receivable', amountMinor: '-31291' },
      ],
    })
    await world()
      .scope()
      .transact((ctx) =>
        applyPayment(ctx, {
          invoiceId: invoice?.id ?? '',
          paymentId: 'p1',
          amountMinor: 91n,
          account: 'cash:bank',
        }),
      )
    const stale = await send('POST', path, { reason: 'insolvent', expectedHash: seen.hash })
    expect(stale.status).toBe(409)
    expect((await look()).effects.from).toBe('finalized')

    const commit = { reason: 'insolvent', expectedHash: (await look()).hash }
    expect((await send('POST', path, commit)).status).toBe(200)
    expect((await send('POST', path, commit)).status).toBe(200)
    expect((await look()).effects).toMatchObject({ from: 'uncollectible', entries: [] })
    const viewer = await open(world(), 'viewer')
    expect((await viewer('POST', path, commit)).status).toBe(403)
    expect((await send('POST', path, { ...commit, expectedHash: 'x' })).status).toBe(400)
  })
})
