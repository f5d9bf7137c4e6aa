import { asc, eq, sql } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { invoiceLines, invoices } from '#db/schema/invoicing.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { recordUsage } from '#src/metering/record-usage.ts'
import { rolledUp } from '#src/metering/testing/rolled-up.ts'
import { publishPricing } from '#src/subscriptions/publish-pricing.ts'
import { runBilling } from '../run-billing.ts'
import { addAccount } from '../testing/billing-world.ts'
import { explainEvent } from './explain-event.ts'
import { explainLines } from './explain-line.ts'
import { invoiceReference } from './find-invoice.ts'
import { corrupted } from './testing/corrupted.ts'

const PRICING = `
version: "explained"
effectiveDate: "2025-01-01T00:00:00Z"
meteringWindow: monthly
roundingRule: ceil
tiers:
  - id: pro
    name: Pro
    basePrice: 10
    currency: EUR
    charges:
      - metric: calls
        model: graduated
        tiers: [{ upTo: 100, unitPrice: 0 }, { upTo: null, unitPrice: 0.0333 }]
      - { metric: egress, model: per_unit, unitPrice: 1, filter: { region: [eu] } }
      - { metric: seats_used, model: per_unit, unitPrice: 2, freeUnits: 5 }
  - id: trying
    basePrice: 10
    currency: EUR
    trialDays: 60
    trialUsage: free
    charges: [{ metric: calls, model: per_unit, unitPrice: 1 }]
`
const MARCH = '2026-03-01T12:00:00Z'
const APRIL = '2026-04-01T12:00:00Z'

async function use(
  world: TestWorld,
  id: string,
  event: { customer?: string; metric?: string; at?: string; quantity?: number; region?: string },
  arrives = '2026-02-15T00:00:00Z',
) {
  const { customer = '1', metric = 'calls', at = '2026-02-10T10:00:00Z', quantity = 1 } = event
  await recordUsage(world.scope('org_test', arrives), {
    windowDays: 400,
    events: [
      {
        event_id: id,
        idempotency_key: `key_${id}`,
        event_type: metric,
        timestamp: at,
        customer_id: customer,
        quantity,
        ...(event.region ? { properties: { region: event.region } } : {}),
      },
    ],
  })
}

