import { beforeAll, expect, it } from 'vitest'
import { describeOnDatabases } from '#db/testing/database.ts'
import { createCustomer } from '#src/customers/create-customer.ts'
import { recordUsage } from '#src/metering/record-usage.ts'
import { rollUp } from '#src/metering/roll-up.ts'
import { changePlan } from '#src/subscriptions/change-plan.ts'
import { publishPricing } from '#src/subscriptions/publish-pricing.ts'
import { subscribe } from '#src/subscriptions/subscribe.ts'
import { previewInvoice } from './preview-invoice.ts'
import { usageCost } from './usage-cost.ts'

const charge = (aggregation: string, more = '') =>
  `      - { metric: ${aggregation.split(',')[0]}, model: per_unit, unitPrice: 1, aggregation: ${aggregation}${more} }`
const CHARGES = [
  charge('percentile, percentile: 50'),
  charge('weighted_sum'),
  charge('average'),
  charge('unique, aggregationProperty: user'),
  charge('latest'),
  charge('max'),
  charge('min'),
  charge('count'),
].join('\n')
const GROUPED =
  '      - { metric: storage, model: per_unit, unitPrice: 1, aggregation: weighted_sum, groupBy: region, filter: { live: true } }'
const PRICING = `
version: "1"
effectiveDate: "2025-01-01T00:00:00Z"
meteringWindow: monthly
roundingRule: nearest
tiers:
  - id: pro
    basePrice: 0
    currency: EUR
    charges:
${CHARGES}
${GROUPED}
  - id: max
    basePrice: 0
    currency: EUR
    charges:
${CHARGES.replaceAll('unitPrice: 1', 'unitPrice: 2')}
`

describeOnDatabases('usage of every aggregation on its way to an invoice', (world) => {
  const scopeAt = (now: string) => world().scope('org_test', now)
  const lines = async (subscriptionId: string, period: string) => {
    const decision = await scopeAt('2026-06-01T00:00:00Z').transact((ctx) =>
      previewInvoice(ctx, { subscriptionId, period }),
    )
    if (decision.kind !== 'draft') throw new Error(decision.reason)
    return decision.draft.lines.map(({ description, amountMinor }) => [description, amountMinor])
  }
  const use = async (
    customerId: string,
    metrics: readonly string[],
    events: readonly (readonly [at: string, quantity: string, properties?: object])[],
  ) => {
    for (const [index, [timestamp, quantity, properties]] of events.entries()) {
      const list = metrics.map((metric) => ({
        event_id: `${customerId} ${metric} ${index}`,
        idempotency_key: `${customerId} ${metric} ${index}`,
        event_type: metric,
        timestamp,
        customer_id: customerId,
        quantity,
        ...(properties ? { properties } : {}),
      }))
      const { accepted } = await recordUsage(scopeAt(timestamp), { events: list })
      expect(accepted).toBe(list.length)
    }
  }

  beforeAll(async () => {
    const scope = scopeAt('2026-01-01T00:00:00Z')
    await scope.transact(async (ctx) => {
      await publishPricing(ctx, PRICING)
      // Half an hour beside the hour of the buckets.
      for (const id of ['1', '2', '3']) {
        await createCustomer(ctx, {
          id,
          name: id,
          currency: 'EUR',
          country: 'IN',
          timeZone: 'Asia/Kolkata',
          collection: 'transfer',
          contacts: [{ email: `a@kunde-${id}.example`, name: 'A' }],
        })
        await subscribe(ctx, {
          id: `sub_${id}`,
          customerId: id,
          planId: 'pro',
          startedAt: '2025-12-31T18:30:00Z',
        })
      }
      await changePlan(ctx, { subscriptionId: 'sub_2', planId: 'max', at: '2026-02-14T18:45:00Z' })
    })
    const every = [
      'percentile',
      'weighted_sum',
      'average',
      'unique',
      'latest',
      'max',
      'min',
      'count',
    ]
    // February in India begins at 18:30 in UTC.
    await use('1', every, [
      ['2026-01-31T18:29:59.999Z', '100', { user: 'z' }],
      ['2026-02-14T18:30:00Z', '20', { user: 'a' }],
      ['2026-02-14T18:30:00Z', '40', { user: 'b' }],
      ['2026-02-28T18:29:59.999Z', '60', { user: 'b' }],
      ['2026-02-28T18:30:00Z', '999', { user: 'c' }],
    ])
    await use(
      '2',
      ['weighted_sum'],
      [
        ['2025-11-20T00:00:00Z', '28'],
        ['2026-02-14T18:45:00Z', '56'],
      ],
    )
    await use(
      '3',
      ['storage'],
      [
        ['2025-12-01T00:00:00Z', '5', { region: 'us', live: true }],
        ['2025-12-02T00:00:00Z', '7', { region: 'eu', live: true, disk: 1 }],
        ['2025-12-03T00:00:00Z', '9', { region: 'eu', live: false }],
        ['2026-02-14T18:30:00Z', '14', { region: 'eu', live: true, disk: 2 }],
      ],
    )
  })

  it('is exact on boundaries beside the hour, before and after the roll-up', async () => {
    const expected = [
      ['Percentile: 40 × EUR 1', 4_000n],
      // 100 for 14 of 28 days, from before; then 40, the larger of two at one instant, and 60 for a millisecond.
      ['Weighted sum: 70.000000008267 × EUR 1', 7_000n],
      ['Average: 40 × EUR 1', 4_000n],
      ['Unique: 2 × EUR 1', 200n],
      ['Latest: 60 × EUR 1', 6_000n],
      ['Max: 60 × EUR 1', 6_000n],
      ['Min: 20 × EUR 1', 2_000n],
      ['Count: 3 × EUR 1', 300n],
    ]
    expect(await lines('sub_1', '2026-02')).toEqual(expected)
    while (!(await rollUp(world().system)).caughtUp);
    expect(await lines('sub_1', '2026-02')).toEqual(expected)
  })

  it('a value from months ago holds over the change of plan, to the minute', async () => {
    const [first, second] = await lines('sub_2', '2026-02')
    // 28 for 14 days and 15 minutes of 28, then 56 at twice the price.
    expect(first).toEqual(['Weighted sum: 14.010416666667 × EUR 1', 1_401n])
    expect(second).toEqual(['Weighted sum: 27.979166666667 × EUR 2', 5_596n])
    expect(await lines('sub_2', '2026-03')).toEqual([['Weighted sum: 56 × EUR 2', 11_200n]])
  })

  it('each group opens with its own last value, filtered', async () => {
    expect(await lines('sub_3', '2026-02')).toEqual([
      ['Storage (region eu): 10.5 × EUR 1', 1_050n],
      ['Storage (region us): 5 × EUR 1', 500n],
    ])
  })

  it('costs so far what was held so far, and by the end what goes on holding', async () => {
    const cost = scopeAt('2026-03-14T18:30:00Z').transact((ctx) =>
      usageCost(ctx, { customerId: '3', metric: 'storage' }),
    )
    // 14 and 5 for 14 of 31 days.
    expect(await cost).toMatchObject({ soFarMinor: 632n + 226n, projectedMinor: 1_900n })
  })
})
