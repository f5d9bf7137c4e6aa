import { asc, eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { rowsOf, scopeAt, type Scope } from '#db/context.ts'
import { escalations } from '#db/schema/agents.ts'
import { invoices, invoiceTaxes, taxCalculations } from '#db/schema/invoicing.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { approvalJobs } from '#src/approvals/jobs.ts'
import { customerJobs } from '#src/customers/jobs.ts'
import { updateCustomer } from '#src/customers/update-customer.ts'
import { inProcessRunner } from '#src/gateways/queue/in-process.ts'
import { localRegister } from '#src/gateways/tax/register.ts'
import { stripeTax } from '#src/gateways/tax/stripe-tax.ts'
import { openPeer, type Peer, type SeenRequest } from '#src/gateways/tax/testing/peer.ts'
import { calculationAnswer } from '#src/gateways/tax/testing/stripe-answers.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { publishPricing } from '#src/subscriptions/publish-pricing.ts'
import { issueCreditNote } from '../issue-credit-note.ts'
import { invoicingJobs } from '../jobs.ts'
import { runBilling } from '../run-billing.ts'
import { addAccount, useCalls } from '../testing/billing-world.ts'
import { voidInvoice } from '../void-invoice.ts'

const FEBRUARY = { period: '2026-02' }
const EARLY = '2026-02-15T00:00:00Z'
const MARCH = '2026-03-01T12:00:00Z'
const PRICING = `
version: "us-1"
effectiveDate: "2025-01-01T00:00:00Z"
meteringWindow: monthly
roundingRule: nearest
tiers:
  - { id: flat, basePrice: 100, currency: USD }
  - { id: metered, basePrice: 100, currency: USD, overageRates: { api_calls: 0.01 } }
tax: { provider: stripe_tax, exemptRegions: ["US-OR"] }
`
const SEATTLE = {
  country: 'US',
  region: 'WA',
  currency: 'USD',
  timeZone: 'America/Los_Angeles',
  address: { line1: '400 Broad St', city: 'Seattle', postalCode: '98109' },
} as const

let peer: Peer
let made = 0

/** Stripe with a rate of 6.5 % in the state and 3.85 % in the city. */
function collects({ path, body }: SeenRequest): readonly [number, object] {
  made += 1
  if (path !== '/v1/tax/calculations')
    return [200, { id: `tax_${made}`, object: 'tax.transaction' }]
  const net = Number(new URLSearchParams(body).get('line_items[0][amount]'))
  const share = (permyriad: number) => Math.round((net * permyriad) / 10_000)
  const parts = [
    { amount: share(650), percent: '6.5' },
    { amount: share(385), percent: '3.85', level: 'city', name: 'Seattle' },
  ]
  return [200, calculationAnswer(net, parts, { id: `taxcalc_${made}` })]
}

const down = () => [503, { error: { type: 'api_error', message: 'down' } }] as const
const refuses = () =>
  [
    400,
    {
      error: {
        type: 'invalid_request_error',
        code: 'customer_tax_location_invalid',
        message: 'No such place.',
      },
    },
  ] as const

function scopeOf(world: TestWorld, orgId: string, at: string): Scope {
  const system = { ...world.system, taxProvider: 'stripe_tax' }
  return scopeAt(system, orgId, { kind: 'system', id: 'test' }, parseInstant(at))
}

async function work(world: TestWorld, at: string): Promise<void> {
  world.setNow(at)
  const calculator = stripeTax({
    secretKey: 'sk_test_tax',
    apiBase: peer.url,
    clock: world.system.clock,
    timeoutMs: 500,
    patience: { attempts: 1, firstDelayMs: 1, atOnce: 4 },
  })
  const failures: unknown[] = []
  const runner = inProcessRunner({
    system: { ...world.system, taxProvider: 'stripe_tax' },
    random: () => 0,
    jobs: [
      ...approvalJobs(),
      ...customerJobs({ register: localRegister() }),
      ...invoicingJobs({
        publicUrl: 'https://billing.example',
        register: localRegister(),
        calculator,
      }),
    ].filter(({ name }) => name !== 'SEND_INVOICE'),
    onFailure: (job, error) => {
      if (job.job !== 'SEND_INVOICE') failures.push(error)
    },
  })
  while ((await runner.tick()) > 0);
  expect(failures).toEqual([])
}

async function shop(
  world: TestWorld,
  orgId: string,
  settings: Record<string, unknown> = {},
): Promise<(at: string) => Scope> {
  world.setNow(EARLY)
  await world.addOrg(orgId, {
    country: 'US',
    region: 'CA',
    currency: 'USD',
    mode: 'live',
    settings,
  })
  const at = (when: string) => scopeOf(world, orgId, when)
  await at(EARLY).transact((ctx) => publishPricing(ctx, PRICING))
  return at
}

async function stateOf(world: TestWorld, orgId: string): Promise<string[]> {
  const rows = await world.system.db
    .select({ invoice: invoices, tax: invoiceTaxes })
    .from(invoices)
    .leftJoin(invoiceTaxes, eq(invoiceTaxes.invoiceId, invoices.id))
    .where(eq(invoices.orgId, orgId))
    .orderBy(asc(invoices.customerId), asc(invoiceTaxes.position))
  return rows.map(({ invoice, tax }) =>
    [invoice.status, invoice.holdCode ?? 'free', tax?.jurisdiction, `${tax?.amountMinor}`].join(
      ' ',
    ),
  )
}

async function openQuestions(world: TestWorld, orgId: string): Promise<string[]> {
  const rows = await world.system.db.select().from(escalations).where(eq(escalations.orgId, orgId))
  return rows.filter(({ status }) => status === 'open').map(({ summary }) => summary)
}

const asked = (path: string) => peer.seen.filter((request) => request.path.endsWith(path))
const form = (request: SeenRequest | undefined) =>
  Object.fromEntries(new URLSearchParams(request?.body ?? ''))

describeOnDatabases('an invoice whose price list names Stripe Tax', (world) => {
  beforeAll(async () => {
    peer = await openPeer()
  })
  afterAll(() => peer.close())
  beforeEach(() => {
    peer.seen.length = 0
    peer.script = collects
  })

  it('is calculated outside the transaction, finalized with each jurisdiction’s tax, and recorded', async () => {
    const at = await shop(world(), 'org_ok')
    await addAccount(at(EARLY), '1', { planId: 'flat', customer: SEATTLE })
    await addAccount(at(EARLY), '2', { planId: 'flat', customer: { ...SEATTLE, region: 'OR' } })
    const first = await runBilling(at(MARCH), FEBRUARY)
    expect(first).toMatchObject({
      generated: 1,
      waiting: 1,
      notices: [],
      held: [
        {
          customerId: '1',
          code: 'tax_calculation',
          reason: expect.stringMatching(/being calculated by Stripe Tax/),
        },
      ],
    })
    expect(peer.seen).toEqual([])
    await work(world(), MARCH)
    expect(await stateOf(world(), 'org_ok')).toEqual([
      'finalized free US-WA 650',
      'finalized free US-WA Seattle 385',
      'finalized free US-OR 0',
    ])
    expect(form(asked('/calculations')[0])).toMatchObject({
      currency: 'usd',
      'line_items[0][amount]': '10000',
      'line_items[0][tax_code]': 'txcd_10103001',
      'customer_details[address][postal_code]': '98109',
    })
    const [invoice] = await world()
      .system.db.select()
      .from(invoices)
      .where(sql`${invoices.orgId} = 'org_ok' and ${invoices.customerId} = '1'`)
    expect(invoice).toMatchObject({ subtotalMinor: 10000n, taxMinor: 1035n, totalMinor: 11035n })
    expect(form(asked('/create_from_calculation')[0])).toMatchObject({ reference: invoice?.id })
    const books = await rowsOf<{ account: string; amount: string }>(
      world().system.db,
      sql`select account, sum(amount_minor)::text as amount from ledger_entries
        where org_id = 'org_ok' and account like 'tax_payable%' group by account order by account`,
    )
    expect(books).toEqual([
      { account: 'tax_payable:US-WA', amount: '-650' },
      { account: 'tax_payable:US-WA Seattle', amount: '-385' },
    ])
    // Again: nothing is asked, recorded or written a second time.
    const requests = peer.seen.length
    expect(await runBilling(at(MARCH), FEBRUARY)).toMatchObject({ generated: 2, held: [] })
    await work(world(), MARCH)
    expect(peer.seen).toHaveLength(requests)
    expect(await openQuestions(world(), 'org_ok')).toEqual([])
  })

  it('takes back a part with a credit note, and all of a void invoice', async () => {
    const at = await shop(world(), 'org_back')
    for (const id of ['1', '2'])
      await addAccount(at(EARLY), id, { planId: 'flat', customer: SEATTLE })
    await runBilling(at(MARCH), FEBRUARY)
    await work(world(), MARCH)
    const rows = await world()
      .system.db.select()
      .from(invoices)
      .where(eq(invoices.orgId, 'org_back'))
      .orderBy(asc(invoices.customerId))
    const [first, second] = rows.map(({ id }) => id)
    const note = await at(MARCH).transact((ctx) =>
      issueCreditNote(ctx, {
        invoiceId: first ?? '',
        netMinor: 1000n,
        reason: 'outage',
        approvedBy: 'test',
        key: 'k1',
      }),
    )
    await at(MARCH).transact((ctx) => voidInvoice(ctx, { invoiceId: second ?? '', reason: 'x' }))
    await work(world(), MARCH)
    expect(note.totalMinor).toBe(1104n)
    expect(asked('/create_reversal').map(form)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ mode: 'partial', flat_amount: '-1104', reference: note.id }),
        expect.objectContaining({ mode: 'full', reference: `${second}:void` }),
      ]),
    )
    expect(asked('/create_reversal')).toHaveLength(2)
  })

  it('waits while Stripe is down, says so, asks again, and keeps nobody else from billing', async () => {
    peer.script = down
    const at = await shop(world(), 'org_down')
    await addAccount(at(EARLY), '1', { planId: 'flat', customer: SEATTLE })
    await addAccount(at(EARLY), '2', { planId: 'flat', customer: { ...SEATTLE, region: 'OR' } })
    await runBilling(at(MARCH), FEBRUARY)
    await work(world(), MARCH)
    expect(await runBilling(at(MARCH), FEBRUARY)).toMatchObject({
      generated: 1,
      held: [
        {
          customerId: '1',
          code: 'tax_calculation',
          reason: expect.stringMatching(/gives no answer.*asked again/),
        },
      ],
    })
    expect(await openQuestions(world(), 'org_down')).toEqual([
      expect.stringMatching(
        /^The invoice of 1 for 2026-02 stays a draft. Stripe Tax gives no answer/,
      ),
    ])
    await work(world(), '2026-03-01T13:00:00Z')
    expect((await stateOf(world(), 'org_down'))[0]).toBe('draft tax_calculation  undefined')
    peer.script = collects
    await work(world(), '2026-03-01T15:00:00Z')
    expect(await stateOf(world(), 'org_down')).toEqual([
      'finalized free US-WA 650',
      'finalized free US-WA Seattle 385',
      'finalized free US-OR 0',
    ])
    expect(await openQuestions(world(), 'org_down')).toEqual([])
  })

  it('names the field that is missing, and goes on once it is there', async () => {
    const at = await shop(world(), 'org_missing')
    const { line1, city } = SEATTLE.address
    await addAccount(at(EARLY), '1', {
      planId: 'flat',
      customer: { ...SEATTLE, address: { line1, city } },
    })
    await addAccount(at(EARLY), '2', { planId: 'flat', customer: { ...SEATTLE, country: null } })
    expect(await runBilling(at(MARCH), FEBRUARY)).toMatchObject({
      held: [
        {
          customerId: '1',
          code: 'address_missing',
          reason: expect.stringMatching(/^address\.postalCode: /),
        },
        { customerId: '2', code: 'address_missing', reason: expect.stringMatching(/^country: /) },
      ],
    })
    await work(world(), MARCH)
    expect(peer.seen).toEqual([])
    expect((await openQuestions(world(), 'org_missing')).length).toBe(2)
    await at(MARCH).transact((ctx) => updateCustomer(ctx, '1', { address: SEATTLE.address }))
    await at(MARCH).transact((ctx) => updateCustomer(ctx, '2', { country: 'US' }))
    await work(world(), MARCH)
    expect(await stateOf(world(), 'org_missing')).toHaveLength(4)
    expect(await openQuestions(world(), 'org_missing')).toEqual([])
  })

  it('that Stripe refuses asks a person, and is not asked again for the same until an hour has passed', async () => {
    peer.script = refuses
    const at = await shop(world(), 'org_refused')
    await addAccount(at(EARLY), '1', { planId: 'flat', customer: SEATTLE })
    await runBilling(at(MARCH), FEBRUARY)
    await work(world(), MARCH)
    expect(await runBilling(at(MARCH), FEBRUARY)).toMatchObject({
      held: [{ code: 'tax_refused', reason: 'address: Stripe Tax refuses: No such place.' }],
    })
    await work(world(), MARCH)
    expect(peer.seen).toHaveLength(1)
    expect(await openQuestions(world(), 'org_refused')).toHaveLength(1)
    peer.script = collects
    await runBilling(at('2026-03-01T14:30:00Z'), FEBRUARY)
    await work(world(), '2026-03-01T14:30:00Z')
    expect(await stateOf(world(), 'org_refused')).toEqual([
      'finalized free US-WA 650',
      'finalized free US-WA Seattle 385',
    ])
  })

  it('is calculated anew when late usage changes what is taxed', async () => {
    const at = await shop(world(), 'org_late', { gracePeriodHours: 48 })
    await addAccount(at(EARLY), '1', { planId: 'metered', customer: SEATTLE })
    await runBilling(at(MARCH), FEBRUARY)
    await work(world(), MARCH)
    expect(await stateOf(world(), 'org_late')).toEqual([
      'draft free US-WA 650',
      'draft free US-WA Seattle 385',
    ])
    await useCalls(at(MARCH), '1', '10000', '2026-02-20T00:00:00Z')
    const late = '2026-03-04T12:00:00Z'
    await runBilling(at(late), FEBRUARY)
    await work(world(), late)
    expect(await stateOf(world(), 'org_late')).toEqual([
      'finalized free US-WA 1300',
      'finalized free US-WA Seattle 770',
    ])
    const calculations = await world()
      .system.db.select()
      .from(taxCalculations)
      .where(eq(taxCalculations.orgId, 'org_late'))
    expect(calculations).toHaveLength(2)
    expect(calculations.filter(({ transactionRef }) => transactionRef !== null)).toHaveLength(1)
  })

  it('of a European customer is calculated with the VAT ID only once that is confirmed', async () => {
    const at = await shop(world(), 'org_vat')
    const german = { ...SEATTLE, country: 'DE', region: null, taxId: 'DE811907980' }
    await addAccount(at(EARLY), '1', { planId: 'flat', customer: german })
    expect(await runBilling(at(MARCH), FEBRUARY)).toMatchObject({
      held: [{ code: 'tax_id_pending' }],
    })
    await work(world(), MARCH)
    expect(peer.seen).toEqual([])
    await at(MARCH).transact((ctx) => updateCustomer(ctx, '1', { taxIdStatus: 'valid' }))
    await work(world(), MARCH)
    expect(form(asked('/calculations')[0])).toMatchObject({
      'customer_details[tax_ids][0][type]': 'eu_vat',
      'customer_details[tax_ids][0][value]': 'DE811907980',
    })
  })

  it('goes on after a kill between the answer and the invoice', async () => {
    const at = await shop(world(), 'org_kill')
    await addAccount(at(EARLY), '1', { planId: 'flat', customer: SEATTLE })
    await runBilling(at(MARCH), FEBRUARY)
    await work(world(), MARCH)
    // As it stood when the answer was on file and nothing more had happened: another organisation's same draft.
    const twin = await shop(world(), 'org_kill2')
    await addAccount(twin(EARLY), '1', { planId: 'flat', customer: SEATTLE })
    await runBilling(twin(MARCH), FEBRUARY)
    await world().system.db.execute(sql`delete from outbox where org_id = 'org_kill2'`)
    await world().system.db.execute(
      sql`insert into tax_calculations select 'org_kill2', id, subscription_id, period_start, request_hash, provider,
        status, reason, taxes, provider_ref, expires_at, null, asked_at from tax_calculations where org_id = 'org_kill'`,
    )
    expect(await runBilling(twin(MARCH), FEBRUARY)).toMatchObject({ generated: 1, held: [] })
    await work(world(), MARCH)
    expect(await stateOf(world(), 'org_kill2')).toEqual(await stateOf(world(), 'org_kill'))
    expect(asked('/create_from_calculation')).toHaveLength(2)
  })

  it('is calculated anew when the answer expired before the invoice was finalized', async () => {
    const at = await shop(world(), 'org_expired', { gracePeriodHours: 48 })
    await addAccount(at(EARLY), '1', { planId: 'flat', customer: SEATTLE })
    await runBilling(at(MARCH), FEBRUARY)
    await work(world(), MARCH)
    await world().system.db.execute(
      sql`update tax_calculations set expires_at = '2026-03-02T00:00:00Z' where org_id = 'org_expired'`,
    )
    const late = '2026-03-04T12:00:00Z'
    expect(await runBilling(at(late), FEBRUARY)).toMatchObject({
      generated: 0,
      held: [{ code: 'tax_calculation', reason: expect.stringMatching(/expired/) }],
    })
    await work(world(), late)
    expect(await stateOf(world(), 'org_expired')).toEqual([
      'finalized free US-WA 650',
      'finalized free US-WA Seattle 385',
    ])
    expect(asked('/calculations')).toHaveLength(2)
  })

  it('without a key is decided by our own table, and the summary says so', async () => {
    await shop(world(), 'org_nokey', { taxRegistrations: ['US-WA'] })
    const at = (when: string) => world().scope('org_nokey', when)
    await addAccount(at(EARLY), '1', { planId: 'flat', customer: SEATTLE })
    expect(await runBilling(at(MARCH), FEBRUARY)).toMatchObject({
      generated: 1,
      held: [],
      notices: [expect.stringMatching(/no STRIPE_SECRET_KEY is set, so our own table decided/)],
    })
    expect(await stateOf(world(), 'org_nokey')).toEqual(['finalized free US-WA 650'])
    expect(peer.seen).toEqual([])
  })
})