describeOnDatabases('explanations', (world) => {
  const event = (id: string) =>
    world()
      .scope('org_test', APRIL)
      .transact((ctx) => explainEvent(ctx, id))
  const outcomeOf = async (id: string) => {
    const found = await event(id)
    return 'billing' in found
      ? [found.billing.map(({ outcome }) => outcome).join(), found.because]
      : [found.state]
  }
  const lines = (invoice: string, line: number | null = null) =>
    world()
      .scope('org_test', APRIL)
      .transact((ctx) => explainLines(ctx, { invoice, line }))

  beforeAll(async () => {
    const early = world().scope('org_test', '2026-02-15T00:00:00Z')
    await early.transact((ctx) => publishPricing(ctx, PRICING))
    await addAccount(early, '1', { planId: 'pro' })
    await addAccount(early, '2', { planId: null })
    await addAccount(early, '3', {
      planId: 'trying',
      subscription: { startedAt: '2026-02-01T00:00:00Z' },
    })
    await use(world(), 'paid', { quantity: 130, at: '2026-02-10T10:00:00Z' })
    await use(world(), 'paid_too', { quantity: 7, at: '2026-02-11T10:00:00Z' })
    await use(world(), 'elsewhere', { metric: 'egress', region: 'us' })
    await use(world(), 'in_europe', { metric: 'egress', region: 'eu', quantity: 3 })
    await use(world(), 'within', { metric: 'seats_used', quantity: 4 })
    await use(world(), 'unknown', { metric: 'gpu' })
    await use(world(), 'nobody', { customer: '2' })
    await use(world(), 'tried', { customer: '3' })
    await rolledUp(world())
    await runBilling(world().scope('org_test', MARCH), { period: '2026-02' })
    await use(world(), 'too_late', { quantity: 10 }, '2026-03-05T00:00:00Z')
    await use(world(), 'running', { at: '2026-03-04T10:00:00Z' }, '2026-03-05T00:00:00Z')
    await rolledUp(world())
  })

  it.each([
    ['paid', 'billed', 'it is part of INV-2026-02-0001#2, INV-2026-02-0001#3'],
    ['key_paid', 'billed', 'it is part of INV-2026-02-0001#2, INV-2026-02-0001#3'],
    ['elsewhere', 'filtered', 'no charge for egress takes it: region must be eu'],
    ['in_europe', 'billed', 'it is part of INV-2026-02-0001#4'],
    ['within', 'included', 'it is within what plan pro includes (INV-2026-02-0001#5)'],
    ['unknown', 'not_priced', 'plan pro has no price for gpu'],
    ['nobody', '', 'the account had no active subscription at its time'],
    ['tried', 'trial', 'usage is free in the trial of plan trying'],
    ['too_late', 'late', 'it came after INV-2026-02-0001 was rated: the next invoice adjusts it'],
    ['running', 'waiting', 'no invoice has been made yet for its period'],
  ])('%s is %s', async (id, outcome, because) => {
    expect(await outcomeOf(id)).toEqual([outcome, because])
  })

  it('say how an event was found, which bucket it is in, and what was refused', async () => {
    expect(await event('key_paid')).toMatchObject({
      foundBy: 'idempotency_key',
      bucketHour: '2026-02-10T10:00:00Z',
      inBucket: true,
      billing: [{ planId: 'pro', charges: ['charge: graduated over the sum'] }],
    })
    await use(world(), 'future', { at: '2026-09-01T00:00:00Z' })
    expect(await event('future')).toMatchObject({ state: 'refused', code: 'future' })
    await expect(event('none')).rejects.toThrow('no event "none" was received')
  })

  it('take a line apart to the events behind it, and put it together again', async () => {
    const [line] = await lines('INV-2026-02-0001', 3)
    expect(line).toMatchObject({
      reference: 'INV-2026-02-0001#3',
      kind: 'usage',
      metric: 'calls',
      plan: 'pro',
      amountMinor: 124n,
      usage: {
        source: 'events',
        events: 2,
        sum: '137',
        days: [
          { day: '2026-02-10', events: 1, sum: '130' },
          { day: '2026-02-11', events: 1, sum: '7' },
        ],
        sample: ['paid', 'paid_too'],
      },
      reproduced: true,
    })
    expect(line?.steps).toEqual([
      '137 calls in 2 events on 2 days',
      'charge: graduated over the sum',
      'line 2: 100 → 0.00 EUR',
      'line 3: 37 → 1.24 EUR',
      'together: 137 = all that was used, 1.24 EUR',
      '37 × 0.0333 = 1.2321 EUR',
      '1.2321 rounded (ceil) to 2 digits = 1.24 EUR',
      'rating the period again gives this very line',
    ])
  })

  it('come, line by line, to what is on the invoice', async () => {
    const explained = await lines('INV-2026-02-0001')
    const [invoice] = await world()
      .system.db.select()
      .from(invoices)
      .where(eq(invoices.number, 'INV-2026-02-0001'))
    const stored = await world()
      .system.db.select()
      .from(invoiceLines)
      .where(eq(invoiceLines.invoiceId, invoice?.id ?? ''))
      .orderBy(asc(invoiceLines.position))
    expect(explained.map(({ amountMinor }) => amountMinor)).toEqual(
      stored.map(({ amountMinor }) => amountMinor),
    )
    expect(explained.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(
      invoice?.subtotalMinor,
    )
    expect(explained.map(({ reproduced }) => reproduced)).toEqual(explained.map(() => true))
  })

  it('of a corrected line are not hidden: what rating gives is another line', async () => {
    const harm = sql`update invoice_lines set amount_minor = 999 where position = 2 and invoice_id in
      (select id from invoices where number = 'INV-2026-02-0001')`
    const [line] = await corrupted(world(), harm, (db) =>
      explainLines(
        { ...world().scope('org_test', APRIL), db },
        { invoice: 'INV-2026-02-0001', line: 3 },
      ),
    )
    expect(line?.reproduced).toBe(false)
    expect(line?.steps.slice(-2)).toEqual([
      'amount 9.99 EUR',
      'rating the period again does NOT give this line: investigate the invoice',
    ])
  })

  it('lead from late usage to its adjustment and back', async () => {
    await runBilling(world().scope('org_test', APRIL), { period: '2026-03' })
    expect(await outcomeOf('too_late')).toEqual([
      'adjusted',
      'it came after INV-2026-02-0001 was rated: adjusted on INV-2026-03-0001#3',
    ])
    const [line] = await lines('INV-2026-03-0001', 3)
    expect(line).toMatchObject({ kind: 'adjustment', amountMinor: 33n })
    expect(line?.steps).toEqual([
      'usage of 2026-02, first billed on INV-2026-02-0001',
      'late: 10 calls in 1 events',
      'billed on INV-2026-02-0001: 1.24 EUR',
      'rated again: 1.57 EUR',
      '1.57 EUR − 1.24 EUR = 0.33 EUR',
      '1 × 0.33 = 0.33 EUR',
      '0.33 rounded (ceil) to 2 digits = 0.33 EUR',
    ])
  })

  it('go as far as the buckets once raw events are detached, and say so', async () => {
    await world().system.db.execute(
      sql`alter table usage_events detach partition usage_events_2026_02`,
    )
    const [line] = await lines('INV-2026-02-0001', 3)
    expect(line).toMatchObject({
      detached: ['2026-02'],
      reproduced: null,
      usage: { source: 'buckets', events: 3, sum: '147', sample: [] },
    })
    expect(line?.steps[0]).toBe(
      '147 calls in 3 events on 2 days from hourly buckets (raw events are detached, what came after the invoice among it)',
    )
    expect(await event('key_paid')).toMatchObject({ state: 'detached', eventId: 'paid' })
  })

  it('refuse a line that there is not', async () => {
    await expect(lines('INV-2026-02-0001', 99)).rejects.toThrow(
      'line: INV-2026-02-0001 has lines 1 to',
    )
    await expect(lines('INV-2026-02-9999')).rejects.toThrow('no invoice INV-2026-02-9999')
  })
})

it.each([
  ['INV-2026-02-0047#3', { invoice: 'INV-2026-02-0047', line: 3 }],
  ['inv-2026-02-0047', { invoice: 'INV-2026-02-0047', line: null }],
  ['inv_01a#12', { invoice: 'inv_01a', line: 12 }],
  ['evt_1', null],
  ['INV-2026-02-0047#', null],
  ['INV-2026-02', null],
])('%s names an invoice line, or not', (text, reference) => {
  expect(invoiceReference(text)).toEqual(reference)
})
