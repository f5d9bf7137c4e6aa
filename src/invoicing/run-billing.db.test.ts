import { asc, eq, sql } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { rowsOf } from '#db/context.ts'
import { billingRuns, invoiceLines, invoices } from '#db/schema/invoicing.ts'
import { webhookDeliveries } from '#db/schema/notifications.ts'
import { auditLog, outbox } from '#db/schema/tenancy.ts'
import { recordUsage } from '#src/metering/record-usage.ts'
import { rolledUp } from '#src/metering/testing/rolled-up.ts'
import { trialBalance } from '#src/ledger/balances.ts'
import { createEndpoint } from '#src/notifications/endpoints.ts'
import { publishPricing } from '#src/subscriptions/publish-pricing.ts'
import { runBilling } from './run-billing.ts'
import { voidInvoice } from './void-invoice.ts'
import { addAccount, addAccount1047, openShop, useCalls } from './testing/billing-world.ts'

const MARCH = '2026-03-01T12:00:00Z'
const FEBRUARY = { period: '2026-02' }

/** What a run is judged by: number, account and total of every invoice, in order of numbers. */
async function books(world: TestWorld, orgId = 'org_test') {
  const rows = await world.system.db
    .select()
    .from(invoices)
    .where(eq(invoices.orgId, orgId))
    .orderBy(asc(invoices.number))
  return rows.map((row) => [row.number, row.customerId, row.totalMinor.toString(), row.status])
}

