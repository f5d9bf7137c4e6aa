import { asc, eq, sql } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { rowsOf } from '#db/context.ts'
import { usageAdjustments } from '#db/schema/adjustments.ts'
import { invoiceLines, invoices } from '#db/schema/invoicing.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { recordUsage } from '#src/metering/record-usage.ts'
import { rolledUp } from '#src/metering/testing/rolled-up.ts'
import { selfcheck } from '#src/selfcheck/selfcheck.ts'
import { cancelSubscription } from '#src/subscriptions/cancel-subscription.ts'
import { publishPricing } from '#src/subscriptions/publish-pricing.ts'
import { correctInvoice } from '../correct-invoice.ts'
import { previewInvoice } from '../preview-invoice.ts'
import { runBilling } from '../run-billing.ts'
import { addAccount, openShop } from '../testing/billing-world.ts'
import { creditOwedUsage, previewOwedUsage } from './credit-owed.ts'
import { voidInvoice } from '../void-invoice.ts'

const MARCH = '2026-03-01T12:00:00Z'
const APRIL = '2026-04-01T12:00:00Z'
const MAY = '2026-05-01T12:00:00Z'

/** Usage that arrives at an instant, and is rolled up. */
async function use(
  world: TestWorld,
  customerId: string,
  quantity: string,
  timestamp: string,
  arrives: string,
) {
  const key = `${customerId} ${timestamp} ${quantity} ${arrives}`
  const answer = await recordUsage(world.scope('org_test', arrives), {
    windowDays: 400,
    events: [
      {
        event_id: key,
        idempotency_key: key,
        event_type: 'api_calls',
        timestamp,
        customer_id: customerId,
        quantity,
      },
    ],
  })
  expect(answer.accepted).toBe(1)
  await rolledUp(world)
}

const bill = (world: TestWorld, period: string, at: string) =>
  runBilling(world.scope('org_test', at), { period })

/** Number, total, and the adjustment lines of an account's invoices in order. */
async function invoicesOf(world: TestWorld, customerId: string) {
  const rows = await world.system.db
    .select()
    .from(invoices)
    .where(eq(invoices.customerId, customerId))
    .orderBy(asc(invoices.periodStart), asc(invoices.number))
  return Promise.all(
    rows.map(async ({ id, number, kind, subtotalMinor }) => ({
      number,
      kind,
      subtotalMinor,
      adjustments: (
        await world.system.db
          .select()
          .from(invoiceLines)
          .where(eq(invoiceLines.invoiceId, id))
          .orderBy(asc(invoiceLines.position))
      )
        .filter((line) => line.kind === 'adjustment')
        .map((line) => `${line.description} ${line.amountMinor}`),
    })),
  )
}

async function sound(world: TestWorld, at: string): Promise<void> {
  const results = await selfcheck(world.scope('org_test', at))
  for (const name of ['I1', 'I2', 'I3', 'I6', 'I7', 'I8'] as const)
    expect(results[name]).toMatchObject({ ok: true, problems: [] })
}

