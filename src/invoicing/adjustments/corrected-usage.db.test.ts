import { and, asc, eq } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { invoiceLines, invoices } from '#db/schema/invoicing.ts'
import { usageEvents } from '#db/schema/metering.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { correctUsage } from '#src/metering/correct-usage.ts'
import { recordUsage } from '#src/metering/record-usage.ts'
import { rolledUp } from '#src/metering/testing/rolled-up.ts'
import { usageTotals } from '#src/metering/usage-totals.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { formatDecimal } from '#src/kernel/decimal.ts'
import { selfcheck } from '#src/selfcheck/selfcheck.ts'
import { explainEvent } from '../examine/explain-event.ts'
import { investigateInvoice } from '../examine/investigate-invoice.ts'
import { runBilling } from '../run-billing.ts'
import { addAccount, openShop } from '../testing/billing-world.ts'

const FEBRUARY = '2026-02-15T00:00:00Z'
const MARCH = '2026-03-01T12:00:00Z'
const APRIL = '2026-04-01T12:00:00Z'

async function use(
  world: TestWorld,
  customerId: string,
  key: string,
  quantity: string,
  timestamp: string,
  arrives = FEBRUARY,
) {
  const answer = await recordUsage(world.scope('org_test', arrives), {
    events: [
      {
        event_id: key,
        idempotency_key: `k ${key}`,
        event_type: 'api_calls',
        timestamp,
        customer_id: customerId,
        quantity,
      },
    ],
  })
  expect(answer.accepted).toBe(1)
}

function correct(world: TestWorld, at: string, ...entries: object[]) {
  return world.scope('org_test', at).transact((ctx) => correctUsage(ctx, entries))
}

async function totals(world: TestWorld, customerId: string) {
  const period = {
    start: parseInstant('2026-02-01T00:00:00Z'),
    end: parseInstant('2026-03-01T00:00:00Z'),
  }
  const asked = ['count', 'sum', 'max', 'min'].map((aggregation) => ({
    key: aggregation,
    customerId,
    metric: 'api_calls',
    aggregation,
    period,
  }))
  const found = await world.scope('org_test', MARCH).transact((ctx) => usageTotals(ctx, asked))
  return [...found.values()].map(formatDecimal).join(' ')
}

async function sound(world: TestWorld): Promise<void> {
  const results = await selfcheck(world.scope('org_test', APRIL))
  for (const name of ['I1', 'I2', 'I3', 'I6', 'I7', 'I8'] as const)
    expect(results[name]).toMatchObject({ ok: true, problems: [] })
}