describeOnDatabases('a billing run', (world) => {
  beforeAll(async () => {
    const scope = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(scope)
    await addAccount1047(scope)
    await addAccount(scope, '999', { planId: 'flat' })
    await addAccount(scope, '1001', { planId: 'flat', customer: { collection: 'card' } })
    await addAccount(scope, '1002', { planId: null })
    await addAccount(scope, '1003', { planId: null })
    await useCalls(scope, '1003', '5', '2026-02-10T00:00:00Z')
    await addAccount(scope, '1004', { planId: 'free' })
    await addAccount(scope, '1005', { planId: 'flat', subscription: { anchorDay: 15 } })
    await addAccount(scope, '1006', {
      planId: 'flat',
      customer: { timeZone: 'America/New_York', country: 'US', region: 'CA' },
    })
  })

  it('bills who is due, in account order, and names every account it skips with the reason', async () => {
    const progress: string[] = []
    const summary = await runBilling(world().scope('org_test', MARCH), {
      ...FEBRUARY,
      onProgress: ({ phase, done, total }) => progress.push(`${phase} ${done}/${total}`),
    })
    expect(summary).toMatchObject({
      generated: 5,
      waiting: 0,
      status: 'finished',
      alreadyDone: false,
      totalMinorByCurrency: { EUR: 65091n },
      skipped: [
        { customerId: '1002', reason: 'no active subscription and no usage' },
        { customerId: '1003', reason: 'usage without an active subscription' },
        { customerId: '1005', reason: 'period not over' },
      ],
    })
    expect(summary.totals).toEqual([
      {
        currency: 'EUR',
        invoices: 5,
        usageMinor: 16395n,
        flatMinor: 39900n,
        prorationMinor: 0n,
        adjustmentMinor: 0n,
        subtotalMinor: 56295n,
        taxMinor: 8796n,
        totalMinor: 65091n,
      },
    ])
    expect(progress).toEqual(['drafting 8/8', 'finalizing 5/5'])
    expect(await books(world())).toEqual([
      ['INV-2026-02-0001', '999', '11900', 'finalized'],
      ['INV-2026-02-0002', '1001', '11900', 'finalized'],
      ['INV-2026-02-0003', '1004', '0', 'paid'],
      ['INV-2026-02-0004', '1006', '10000', 'finalized'],
      ['INV-2026-02-0005', '1047', '31291', 'finalized'],
    ])
  })

  it('rates account 1047 to the cent', async () => {
    const rows = await world()
      .system.db.select({ line: invoiceLines, invoice: invoices })
      .from(invoiceLines)
      .innerJoin(invoices, eq(invoices.id, invoiceLines.invoiceId))
      .where(eq(invoices.customerId, '1047'))
      .orderBy(asc(invoiceLines.position))
    expect(rows.map(({ line }) => line.amountMinor)).toEqual([0n, 9000n, 7395n, 9900n])
    expect(rows[0]?.invoice).toMatchObject({
      subtotalMinor: 26295n,
      taxMinor: 4996n,
      totalMinor: 31291n,
      paymentReference: 'RF82INV2026020005',
    })
  })

  it('posts each invoice into balanced books', async () => {
    const balance = await world()
      .scope()
      .transact((ctx) => trialBalance(ctx))
    expect(balance.balanced).toBe(true)
    expect(
      balance.rows.map(({ account, debitMinor, creditMinor }) => [
        account,
        debitMinor - creditMinor,
      ]),
    ).toEqual([
      ['receivable', 65091n],
      ['revenue:addon', -9900n],
      ['revenue:base_fee', -30000n],
      ['revenue:usage', -16395n],
      ['tax_payable:DE', -8796n],
    ])
  })

  it('asks to charge cards and to send every invoice, in the same transaction', async () => {
    const jobs = await world()
      .system.db.select({ job: outbox.job, key: outbox.key })
      .from(outbox)
      .where(sql`${outbox.job} in ('CHARGE_INVOICE', 'SEND_INVOICE')`)
      .orderBy(asc(outbox.job))
    expect(jobs.map(({ job }) => job)).toEqual(['CHARGE_INVOICE', ...Array(5).fill('SEND_INVOICE')])
    expect(jobs[0]?.key).toMatch(/^inv_.*:finalized$/)
  })

  it('changes nothing the second time and says so', async () => {
    const before = await books(world())
    const summary = await runBilling(world().scope('org_test', '2026-03-02T12:00:00Z'), FEBRUARY)
    expect(summary).toMatchObject({ alreadyDone: true, generated: 5, skipped: { length: 3 } })
    expect(await books(world())).toEqual(before)
  })

  it('counts its totals anew once an invoice is void, and only then', async () => {
    const before = await runBilling(world().scope('org_test', '2026-03-02T12:00:00Z'), FEBRUARY)
    await world()
      .scope('org_test', MARCH)
      .transact(async (ctx) => {
        const [row] = await ctx.db.select().from(invoices).where(eq(invoices.customerId, '999'))
        await voidInvoice(ctx, { invoiceId: row?.id ?? '', reason: 'billed by mistake' })
      })
    const after = await runBilling(world().scope('org_test', '2026-03-02T12:00:00Z'), FEBRUARY)
    expect([before.generated, after.generated]).toEqual([5, 4])
    expect(after.totals[0]).toMatchObject({ flatMinor: 29900n, totalMinor: 65091n - 11900n })
    expect(await runBilling(world().scope('org_test', MARCH), FEBRUARY)).toEqual(after)
  })

  it('bills who was not due as soon as their period is over', async () => {
    const summary = await runBilling(world().scope('org_test', '2026-03-15T12:00:00Z'), FEBRUARY)
    expect(summary).toMatchObject({ alreadyDone: false, generated: 5, skipped: { length: 2 } })
    expect((await books(world())).at(-1)).toEqual([
      'INV-2026-02-0006',
      '1005',
      '11900',
      'finalized',
    ])
  })
})

describeOnDatabases('a month that cannot be billed', (world) => {
  it.each([
    ['2026-13', /^period: "2026-13" is not a month/],
    ['2026-2', /^period: "2026-2" is not a month/],
    ['2026-04', /^period: 2026-04 has not begun: it is 2026-03-31/],
  ])('%s is refused, and nothing is written', async (period, message) => {
    // Ten o'clock in UTC is April in the farthest east.
    const scope = world().scope('org_test', '2026-03-31T09:59:00Z')
    await expect(runBilling(scope, { period })).rejects.toThrow(message)
    expect(await world().system.db.select().from(billingRuns)).toEqual([])
    expect(await world().system.db.select().from(auditLog)).toEqual([])
  })

  it('begins where a month begins first', async () => {
    const scope = world().scope('org_test', '2026-03-31T10:00:00Z')
    expect(await runBilling(scope, { period: '2026-04' })).toMatchObject({ generated: 0 })
  })
})

/** 30 accounts, of which every fifth has no subscription. */
async function thirtyAccounts(world: TestWorld, orgId: string): Promise<void> {
  if (orgId !== 'org_test') await world.addOrg(orgId)
  const scope = world.scope(orgId, '2026-02-15T00:00:00Z')
  await openShop(scope)
  for (let index = 0; index < 30; index += 1)
    await addAccount(scope, `${980 + index}`, { planId: index % 5 === 0 ? null : 'flat' })
}

