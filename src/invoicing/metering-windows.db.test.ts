import { asc } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { describeOnDatabases } from '#db/testing/database.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { createCustomer } from '#src/customers/create-customer.ts'
import { cancelSubscription } from '#src/subscriptions/cancel-subscription.ts'
import { changePlan } from '#src/subscriptions/change-plan.ts'
import { publishPricing } from '#src/subscriptions/publish-pricing.ts'
import { subscribe } from '#src/subscriptions/subscribe.ts'
import { previewInvoice } from './preview-invoice.ts'
import { runBilling } from './run-billing.ts'
import { useCalls } from './testing/billing-world.ts'

const document = (version: string, window: string, plan: string) => `
version: "${version}"
effectiveDate: "2024-01-01T00:00:00Z"
${window}
roundingRule: nearest
tiers:
  - id: pro
    basePrice: ${plan}
    currency: EUR
    includedUsage: { api_calls: 1000 }
    overageRates: { api_calls: 0.5 }
`

describeOnDatabases('metering windows of several months', (world) => {
  const scopeAt = (now: string) => world().scope('org_test', now)
  const bill = (period: string, now: string) => runBilling(scopeAt(now), { period })
  const preview = (id: string, period: string, now = '2027-06-01T00:00:00Z') =>
    scopeAt(now).transact((ctx) => previewInvoice(ctx, { subscriptionId: `sub_${id}`, period }))

  beforeAll(async () => {
    const scope = scopeAt('2025-12-01T00:00:00Z')
    await scope.transact(async (ctx) => {
      await publishPricing(ctx, document('year', 'meteringWindow: annual', '1200'))
      await publishPricing(
        ctx,
        document('quarter', 'meteringWindow: custom\nwindowMonths: 3', '300'),
      )
      await publishPricing(ctx, document('month', 'meteringWindow: monthly', '100'))
      for (const [id, pricingVersion] of [
        ['1', 'year'],
        ['2', 'quarter'],
        ['3', 'quarter'],
      ] as const) {
        await createCustomer(ctx, {
          id,
          name: `Kunde ${id}`,
          currency: 'EUR',
          country: 'DE',
          timeZone: 'Europe/Berlin',
          collection: 'transfer',
          contacts: [{ email: `a@kunde-${id}.example`, name: 'A' }],
        })
        await subscribe(ctx, {
          id: `sub_${id}`,
          customerId: id,
          planId: 'pro',
          pricingVersion,
          startedAt: id === '1' ? '2025-12-31T23:00:00Z' : '2026-01-14T23:00:00Z',
          anchorDay: id === '1' ? 1 : 15,
        })
      }
    })
    for (const [id, calls, at] of [
      ['1', '900', '2026-02-01T00:00:00Z'],
      ['1', '300', '2026-12-31T22:59:59Z'],
      ['1', '7', '2026-12-31T23:00:00Z'],
      ['2', '600', '2026-01-20T00:00:00Z'],
      ['2', '600', '2026-04-14T21:59:59Z'],
      ['2', '5', '2026-04-14T22:00:00Z'],
      ['3', '1100', '2026-01-20T00:00:00Z'],
    ] as const)
      await useCalls(scopeAt(at), id, calls, at)
  })

  it('a run in the middle of a window invoices nothing of it and says why', async () => {
    const { generated, skipped } = await bill('2026-02', '2026-03-20T00:00:00Z')
    expect(generated).toBe(0)
    expect(skipped).toEqual(
      ['1', '2', '3'].map((customerId) => ({ customerId, reason: 'metering window not over' })),
    )
  })

  it('a cancellation ends the window: the run of its month bills the days until then, once', async () => {
    const scope = scopeAt('2026-03-21T00:00:00Z')
    // 45 of the 90 days from January 15 to April 15; entered after the month's run had finished.
    await scope.transact((ctx) =>
      cancelSubscription(ctx, { subscriptionId: 'sub_3', at: '2026-02-28T23:00:00Z' }),
    )
    const { generated } = await bill('2026-02', '2026-03-21T01:00:00Z')
    expect(generated).toBe(1)
    expect(await preview('3', '2026-02')).toMatchObject({
      kind: 'draft',
      draft: { subtotalMinor: 15_000n + 5_000n },
    })
    expect(await preview('3', '2026-03')).toMatchObject({ kind: 'inactive' })
    expect(await preview('3', '2026-01')).toMatchObject({ kind: 'not_due' })
  })

  it('the run of its last month invoices the whole window: one base price, one included usage', async () => {
    expect(await bill('2026-03', '2026-04-20T00:00:00Z')).toMatchObject({ generated: 1 })
    expect(await bill('2026-04', '2026-05-20T00:00:00Z')).toMatchObject({ generated: 0 })
    expect(await bill('2026-12', '2027-01-02T00:00:00Z')).toMatchObject({ generated: 1 })
    const rows = await world().system.db.select().from(invoices).orderBy(asc(invoices.customerId))
    const billed = rows.map((row) => [
      row.customerId,
      row.period,
      row.periodStart.toString(),
      row.periodEnd.toString(),
      row.subtotalMinor,
    ])
    expect(billed).toEqual([
      // 1,200 calls in the year: the one at its very end counts in the next.
      ['1', '2026-12', '2025-12-31T23:00:00Z', '2026-12-31T23:00:00Z', 120_000n + 10_000n],
      ['2', '2026-03', '2026-01-14T23:00:00Z', '2026-04-14T22:00:00Z', 30_000n + 10_000n],
      ['3', '2026-02', '2026-01-14T23:00:00Z', '2026-02-28T23:00:00Z', 15_000n + 5_000n],
    ])
    for (const period of ['2026-02', '2026-03', '2026-04'])
      expect(await bill(period, '2027-06-01T00:00:00Z')).toMatchObject({ alreadyDone: true })
  })

  it('a change to windows of another length is refused by name', async () => {
    const change = scopeAt('2026-05-01T00:00:00Z').transact((ctx) =>
      changePlan(ctx, { subscriptionId: 'sub_1', planId: 'pro', pricingVersion: 'month' }),
    )
    await expect(change).rejects.toThrow('meters windows of 1 months, the subscription 12')
  })
})
