import { randomInt } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { rowsOf } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { decimalOf } from '#src/kernel/decimal.ts'
import { monthlyPeriod } from '#src/kernel/time.ts'
import { recordUsage } from '#src/metering/record-usage.ts'
import { rolledUp } from '#src/metering/testing/rolled-up.ts'
import { parsePricingDocument } from '#src/pricing/document.ts'
import { rateSubscription } from '#src/pricing/rate.ts'
import { publishPricing } from '#src/subscriptions/publish-pricing.ts'
import { runBilling } from '../run-billing.ts'
import { addAccount } from '../testing/billing-world.ts'
import { voidInvoice } from '../void-invoice.ts'
import { USAGE_KINDS } from './shapes.ts'

/** Fractions of cents, two metrics, a minimum and a maximum; little room for what is taken back. */
const PRICING = `
version: "p-1"
effectiveDate: "2025-01-01T00:00:00Z"
meteringWindow: monthly
roundingRule: ceil
tiers:
  - id: odd
    basePrice: 1
    currency: EUR
    maximum: 15
    charges:
      - { metric: calls, model: graduated, tiers: [{ upTo: 10, unitPrice: 0.333333 }, { upTo: null, unitPrice: 0.0077 }] }
      - { metric: gigabytes, model: volume, minimum: 0.5, tiers: [{ upTo: 5, unitPrice: 0.111 }, { upTo: null, unitPrice: 0.0999 }] }
`
const CUSTOMERS = [1, 2]
const MONTHS = ['2026-02', '2026-03', '2026-04', '2026-05']

