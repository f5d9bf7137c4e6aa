import { z } from '@hono/zod-openapi'
import { asc, eq } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { invoices } from '#db/schema/invoicing.ts'
import { refunds } from '#db/schema/payments.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { failSandboxRefund } from '#src/gateways/payments/sandbox-refunds.ts'
import { createHttpApp } from '#src/http/create-http-app.ts'
import { createLogger } from '#src/http/request-log.ts'
import type { Role } from '#src/http/roles.ts'
import { invoicingRoutes } from '#src/invoicing/routes.ts'
import { runBilling } from '#src/invoicing/run-billing.ts'
import { addAccount, addAccount1047, openShop } from '#src/invoicing/testing/billing-world.ts'
import { ledgerRoutes } from '#src/ledger/routes.ts'
import { selfcheck } from '#src/selfcheck/selfcheck.ts'
import { createApiKey } from '#src/tenancy/create-key.ts'
import { attachCard } from './attach-card.ts'
import { receivedRoutes } from './received-routes.ts'
import { refundRoutes } from './refund-routes.ts'
import { runJobs, sandboxFor } from './testing/payment-world.ts'

const Body = z.looseObject({})

async function caller(world: TestWorld, orgId: string, role: Role = 'owner') {
  const app = createHttpApp({
    system: world.system,
    log: createLogger('silent'),
    routes: [
      invoicingRoutes({ system: world.system, publicUrl: 'https://billing.acme.example' }),
      refundRoutes(),
      receivedRoutes(),
      ledgerRoutes(),
    ],
  })
  const { key } = await world.scope(orgId).transact((ctx) => createApiKey(ctx, { name: 't', role }))
  return async (method: string, path: string, body?: unknown, idempotencyKey?: string) => {
    const answer = await app.request(path, {
      method,
      headers: {
        Authorization: `Bearer ${key}`,
        'Content-Type': 'application/json',
        ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.includes('json')
    return { status: answer.status, text, json: isJson ? Body.parse(JSON.parse(text)) : {} }
  }
}

type Call = Awaited<ReturnType<typeof caller>>

describeOnDatabases('corrections over HTTP', (world) => {
  let call: Call
  const idOf = async (customerId: string) => {
    const rows = await world()
      .system.db.select({ id: invoices.id })
      .from(invoices)
      .where(eq(invoices.customerId, customerId))
      // Later months are billed below: the first invoice is meant, wherever the table keeps it.
      .orderBy(asc(invoices.number))
    return rows[0]?.id ?? ''
  }
  const path = async (customerId: string, rest: string) =>
    `/api/invoices/${await idOf(customerId)}${rest}`
  const sound = async () => {
    const results = await selfcheck(world().scope())
    for (const name of ['I1', 'I2', 'I4', 'I6', 'I7', 'I8'] as const)
      expect(results[name]).toMatchObject({ ok: true, problems: [] })
  }

  /** Invoices of 119.00 for 1 to 6, 312.91 for 1047; 2 pays by card. */
  beforeAll(async () => {
    const early = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(early)
    await addAccount1047(early)
    for (const id of ['1', '3', '4', '5', '6']) await addAccount(early, id, { planId: 'flat' })
    await addAccount(early, '2', { planId: 'flat', customer: { collection: 'card' } })
    const providerFor = sandboxFor(world())
    await attachCard(early, { providerFor }, { customerId: '2', token: 'pm_card_visa' })
    world().setNow('2026-03-01T12:00:00Z')
    await runBilling(world().scope(), { period: '2026-02' })
    await runJobs(world())
    call = await caller(world(), 'org_test')
  })

  it('takes partial transfers, turns what is too much into credit, and gives that back as a payable', async () => {
    const pay = async (amountMinor: string, reference: string) =>
      call('POST', await path('1', '/payments'), { amountMinor, currency: 'EUR', reference })
    expect((await pay('5000', 'a')).status).toBe(201)
    expect((await pay('5000', 'a')).status).toBe(201)
    expect((await pay('4000', 'a')).status).toBe(409)
    expect((await pay('10000', 'b')).status).toBe(201)
    expect((await call('GET', await path('1', ''))).json).toMatchObject({
      status: 'paid',
      payments: [{ amountMinor: '5000' }, { amountMinor: '10000' }],
    })
    const back = { amountMinor: 'full', currency: 'EUR', reason: 'overpaid', key: 'x' }
    const asked = await call('POST', '/api/customers/1/credit-refunds', back)
    expect(asked.status).toBe(201)
    expect((await call('POST', '/api/customers/1/credit-refunds', back)).json).toEqual(asked.json)
    for (const other of [{ amountMinor: '1' }, { currency: 'USD' }])
      expect(
        await call('POST', '/api/customers/1/credit-refunds', { ...back, ...other }),
      ).toMatchObject({ status: 409, json: { code: 'conflict' } })
    const [todo] = z
      .array(Body)
      .parse((await call('GET', '/api/refunds?status=to_pay')).json['data'])
    expect(todo).toMatchObject({ amountMinor: '3100', kind: 'transfer', customerId: '1' })
    const paid = await call('POST', `/api/refunds/${String(todo?.['id'])}/paid`, {
      reference: 'sepa 1',
    })
    expect(paid.json).toMatchObject({ status: 'succeeded', providerRef: 'sepa 1' })
    expect(
      (await call('POST', `/api/refunds/${String(todo?.['id'])}/cancel`, { reason: 'x' })).status,
    ).toBe(409)
    await sound()
  })

  it('credits a paid invoice and refunds the card, by the job, once; a failed one is credit again', async () => {
    const body = { netMinor: '5000', reason: 'outage', key: 'n1', freed: 'refund' }
    const made = await call('POST', await path('2', '/credit-notes'), body)
    expect(made).toMatchObject({ status: 201, json: { totalMinor: '5950' } })
    expect((await call('POST', await path('2', '/credit-notes'), body)).json).toEqual(made.json)
    for (const [account, other] of [
      ['2', { netMinor: '4000' }],
      ['2', { netMinor: 'full' }],
    ] as const)
      expect(
        await call('POST', await path(account, '/credit-notes'), { ...body, ...other }),
      ).toMatchObject({ status: 409, json: { code: 'conflict' } })
    const [id] = z.array(z.string()).parse(made.json['refundIds'])
    expect((await call('GET', `/api/refunds/${id}`)).json).toMatchObject({ status: 'requested' })
    await runJobs(world())
    const sent = (await call('GET', `/api/refunds/${id}`)).json
    expect(sent).toMatchObject({ status: 'succeeded' })
    await failSandboxRefund(world().scope(), { refundId: String(sent['providerRef']) })
    await runJobs(world())
    expect((await call('GET', `/api/refunds/${id}`)).json).toMatchObject({ status: 'failed' })
    const credit = '/api/ledger/balances?customerId=2&account=customer_credit'
    expect((await call('GET', credit)).json).toMatchObject({ data: [{ balanceMinor: '-5950' }] })
    await sound()
    const again = { amountMinor: '5950', currency: 'EUR', reason: 'new card', key: 'again' }
    expect((await call('POST', '/api/customers/2/credit-refunds', again)).status).toBe(201)
    await runJobs(world())
    const made2 = await world().system.db.select().from(refunds).where(eq(refunds.kind, 'card'))
    expect(made2.map(({ status }) => status).toSorted()).toEqual(['failed', 'succeeded'])
    await sound()
  })

  it('credits single lines up to what they have left', async () => {
    const credit = async (lines: unknown, key: string) =>
      call('POST', await path('1047', '/credit-notes'), { lines, reason: 'wrong', key })
    expect((await credit([{ position: 3, netMinor: '5000' }], 'a')).json).toMatchObject({
      netMinor: '5000',
      taxMinor: '950',
    })
    expect(await credit([{ position: 3, netMinor: '5000' }], 'b')).toMatchObject({
      status: 422,
      json: { errors: [{ path: 'lines.0.netMinor' }] },
    })
    const rest = await credit(
      [
        { position: 3, netMinor: 'full' },
        { position: 1, netMinor: 'full' },
      ],
      'c',
    )
    expect(rest.json).toMatchObject({ netMinor: '13900' })
    const shown = await call('GET', `/api/credit-notes/${String(rest.json['id'])}`)
    expect(shown.json).toMatchObject({
      lines: [
        { position: 1, netMinor: '9000' },
        { position: 3, netMinor: '4900' },
      ],
    })
    await sound()
  })

  it('replaces a wrong invoice by one that names it, exactly as previewed', async () => {
    const lines = [{ position: 0, amountMinor: '8000', description: 'Base fee as agreed' }]
    const seen = (await call('POST', await path('3', '/corrections/preview'), { lines })).json
    const { contentHash } = z.looseObject({ contentHash: z.string() }).parse(seen['invoice'])
    const wrongHash = 'f'.repeat(64)
    const commit = async (expectedHash: string) =>
      call('POST', await path('3', '/corrections'), { lines, reason: 'agreed price', expectedHash })
    const original = await idOf('3')
    expect((await commit(wrongHash)).status).toBe(409)
    const made = await commit(contentHash)
    expect(made).toMatchObject({
      status: 201,
      json: {
        kind: 'correction',
        corrects: original,
        totalMinor: '9520',
        status: 'finalized',
        number: 'INV-2026-02-0008',
      },
    })
    const wrong = (await call('GET', `/api/invoices/${original}`)).json
    expect(wrong).toMatchObject({
      status: 'paid',
      creditedMinor: '11900',
      correctedBy: { id: made.json['id'], number: 'INV-2026-02-0008' },
    })
    const again = await call('POST', `/api/invoices/${original}/corrections`, {
      lines,
      reason: 'x',
    })
    expect(again.status).toBe(409)
    await sound()
  })

  it('voids what nobody has touched, with its preview, and names the state where it cannot', async () => {
    const seen = (await call('GET', await path('4', '/void/preview'))).json
    const body = { reason: 'ordered twice', expectedHash: seen['hash'] }
    expect((await call('POST', await path('4', '/void'), body)).json).toEqual({ status: 'void' })
    expect((await call('POST', await path('4', '/void'), body)).status).toBe(200)
    const touched = await call('POST', await path('1', '/void'), { reason: 'x' })
    expect(touched).toMatchObject({ status: 409, json: { code: 'conflict' } })
    expect(touched.json['detail']).toMatch(/INV-2026-02-0001 is paid/)
    await sound()
  })

  it('pays the next invoice from credit, and shows it all on the statement of account', async () => {
    await call('POST', await path('5', '/payments'), {
      amountMinor: '20000',
      currency: 'EUR',
      reference: 'r',
    })
    await runBilling(world().scope('org_test', '2026-04-01T12:00:00Z'), { period: '2026-03' })
    const march = (await call('GET', '/api/invoices?customerId=5&period=2026-03')).json
    expect(march).toMatchObject({
      data: [{ paidMinor: '8100', openMinor: '3800', status: 'finalized' }],
    })
    const range = 'from=2026-03-01T12:00:00Z&to=2026-04-01T12:00:00Z'
    const statement = (await call('GET', `/api/customers/5/statement?${range}`)).json
    expect(statement).toMatchObject({
      balances: [{ currency: 'EUR', openingMinor: '0', closingMinor: '-8100' }],
      data: [
        { kind: 'invoice', amountMinor: '11900', balanceMinor: '11900' },
        { kind: 'payment', amountMinor: '-20000', balanceMinor: '-8100' },
      ],
    })
    const all = await call('GET', '/api/customers/5/statement.csv')
    expect(all.text.split('\r\n').at(-2)).toMatch(/^,closing,closing balance,,EUR,,38\.00$/)
    await sound()
  })

  it('books what a provider paid out and kept, once, and no more than it has', async () => {
    const pay = (amountMinor: string, feeMinor: string, reference: string) =>
      call('POST', '/api/payouts', {
        provider: 'sandbox',
        currency: 'EUR',
        amountMinor,
        feeMinor,
        reference,
      })
    expect((await pay('5000', '200', 'po_1')).json).toEqual({ alreadyBooked: false })
    expect((await pay('5000', '200', 'po_1')).json).toEqual({ alreadyBooked: true })
    expect((await pay('5000', '100', 'po_1')).status).toBe(409)
    // 119.00 were charged, 59.50 went back, 52.00 were paid out.
    expect(await pay('751', '0', 'po_2')).toMatchObject({
      status: 422,
      json: { errors: [{ path: 'amountMinor' }] },
    })
    const fees = await call('GET', '/api/ledger/balances?account=fees:sandbox')
    expect(fees.json).toEqual({
      data: [{ account: 'fees:sandbox', currency: 'EUR', balanceMinor: '200' }],
    })
    await sound()
  })

  const BAD: readonly [string, string, string, unknown, number, string][] = [
    [
      'another currency',
      '6',
      '/payments',
      { amountMinor: '1', currency: 'USD', reference: 'r' },
      400,
      'currency',
    ],
    [
      'zero',
      '6',
      '/payments',
      { amountMinor: '0', currency: 'EUR', reference: 'r' },
      400,
      'amountMinor',
    ],
    [
      'more digits than the currency has',
      '6',
      '/payments',
      { amountMinor: '10.005', currency: 'EUR', reference: 'r' },
      400,
      'amountMinor',
    ],
    [
      'less than nothing',
      '6',
      '/credit-notes',
      { netMinor: '-5', reason: 'r', key: 'k' },
      400,
      'netMinor',
    ],
    [
      'more than was invoiced',
      '6',
      '/credit-notes',
      { netMinor: '10001', reason: 'r', key: 'k' },
      422,
      'netMinor',
    ],
    [
      'a sum and lines',
      '6',
      '/credit-notes',
      { netMinor: '1', lines: [], reason: 'r', key: 'k' },
      400,
      'netMinor',
    ],
    [
      'a line that is not there',
      '6',
      '/credit-notes',
      { lines: [{ position: 9, netMinor: '1' }], reason: 'r', key: 'k' },
      400,
      'lines.0.position',
    ],
    ['no reason', '6', '/void', { reason: ' ' }, 400, 'reason'],
    [
      'a total below zero',
      '6',
      '/corrections',
      { lines: [{ position: 0, amountMinor: '-1' }], reason: 'r' },
      422,
      'lines',
    ],
  ]

  it.each(BAD)(
    'refuses %s, names the field and writes nothing',
    async (_what, customer, rest, body, status, field) => {
      const before = await call('GET', '/api/ledger/trial-balance')
      const refused = await call('POST', await path(customer, rest), body)
      expect(refused.status).toBe(status)
      expect(refused.json).toMatchObject({ errors: [{ path: field }] })
      expect((await call('GET', '/api/ledger/trial-balance')).json).toEqual(before.json)
    },
  )

  it('knows no invoice, payment, refund or account of another organisation, and no viewer may write', async () => {
    await world().addOrg('org_other')
    const stranger = await caller(world(), 'org_other')
    const viewer = await caller(world(), 'org_test', 'viewer')
    const paymentId = z
      .looseObject({ payments: z.array(Body) })
      .parse((await call('GET', await path('1', ''))).json).payments[0]?.['id']
    const back = { amountMinor: '1', reason: 'r', key: 'k' }
    for (const [url, body] of [
      [await path('6', '/void'), { reason: 'r' }],
      [await path('6', '/payments'), { amountMinor: '1', currency: 'EUR', reference: 'r' }],
      [await path('6', '/credit-notes'), { netMinor: '1', reason: 'r', key: 'k' }],
      [await path('6', '/corrections'), { reason: 'r' }],
      [await path('6', '/finalize'), {}],
      [await path('6', '/apply-credit'), undefined],
      [`/api/payments/${String(paymentId)}/refunds`, back],
      ['/api/customers/1/credit-refunds', { ...back, currency: 'EUR' }],
    ] as const) {
      expect((await stranger('POST', url, body)).status).toBe(404)
      expect((await viewer('POST', url, body)).status).toBe(403)
    }
    expect((await stranger('DELETE', await path('6', ''))).status).toBe(404)
    expect((await stranger('GET', '/api/customers/1/statement')).status).toBe(404)
    expect((await stranger('GET', '/api/ledger/journal')).json).toEqual({
      data: [],
      nextCursor: null,
    })
  })

  it('answers the same Idempotency-Key once', async () => {
    const body = { amountMinor: '1000', currency: 'EUR', reference: 'idem' }
    const url = await path('6', '/payments')
    const first = await call('POST', url, body, 'pay-6')
    expect(await call('POST', url, body, 'pay-6')).toMatchObject({ status: 201, json: first.json })
    expect((await call('POST', url, { ...body, amountMinor: '1' }, 'pay-6')).status).toBe(422)
  })

  it('pages through the journal, and no cell of its file is a formula', async () => {
    await call('POST', await path('6', '/credit-notes'), {
      netMinor: '1',
      reason: '=HYPERLINK("x")',
      key: 'f',
    })
    const seen: unknown[] = []
    let cursor = ''
    do {
      const page = (await call('GET', `/api/ledger/journal?limit=3${cursor}`)).json
      seen.push(...z.array(z.unknown()).parse(page['data']))
      cursor = typeof page['nextCursor'] === 'string' ? `&cursor=${page['nextCursor']}` : ''
    } while (cursor !== '')
    const [trial] = z
      .array(Body)
      .parse((await call('GET', '/api/ledger/trial-balance')).json['totals'])
    expect(trial?.['debitMinor']).toBe(trial?.['creditMinor'])
    expect(new Set(seen.map((row) => Body.parse(row)['id'])).size).toBe(seen.length)
    const file = await call('GET', '/api/ledger/journal.csv')
    expect(file.text).toContain('to invoice INV-2026-02-0006: =HYPERLINK')
    expect(file.text.split(/[\r\n]+/).filter((line) => /(^|,)"?[=+@]/.test(line))).toEqual([])
    expect((await call('GET', '/api/ledger/journal?cursor=bm9wZQ')).status).toBe(400)
    const chart = (await call('GET', '/api/ledger/accounts')).json
    expect(chart['data']).toContainEqual(
      expect.objectContaining({ name: 'tax_relief:', type: 'asset' }),
    )
    const both = await call(
      'GET',
      '/api/ledger/balances?at=2026-03-01T00:00:00Z&before=2026-03-01T00:00:00Z',
    )
    expect(both).toMatchObject({ status: 400, json: { errors: [{ path: 'before' }] } })
  })
})

describeOnDatabases('drafts over HTTP', (world) => {
  it('are deleted and written anew, or finalized before their grace is over', async () => {
    await world().system.db.execute(
      `update organizations set settings = '{"gracePeriodHours": 48}' where id = 'org_test'`,
    )
    const early = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(early)
    await addAccount(early, '1', { planId: 'flat' })
    world().setNow('2026-03-01T12:00:00Z')
    await runBilling(world().scope(), { period: '2026-02' })
    const call = await caller(world(), 'org_test')
    const drafts = async () =>
      z.array(Body).parse((await call('GET', '/api/invoices?status=draft')).json['data'])
    const [first] = await drafts()
    expect(
      (await call('POST', `/api/invoices/${String(first?.['id'])}/void`, { reason: 'x' })).status,
    ).toBe(409)
    expect((await call('DELETE', `/api/invoices/${String(first?.['id'])}`)).status).toBe(204)
    expect(await drafts()).toEqual([])
    await runBilling(world().scope(), { period: '2026-02' })
    const [second] = await drafts()
    const url = `/api/invoices/${String(second?.['id'])}`
    const stale = await call('POST', `${url}/finalize`, { expectedHash: 'f'.repeat(64) })
    expect(stale.status).toBe(409)
    const done = await call('POST', `${url}/finalize`, { expectedHash: second?.['contentHash'] })
    expect(done.json).toEqual({ status: 'finalized', number: 'INV-2026-02-0001' })
    expect((await call('DELETE', url)).status).toBe(409)
    expect((await call('POST', `${url}/finalize`, {})).status).toBe(409)
  })
})