describeOnDatabases('usage that comes after its invoice was finalized', (world) => {
  beforeAll(async () => {
    const early = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(early)
    // 20,000 calls: the first 10,000 free, the rest at 0.001.
    for (const id of ['1', '2', '3', '4']) await addAccount(early, id, { calls: '20000' })
    await rolledUp(world())
    await bill(world(), '2026-02', MARCH)
  })

  it('is on the next invoice as the difference that rating it in time would have made', async () => {
    await use(world(), '1', '100000', '2026-02-20T10:00:00Z', '2026-03-05T00:00:00Z')
    const preview = await world()
      .scope('org_test', APRIL)
      .transact((ctx) => previewInvoice(ctx, { subscriptionId: 'sub_1', period: '2026-03' }))
    const summary = await bill(world(), '2026-03', APRIL)
    // 120,000 in all: 90,000 at 0.001 and 20,000 at 0.0005 are 100.00; 10.00 was billed.
    const [february, march] = await invoicesOf(world(), '1')
    expect(february).toMatchObject({ subtotalMinor: 1000n, adjustments: [] })
    expect(march).toMatchObject({
      kind: 'period',
      subtotalMinor: 9000n,
      adjustments: ['API calls: usage of 2026-02 corrected after INV-2026-02-0001 9000'],
    })
    expect(preview).toMatchObject({ kind: 'draft', draft: { subtotalMinor: 9000n } })
    expect(summary.totals).toMatchObject([{ adjustmentMinor: 9000n }])
    await sound(world(), APRIL)
  })

  it('is billed once: neither the next run nor the same one again knows more', async () => {
    const before = await invoicesOf(world(), '1')
    expect(await bill(world(), '2026-03', APRIL)).toMatchObject({ alreadyDone: true })
    expect(await invoicesOf(world(), '1')).toEqual(before)
    await bill(world(), '2026-04', MAY)
    expect((await invoicesOf(world(), '1')).at(-1)?.adjustments).toEqual([])
  })

  it('is refused by the database when it is written a second time, or with another sum', async () => {
    const [row] = await world().system.db.select().from(usageAdjustments)
    const [draft] = await rowsOf<{ id: string }>(
      world().system.db,
      sql`insert into invoices select (i).* from (select jsonb_populate_record(i, '{"id": "inv_test", "status": "draft",
          "number": null, "public_token": "t", "period_start": "2027-01-01T00:00:00Z"}') as i from invoices i limit 1) as x
          returning id`,
    )
    const again = (values: object) =>
      world()
        .system.db.insert(usageAdjustments)
        .values({
          ...row,
          invoiceId: draft?.id ?? '',
          ...values,
        } as typeof usageAdjustments.$inferInsert)
        .catch((error: unknown) => Promise.reject((error as { cause: Error }).cause))
    await expect(again({})).rejects.toThrow('10000 was billed, not 1000')
    await expect(again({ billedMinor: 10000n })).rejects.toThrow('beyond its difference')
    await expect(again({ billedMinor: 10000n, amountMinor: 0n })).rejects.toThrow('duplicate key')
    await expect(
      again({ billedMinor: 10000n, amountMinor: 0n, ordinal: 2, invoiceId: row?.invoiceId }),
    ).rejects.toThrow('is not a draft')
    await expect(world().system.db.delete(usageAdjustments)).rejects.toMatchObject({
      cause: {
        message: expect.stringMatching(/is not a draft: its usage_adjustments cannot change/),
      },
    })
    await world().system.db.delete(invoices).where(eq(invoices.id, 'inv_test'))
  })

  it('of others stays as it is: only whom late usage was noted for is rated anew', async () => {
    expect((await invoicesOf(world(), '2')).map(({ adjustments }) => adjustments)).toEqual([
      [],
      [],
      [],
    ])
  })

  it('that is taken back reduces the next invoice, never below zero; the rest is carried on', async () => {
    // 20,000 − 15,000: nothing is due any more, 10.00 was billed.
    await use(world(), '3', '-15000', '2026-02-21T10:00:00Z', '2026-05-05T00:00:00Z')
    await use(world(), '3', '16000', '2026-05-21T10:00:00Z', '2026-05-21T10:00:00Z')
    await bill(world(), '2026-05', '2026-06-01T12:00:00Z')
    expect((await invoicesOf(world(), '3')).at(-1)).toMatchObject({
      subtotalMinor: 0n,
      adjustments: ['API calls: usage of 2026-02 corrected after INV-2026-02-0003 -600'],
    })
    await use(world(), '3', '30000', '2026-06-21T10:00:00Z', '2026-06-21T10:00:00Z')
    await bill(world(), '2026-06', '2026-07-01T12:00:00Z')
    expect((await invoicesOf(world(), '3')).at(-1)).toMatchObject({
      subtotalMinor: 1600n,
      adjustments: ['API calls: usage of 2026-02 corrected after INV-2026-02-0003 -400'],
    })
    await sound(world(), '2026-07-01T12:00:00Z')
  })

  it('comes back when the invoice that carried it is voided', async () => {
    await use(world(), '2', '1000', '2026-02-22T10:00:00Z', '2026-07-02T00:00:00Z')
    await bill(world(), '2026-07', '2026-08-01T12:00:00Z')
    const carried = (await invoicesOf(world(), '2')).at(-1)
    expect(carried?.adjustments).toHaveLength(1)
    const [row] = await world()
      .system.db.select()
      .from(invoices)
      .where(eq(invoices.number, carried?.number ?? ''))
    await world()
      .scope('org_test', '2026-08-02T00:00:00Z')
      .transact((ctx) => voidInvoice(ctx, { invoiceId: row?.id ?? '', reason: 'wrong address' }))
    await bill(world(), '2026-08', '2026-09-01T12:00:00Z')
    expect((await invoicesOf(world(), '2')).at(-1)?.adjustments).toEqual(carried?.adjustments)
  })

  it('of a subscription that ended has a final invoice of its own', async () => {
    // August is invoiced: it can end with that, not within it.
    const at = '2026-08-31T22:00:00Z'
    await world()
      .scope('org_test', '2026-09-01T12:00:00Z')
      .transact((ctx) =>
        cancelSubscription(ctx, { subscriptionId: 'sub_4', at, reason: 'moves away' }),
      )
    await use(world(), '4', '2000', '2026-08-19T10:00:00Z', '2026-09-02T00:00:00Z')
    await use(world(), '4', '1500', '2026-02-19T10:00:00Z', '2026-09-02T00:00:00Z')
    await bill(world(), '2026-09', '2026-10-01T12:00:00Z')
    expect((await invoicesOf(world(), '4')).at(-1)).toMatchObject({
      number: 'INV-2026-09-0004',
      kind: 'adjustment',
      subtotalMinor: 150n,
      adjustments: ['API calls: usage of 2026-02 corrected after INV-2026-02-0004 150'],
    })
    const summary = await bill(world(), '2026-10', '2026-11-01T12:00:00Z')
    expect(summary.skipped).toEqual([
      { customerId: '4', reason: 'no active subscription and no usage' },
    ])
    await sound(world(), '2026-11-01T12:00:00Z')
  })

  it('that is owed back after the end is named until somebody credits it', async () => {
    await use(world(), '4', '-500', '2026-02-19T11:00:00Z', '2026-11-02T00:00:00Z')
    const summary = await bill(world(), '2026-11', '2026-12-01T12:00:00Z')
    expect(summary.skipped).toEqual([
      {
        customerId: '4',
        reason:
          'ended, and 0.50 EUR net are owed back for usage corrected since: credit them (owed-usage)',
      },
    ])
    const scope = world().scope('org_test', '2026-12-02T00:00:00Z')
    const credit = (expectedHash?: string) =>
      scope.transact((ctx) =>
        creditOwedUsage(ctx, {
          subscriptionId: 'sub_4',
          reason: 'usage corrected',
          approvedBy: 'member:1',
          ...(expectedHash === undefined ? {} : { expectedHash }),
        }),
      )
    const seen = await scope.transact((ctx) => previewOwedUsage(ctx, 'sub_4'))
    expect(seen.effects.credits).toMatchObject([{ number: 'INV-2026-02-0004', netMinor: 50n }])
    await expect(credit('0'.repeat(64))).rejects.toMatchObject({ code: 'conflict' })
    expect(await credit(seen.hash)).toEqual(['CN-2026-12-0001'])
    expect(await credit()).toEqual([])
    const after = await bill(world(), '2026-12', '2027-01-01T12:00:00Z')
    expect(after.skipped).toEqual([
      { customerId: '4', reason: 'no active subscription and no usage' },
    ])
    await expect(scope.transact((ctx) => previewOwedUsage(ctx, 'sub_1'))).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(
      world().system.db.update(usageAdjustments).set({ amountMinor: 0n }),
    ).rejects.toMatchObject({ cause: { message: expect.stringMatching(/cannot change/) } })
    await sound(world(), '2027-01-01T12:00:00Z')
  })
})