const step = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('use' as const),
      customer: fc.constantFrom(...CUSTOMERS),
      metric: fc.constantFrom('calls', 'gigabytes'),
      month: fc.integer({ min: 0, max: 3 }),
      day: fc.integer({ min: 1, max: 27 }),
      // Below zero takes back what is billed already.
      quantity: fc.integer({ min: -60, max: 60 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'bill' as const }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** A month that is not billed yet takes nothing back: its own invoice would be below zero, and is refused. */
function quantityOf(action: { month: number; quantity: number }, billed: number): number {
  return action.month < billed ? action.quantity : Math.abs(action.quantity)
}

async function use(
  world: TestWorld,
  orgId: string,
  key: string,
  event: { customer: number; metric: string; at: string; quantity: number },
): Promise<void> {
  const answer = await recordUsage(world.scope(orgId, '2027-01-01T00:00:00Z'), {
    windowDays: 400,
    events: [
      {
        event_id: key,
        idempotency_key: key,
        event_type: event.metric,
        timestamp: event.at,
        customer_id: String(event.customer),
        quantity: event.quantity,
      },
    ],
  })
  expect(answer.accepted).toBe(1)
  await rolledUp(world)
}

/** Plays the steps; months are billed in their order, and one invoice in between is voided. */
async function play(world: TestWorld, orgId: string, steps: readonly Step[]): Promise<void> {
  let billed = 0
  const now = () => `${nextMonth(MONTHS[billed] ?? '2026-05')}-01T12:00:00Z`
  for (const [index, action] of steps.entries()) {
    if (action.do === 'use') {
      const at = `${MONTHS[action.month]}-${String(action.day).padStart(2, '0')}T10:00:00Z`
      const quantity = quantityOf(action, billed)
      await use(world, orgId, `e${index}`, { ...action, at, quantity })
    } else if (action.do === 'bill' && billed < MONTHS.length) {
      await runBilling(world.scope(orgId, now()), { period: MONTHS[billed] ?? '' })
      billed += 1
    }
  }
  // What could not be taken off at once is carried on, until a month comes that has room for all of it.
  for (const customer of CUSTOMERS)
    await use(world, orgId, `room ${customer}`, {
      customer,
      metric: 'calls',
      at: '2026-10-10T10:00:00Z',
      quantity: 99_999,
    })
  for (let month = billed; month < MONTHS.length; month += 1)
    await runBilling(world.scope(orgId, '2026-08-01T12:00:00Z'), { period: MONTHS[month] ?? '' })
  for (const period of ['2026-06', '2026-07', '2026-08', '2026-09', '2026-10', '2026-11']) {
    await runBilling(world.scope(orgId, '2027-01-01T12:00:00Z'), { period })
    if (period === '2026-06') await voidMonth(world, orgId, period)
  }
}

const nextMonth = (month: string) => `2026-${String(Number(month.slice(5)) + 1).padStart(2, '0')}`

/** Voids a month's invoices: the adjustments that they carried are due again. */
async function voidMonth(world: TestWorld, orgId: string, period: string): Promise<void> {
  const rows = await world.system.db
    .select({ id: invoices.id })
    .from(invoices)
    .where(
      and(eq(invoices.orgId, orgId), eq(invoices.period, period), eq(invoices.status, 'finalized')),
    )
  for (const { id: invoiceId } of rows)
    await world.scope(orgId).transact((ctx) => voidInvoice(ctx, { invoiceId, reason: 'test' }))
}

/** All that invoices and adjustments billed of a month's usage. */
async function billedMinor(world: TestWorld, orgId: string, customerId: string, month: string) {
  const kinds = JSON.stringify(USAGE_KINDS)
  const [row] = await rowsOf<{ minor: string }>(
    world.system.db,
    sql`select coalesce(sum(minor), 0)::text as minor from (
      select l.amount_minor as minor from invoices i join invoice_lines l on l.org_id = i.org_id and l.invoice_id = i.id
      where i.org_id = ${orgId} and i.customer_id = ${customerId} and i.period = ${month} and i.status <> 'void'
        and l.kind in (select jsonb_array_elements_text(${kinds}::text::jsonb))
      union all
      select l.amount_minor from invoices i join invoice_lines l on l.org_id = i.org_id and l.invoice_id = i.id
      where i.org_id = ${orgId} and i.customer_id = ${customerId} and i.status <> 'void' and l.kind = 'adjustment'
        and l.description like ${`%usage of ${month} %`}) as part`,
  )
  return BigInt(row?.minor ?? 0)
}

/** One rating of everything that ever happened in a month, from the steps alone. */
function ratedMinor(steps: readonly Step[], customer: number, month: number): bigint {
  let billed = 0
  const sums = new Map([
    ['calls', 0],
    ['gigabytes', 0],
  ])
  for (const action of steps) {
    if (action.do === 'bill') billed = Math.min(billed + 1, MONTHS.length)
    else if (action.customer === customer && action.month === month)
      sums.set(action.metric, (sums.get(action.metric) ?? 0) + quantityOf(action, billed))
  }
  const document = parsePricingDocument(PRICING)
  const rated = rateSubscription({
    document,
    planId: 'odd',
    period: monthlyPeriod(MONTHS[month] ?? '', 1, 'Europe/Berlin'),
    timeZone: 'Europe/Berlin',
    changes: [],
    addons: [],
    usage: [new Map([...sums].map(([metric, sum]) => [metric, { quantity: decimalOf(sum) }]))],
  })
  return rated.lines
    .filter(({ kind }) => USAGE_KINDS.includes(kind))
    .reduce((total, { amountMinor }) => total + amountMinor, 0n)
}

const SEED = randomInt(2 ** 31)

describeOnDatabases(`whatever comes when, over months of billing (seed ${SEED})`, (world) => {
  it('all invoices of a month together come to one rating of all its events, to the cent', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 18 }), async (steps) => {
        run += 1
        const orgId = `org_${run}`
        await world().addOrg(orgId)
        const early = world().scope(orgId, '2026-01-15T00:00:00Z')
        await early.transact((ctx) => publishPricing(ctx, PRICING))
        for (const id of CUSTOMERS) await addAccount(early, String(id), { planId: 'odd' })
        await play(world(), orgId, steps)
        for (const customer of CUSTOMERS)
          for (const [index, month] of MONTHS.entries())
            expect([
              customer,
              month,
              await billedMinor(world(), orgId, String(customer), month),
            ]).toEqual([customer, month, ratedMinor(steps, customer, index)])
        const below = await world()
          .system.db.select({ totalMinor: invoices.totalMinor })
          .from(invoices)
          .where(eq(invoices.orgId, orgId))
        expect(below.filter(({ totalMinor }) => totalMinor < 0n)).toEqual([])
      }),
      { seed: SEED, numRuns: 5 },
    )
  }, 120_000)
})