const EXPECTED = Array.from({ length: 30 }, (_, index) => index)
  .filter((index) => index % 5 !== 0)
  .map((index, position) => [
    `INV-2026-02-${(position + 1).toString().padStart(4, '0')}`,
    `${980 + index}`,
    '11900',
    'finalized',
  ])

describeOnDatabases('a billing run that is killed', (world) => {
  it('ends in the same invoices and numbers wherever it was stopped', async () => {
    for (const stopAt of ['drafting 8', 'drafting 24', 'finalizing 4', 'finalizing 20']) {
      const orgId = `org_${stopAt.replace(' ', '_')}`
      await thirtyAccounts(world(), orgId)
      const input = { ...FEBRUARY, chunkSize: 4, concurrency: 2 }
      await expect(
        runBilling(world().scope(orgId, MARCH), {
          ...input,
          onProgress: ({ phase, done }) => {
            if (`${phase} ${done}` === stopAt) throw new Error('killed')
          },
        }),
      ).rejects.toThrow('killed')
      const summary = await runBilling(world().scope(orgId, MARCH), input)
      expect(summary).toMatchObject({ alreadyDone: false, generated: 24, skipped: { length: 6 } })
      expect(await books(world(), orgId)).toEqual(EXPECTED)
    }
  })
})

describeOnDatabases('two billing runs at once', (world) => {
  it('make one set of invoices with gapless numbers', async () => {
    await thirtyAccounts(world(), 'org_test')
    const input = { ...FEBRUARY, chunkSize: 3 }
    await Promise.all([
      runBilling(world().scope('org_test', MARCH), input),
      runBilling(world().scope('org_test', MARCH), input),
    ])
    expect(await books(world())).toEqual(EXPECTED)
    const [posted] = await rowsOf<{ count: string }>(
      world().system.db,
      sql`select count(*)::text as count from ledger_transactions`,
    )
    expect(posted?.count).toBe('24')
  })
})

describeOnDatabases('programs that listen to invoices', (world) => {
  it('hear of each draft and each finalization once', async () => {
    const scope = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(scope)
    for (const id of ['1', '2']) await addAccount(scope, id, { planId: 'flat' })
    await scope.transact((ctx) =>
      createEndpoint(ctx, { url: 'https://hooks.example/x', events: ['invoice.*'] }),
    )
    await runBilling(world().scope('org_test', MARCH), FEBRUARY)
    await runBilling(world().scope('org_test', MARCH), FEBRUARY)
    const rows = await world()
      .system.db.select()
      .from(webhookDeliveries)
      .orderBy(asc(webhookDeliveries.type))
    expect(rows.map(({ type }) => type)).toEqual([
      'invoice.created',
      'invoice.created',
      'invoice.finalized',
      'invoice.finalized',
    ])
    expect(rows[0]?.payload).toMatchObject({ data: { currency: 'EUR', totalMinor: '11900' } })
  })
})

describeOnDatabases('usage that is on no invoice', (world) => {
  const use = async (at: string, metric: string, quantity: string) => {
    const key = `${metric} ${at}`
    const answer = await recordUsage(
      world().scope('org_test', at.replace('2026-02-28', '2026-03-02')),
      {
        events: [
          {
            event_id: key,
            idempotency_key: key,
            event_type: metric,
            timestamp: at,
            customer_id: '1',
            quantity,
          },
        ],
      },
    )
    expect(answer.accepted).toBe(1)
  }
  const audited = async () =>
    (
      await rowsOf<{ action: string; quantity: string }>(
        world().system.db,
        sql`select action, data ->> 'quantity' as quantity from audit_log where action like 'usage.%' order by id`,
      )
    ).map(({ action, quantity }) => `${action} ${Number(quantity)}`)

  it('is named in the summary and audited once: what no plan prices, and what came too late', async () => {
    const early = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(early)
    await addAccount(early, '1', { calls: '20000' })
    await addAccount(early, '2', { planId: 'flat' })
    await use('2026-02-12T10:00:00Z', 'gpu_seconds', '1.5')
    await use('2026-02-12T11:00:00Z', 'gpu_seconds', '2')
    await use('2026-02-12T10:00:00Z', 'zz_unknown', '7')
    // Not of this period.
    await use('2026-01-12T10:00:00Z', 'gpu_seconds', '100')
    const gpu = { customerId: '1', metric: 'gpu_seconds', quantity: '3.5', reason: 'not_priced' }
    const unknown = { customerId: '1', metric: 'zz_unknown', quantity: '7', reason: 'not_priced' }
    const first = await runBilling(world().scope('org_test', MARCH), FEBRUARY)
    expect(first.unrated).toEqual([unknown, gpu])
    await rolledUp(world())

    await use('2026-02-28T12:00:00Z', 'api_calls', '250')
    await rolledUp(world())
    const again = await runBilling(world().scope('org_test', MARCH), FEBRUARY)
    expect(again).toMatchObject({ alreadyDone: true, generated: 2 })
    expect(again.unrated).toEqual([
      { customerId: '1', metric: 'api_calls', quantity: '250', reason: 'late' },
      unknown,
      gpu,
    ])
    expect((await audited()).sort()).toEqual([
      'usage.late 250',
      'usage.not_priced 3.5',
      'usage.not_priced 7',
    ])
  })
})