describeOnDatabases('usage that comes within the grace period', (world) => {
  it('is in the draft, which carries adjustments too, and is adjusted nowhere', async () => {
    await world().system.db.execute(
      sql`update organizations set settings = '{"gracePeriodHours": 48}' where id = 'org_test'`,
    )
    const early = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(early)
    await addAccount(early, '1', { calls: '20000' })
    await bill(world(), '2026-02', '2026-03-04T00:00:00Z')
    await use(world(), '1', '1000', '2026-02-20T10:00:00Z', '2026-03-10T00:00:00Z')
    // The first draft of March carries 1.00; the second one, in its grace period, 3.00 and March's own 5.00.
    await bill(world(), '2026-03', APRIL)
    expect((await invoicesOf(world(), '1')).at(-1)).toMatchObject({
      number: null,
      subtotalMinor: 100n,
    })
    await use(world(), '1', '2000', '2026-02-20T11:00:00Z', APRIL)
    await use(world(), '1', '15000', '2026-03-20T11:00:00Z', APRIL)
    await bill(world(), '2026-03', '2026-04-04T00:00:00Z')
    expect((await invoicesOf(world(), '1')).at(-1)).toMatchObject({
      number: 'INV-2026-03-0001',
      subtotalMinor: 800n,
      adjustments: ['API calls: usage of 2026-02 corrected after INV-2026-02-0001 300'],
    })
    await bill(world(), '2026-04', '2026-05-04T00:00:00Z')
    expect((await invoicesOf(world(), '1')).at(-1)?.adjustments).toEqual([])
    await sound(world(), '2026-05-04T00:00:00Z')
  })
})