describeOnDatabases('corrected usage', (world) => {
  const explain = (id: string) =>
    world()
      .scope('org_test', APRIL)
      .transact((ctx) => explainEvent(ctx, id))
  const draftOf = async (customerId: string, period: string) => {
    const [invoice] = await world()
      .system.db.select()
      .from(invoices)
      .where(and(eq(invoices.customerId, customerId), eq(invoices.period, period)))
    const lines = await world()
      .system.db.select()
      .from(invoiceLines)
      .where(eq(invoiceLines.invoiceId, invoice?.id ?? ''))
      .orderBy(asc(invoiceLines.position))
    return {
      invoice,
      adjustments: lines
        .filter(({ kind }) => kind === 'adjustment')
        .map((line) => line.amountMinor),
    }
  }

  beforeAll(async () => {
    const early = world().scope('org_test', FEBRUARY)
    await openShop(early)
    for (const id of ['1', '2']) await addAccount(early, id, { calls: '20000' })
    await use(world(), '1', 'a', '30000', '2026-02-10T10:10:00Z')
    await use(world(), '1', 'b', '5', '2026-02-10T10:20:00Z')
    await use(world(), '2', 'c', '40000', '2026-02-10T10:10:00Z')
    await rolledUp(world())
  })

  it('leaves the hour as if the event had never come, in every aggregation, and the raw event as it came', async () => {
    expect(await totals(world(), '1')).toBe('3 50005 30000 5')
    const made = await correct(world(), FEBRUARY, {
      eventId: 'a',
      action: 'cancel',
      reason: 'sent twice',
    })
    expect(made).toMatchObject({ corrected: 1, results: [{ status: 'corrected', eventId: 'a' }] })
    expect(await totals(world(), '1')).toBe('2 20005 20000 5')
    const raw = await world()
      .system.db.select()
      .from(usageEvents)
      .where(eq(usageEvents.eventId, 'a'))
    expect(raw).toHaveLength(1)
    await sound(world())
  })

  it('is made once: again it changes nothing, and what contradicts it is told so', async () => {
    const cancelled = { eventId: 'a', action: 'cancel', reason: 'again' }
    const results = await correct(
      world(),
      FEBRUARY,
      cancelled,
      { ...cancelled, action: 'amend', changes: { quantity: '1' } },
      { eventId: 'nobody', action: 'cancel', reason: 'x' },
      { eventId: 'b', action: 'amend', reason: 'x', changes: { quantity: '１' } },
      { eventId: 'b', action: 'amend', reason: 'x', changes: { price: 1 } },
      { eventId: 'b', action: 'amend', reason: 'x', changes: { quantity: 5 } },
      { eventId: 'b', action: 'amend', reason: 'x', changes: { customer_id: 'nobody' } },
      { eventId: 'b', action: 'erase', reason: 'x' },
      { eventId: 'b', action: 'cancel', reason: ' ' },
    )
    expect(results.results.map(({ status, code, reason }) => [status, code, reason])).toEqual([
      ['unchanged', undefined, undefined],
      ['rejected', 'conflict', 'it was cancelled: send the usage anew under another key'],
      ['rejected', 'not_found', 'no event "nobody" was counted'],
      ['rejected', 'malformed', expect.stringContaining('changes.quantity: ')],
      ['rejected', 'malformed', 'changes.price: is no field that can be amended'],
      ['rejected', 'malformed', 'changes: say what the event says already'],
      ['rejected', 'unknown_customer', 'changes.customer_id: there is no customer "nobody"'],
      ['rejected', 'malformed', expect.stringContaining('action: ')],
      ['rejected', 'malformed', expect.stringContaining('reason: ')],
    ])
    expect(await totals(world(), '1')).toBe('2 20005 20000 5')
  })

  it('amends by another event, before and after the roll-up has passed it, at whatever hour it says', async () => {
    const changes = { quantity: '7', timestamp: '2026-02-11T00:00:00Z' }
    const [made] = (
      await correct(world(), FEBRUARY, { eventId: 'b', action: 'amend', reason: 'wrong', changes })
    ).results
    expect(await totals(world(), '1')).toBe('2 20007 20000 7')
    await rolledUp(world())
    expect(await totals(world(), '1')).toBe('2 20007 20000 7')
    const [again] = (
      await correct(world(), FEBRUARY, { eventId: 'b', action: 'amend', reason: 'wrong', changes })
    ).results
    expect(again).toEqual({ status: 'unchanged', eventId: 'b', replacedBy: made?.replacedBy })
    const [other] = (
      await correct(world(), FEBRUARY, {
        eventId: 'b',
        action: 'amend',
        reason: 'no',
        changes: { quantity: '8' },
      })
    ).results
    expect(other).toMatchObject({ status: 'rejected', code: 'conflict' })
    // A correction of what was sent in between, that the roll-up has not seen.
    await use(world(), '1', 'd', '9', '2026-02-12T00:00:00Z')
    await correct(world(), FEBRUARY, { eventId: 'k d', action: 'cancel', reason: 'by its key' })
    await rolledUp(world())
    expect(await totals(world(), '1')).toBe('2 20007 20000 7')
    expect(await explain(made?.replacedBy ?? '')).toMatchObject({
      state: 'counted',
      replaces: 'b',
      quantity: '7',
    })
    await sound(world())
  })

  it('is adjusted on the next invoice where its period was final, and explained there', async () => {
    await runBilling(world().scope('org_test', MARCH), { period: '2026-02' })
    expect((await draftOf('2', '2026-02')).invoice).toMatchObject({ subtotalMinor: 5000n })
    await correct(world(), '2026-03-10T00:00:00Z', {
      eventId: 'c',
      action: 'amend',
      reason: 'ten times too many',
      changes: { amount: 4000 },
    })
    await rolledUp(world())
    expect(await explain('c')).toMatchObject({
      state: 'withdrawn',
      billing: [
        {
          outcome: 'late',
          because:
            'it was taken back after INV-2026-02-0002 was rated: the next invoice adjusts it',
        },
      ],
    })
    await use(world(), '2', 'e', '60000', '2026-03-12T10:00:00Z', '2026-03-12T11:00:00Z')
    await rolledUp(world())
    await runBilling(world().scope('org_test', APRIL), { period: '2026-03' })
    const february = await draftOf('2', '2026-02')
    expect(february.invoice).toMatchObject({ subtotalMinor: 5000n })
    // 60,000 calls were 50.00; 24,000 are 14.00.
    expect((await draftOf('2', '2026-03')).adjustments).toEqual([-3600n])
    expect(await explain('c')).toMatchObject({
      billing: [{ outcome: 'adjusted', adjustments: [{ amountMinor: -3600n }] }],
    })
    await sound(world())
    const found = await world()
      .scope('org_test', APRIL)
      .transact((ctx) => investigateInvoice(ctx, february.invoice?.id ?? ''))
    expect(found.layers.flatMap(({ differences }) => differences)).toEqual([])
  })
})