describeOnDatabases('a grace period', (world) => {
  it('keeps invoices as drafts, counts late usage into them, then finalizes', async () => {
    await world().addOrg('org_grace', { settings: { gracePeriodHours: 48 } })
    const early = world().scope('org_grace', '2026-02-15T00:00:00Z')
    await openShop(early)
    await addAccount(early, '1', { calls: '20000' })
    const first = await runBilling(world().scope('org_grace', MARCH), FEBRUARY)
    expect(first).toMatchObject({ generated: 0, waiting: 1, status: 'finalizing' })
    await useCalls(world().scope('org_grace', MARCH), '1', '5000', '2026-02-28T20:00:00Z')
    const late = await runBilling(world().scope('org_grace', '2026-03-03T12:00:00Z'), FEBRUARY)
    expect(late).toMatchObject({ generated: 1, waiting: 0, status: 'finished' })
    expect(await books(world(), 'org_grace')).toEqual([
      ['INV-2026-02-0001', '1', '1785', 'finalized'],
    ])
  })
})

describeOnDatabases('an amount beyond all sense', (world) => {
  it('is refused with the reason and does not stop the others', async () => {
    const early = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(early)
    await early.transact((ctx) =>
      publishPricing(
        ctx,
        `{version: dear, effectiveDate: 2025-01-01, meteringWindow: monthly, roundingRule: nearest,
          tiers: [{id: dear, basePrice: 0, currency: EUR, overageRates: {api_calls: 1000000}}]}`,
      ),
    )
    await addAccount(early, '1', {
      planId: 'dear',
      calls: '999999999999',
      subscription: { pricingVersion: 'dear' },
    })
    await addAccount(early, '2', { planId: 'flat' })
    expect(await runBilling(world().scope('org_test', MARCH), FEBRUARY)).toMatchObject({
      generated: 1,
      skipped: [{ customerId: '1', reason: expect.stringMatching(/^an amount would be beyond/) }],
    })
  })
})

describeOnDatabases('a total below zero', (world) => {
  it('is refused with the reason, writes nothing, and does not stop the others', async () => {
    const early = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(early)
    await addAccount(early, '1', { calls: '-50000' })
    await addAccount(early, '2', { planId: 'flat' })
    const summary = await runBilling(world().scope('org_test', MARCH), FEBRUARY)
    expect(summary).toMatchObject({
      generated: 1,
      skipped: [
        { customerId: '1', reason: expect.stringMatching(/^the total would be -47\.60 EUR/) },
      ],
    })
    expect(await books(world())).toEqual([['INV-2026-02-0001', '2', '11900', 'finalized']])
  })

  it('is billed by the finished run once it is above zero again, and by no further one', async () => {
    const scope = world().scope('org_test', MARCH)
    expect(await runBilling(scope, FEBRUARY)).toMatchObject({ alreadyDone: true, generated: 1 })
    await useCalls(scope, '1', '250000', '2026-02-11T00:00:00Z')
    const billed = [
      ['INV-2026-02-0001', '2', '11900', 'finalized'],
      ['INV-2026-02-0002', '1', '16660', 'finalized'],
    ]
    expect(await runBilling(scope, FEBRUARY)).toMatchObject({
      status: 'finished',
      generated: 2,
      skipped: [],
    })
    expect(await books(world())).toEqual(billed)
    expect(await runBilling(scope, FEBRUARY)).toMatchObject({ alreadyDone: true, generated: 2 })
    expect(await books(world())).toEqual(billed)
  })
})