describeOnDatabases('usage under way while its month is billed', (world) => {
  it('is adjusted, although neither the rating nor the roll-up saw the other', async () => {
    // One connection has no two transactions.
    if (world().database.kind === 'embedded') return
    const early = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(early)
    await addAccount(early, '1', { calls: '20000' })
    await rolledUp(world())
    const committed = Promise.withResolvers<undefined>()
    const inserted = Promise.withResolvers<undefined>()
    const delivery = world().system.db.transaction(async (db) => {
      await db.execute(
        sql`insert into usage_events (org_id, event_id, idempotency_key, customer_id, metric, timestamp, quantity, received_at)
          values ('org_test', 'slow', 'slow', '1', 'api_calls', '2026-02-20T00:00:00Z', 3000, '2026-02-20T00:00:00Z')`,
      )
      inserted.resolve(undefined)
      await committed.promise
    })
    await inserted.promise
    await expect(
      runBilling(world().scope('org_test', MARCH), {
        period: '2026-02',
        onProgress: ({ phase }) => {
          if (phase === 'drafting') throw new Error('killed')
        },
      }),
    ).rejects.toThrow('killed')
    committed.resolve(undefined)
    await delivery
    await rolledUp(world())
    // As if the roll-up had passed it just before the draft was committed.
    await world().system.db.execute(sql`delete from late_usage`)
    await bill(world(), '2026-02', MARCH)
    await bill(world(), '2026-03', APRIL)
    expect((await invoicesOf(world(), '1')).map(({ subtotalMinor }) => subtotalMinor)).toEqual([
      1000n,
      300n,
    ])
  })
})

const STORAGE = `
version: "storage"
effectiveDate: "2025-01-01T00:00:00Z"
meteringWindow: monthly
roundingRule: nearest
tiers:
  - id: storage
    basePrice: 0
    currency: EUR
    charges: [{ metric: api_calls, aggregation: weighted_sum, model: per_unit, unitPrice: 1 }]
`

describeOnDatabases('late usage of a metric whose level holds on', (world) => {
  it('changes the months after it as well, where they are billed already', async () => {
    const early = world().scope('org_test', '2026-02-01T00:00:00Z')
    await early.transact((ctx) => publishPricing(ctx, STORAGE))
    await addAccount(early, '1', { planId: 'storage', customer: { timeZone: 'UTC' } })
    await use(world(), '1', '100', '2026-02-01T00:00:00Z', '2026-02-01T00:00:00Z')
    await bill(world(), '2026-02', MARCH)
    await bill(world(), '2026-03', APRIL)
    expect((await invoicesOf(world(), '1')).map(({ subtotalMinor }) => subtotalMinor)).toEqual([
      10000n,
      10000n,
    ])
    // 100 more from the middle of February on: half of February's, all of March's.
    await use(world(), '1', '200', '2026-02-15T00:00:00Z', '2026-04-05T00:00:00Z')
    await bill(world(), '2026-04', MAY)
    expect((await invoicesOf(world(), '1')).at(-1)).toMatchObject({
      subtotalMinor: 35000n,
      adjustments: [
        'API calls: usage of 2026-02 corrected after INV-2026-02-0001 5000',
        'API calls: usage of 2026-03 corrected after INV-2026-03-0001 10000',
      ],
    })
    await bill(world(), '2026-05', '2026-06-01T12:00:00Z')
    expect((await invoicesOf(world(), '1')).at(-1)).toMatchObject({
      subtotalMinor: 20000n,
      adjustments: [],
    })
  })
})

describeOnDatabases('an adjustment and the correction of the invoice it is on', (world) => {
  it('is on one of them, and late usage of a replaced month still comes to its customer', async () => {
    const early = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(early)
    await addAccount(early, '1', { calls: '20000' })
    await rolledUp(world())
    await bill(world(), '2026-02', MARCH)
    await use(world(), '1', '1000', '2026-02-20T10:00:00Z', '2026-03-05T00:00:00Z')
    await use(world(), '1', '30000', '2026-03-20T10:00:00Z', '2026-03-20T10:00:00Z')
    await bill(world(), '2026-03', APRIL)
    const scope = world().scope('org_test', APRIL)
    const [march] = await world()
      .system.db.select()
      .from(invoices)
      .where(eq(invoices.number, 'INV-2026-03-0001'))
    const invoiceId = march?.id ?? ''
    await scope.transact(async (ctx) => {
      await voidInvoice(ctx, { invoiceId, reason: 'wrong' })
      await correctInvoice(ctx, {
        invoiceId,
        lines: [{ position: 1, amountMinor: 1900n }],
        reason: 'agreed',
        approvedBy: 'member:1',
      })
    })
    // Usage of March that comes late for a void and replaced invoice: 3.00; and February's 1.00, due again.
    await use(world(), '1', '3000', '2026-03-21T10:00:00Z', '2026-04-05T00:00:00Z')
    await bill(world(), '2026-04', MAY)
    expect(
      (await invoicesOf(world(), '1')).map((row) => [
        row.number,
        row.kind,
        row.subtotalMinor,
        row.adjustments.length,
      ]),
    ).toEqual([
      ['INV-2026-02-0001', 'period', 1000n, 0],
      ['INV-2026-03-0001', 'period', 2100n, 1],
      ['INV-2026-03-0002', 'correction', 1900n, 0],
      ['INV-2026-04-0001', 'period', 400n, 2],
    ])
    await sound(world(), MAY)
  })
})

describeOnDatabases('late usage of a month whose raw events are detached', (world) => {
  it('is adjusted from buckets where they suffice, and waits where single events are priced', async () => {
    const early = world().scope('org_test', '2026-02-01T00:00:00Z')
    await openShop(early)
    await addAccount(early, '1')
    const byUser = STORAGE.replace('weighted_sum', 'unique, aggregationProperty: user')
    await early.transact((ctx) => publishPricing(ctx, byUser.replace('2025-01', '2025-06')))
    await addAccount(early, '2', { planId: 'storage' })
    await use(world(), '1', '20000', '2026-02-10T10:00:00Z', '2026-02-10T10:00:00Z')
    await recordUsage(world().scope('org_test', '2026-02-10T10:00:00Z'), {
      events: [
        {
          event_id: 'u1',
          idempotency_key: 'u1',
          event_type: 'api_calls',
          timestamp: '2026-02-10T10:00:00Z',
          customer_id: '2',
          quantity: 1,
          properties: { user: 'a' },
        },
      ],
    })
    await rolledUp(world())
    await bill(world(), '2026-02', MARCH)
    await world().system.db.execute(
      sql`alter table usage_events detach partition usage_events_2026_02`,
    )
    for (const id of ['1', '2'])
      await world().system.db.execute(
        sql`insert into late_usage values ('org_test', ${id}, ${`sub_${id}`},
          '2026-01-31T23:00:00Z', 'api_calls', ${id === '1' ? 1 : 2}, 0, 1, now(), null)`,
      )
    await bill(world(), '2026-03', APRIL)
    expect((await invoicesOf(world(), '1')).map((row) => row.adjustments)).toEqual([[], []])
    expect(
      (await invoicesOf(world(), '2')).map((row) => [row.subtotalMinor, row.adjustments]),
    ).toEqual([
      [100n, []],
      [0n, []],
    ])
    const left = await rowsOf<{ id: string }>(
      world().system.db,
      sql`select customer_id as id from late_usage where settled_by is null`,
    )
    expect(left).toEqual([{ id: '2' }])
  })
})
