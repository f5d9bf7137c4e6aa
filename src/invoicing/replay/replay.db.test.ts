import { sql } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { rowsOf } from '#db/context.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { parsePricingDocument } from '#src/pricing/document.ts'
import { addAccount, openShop, useCalls } from '../testing/billing-world.ts'
import { replayPricing } from './replay-pricing.ts'
import { replaySummary } from './summary.ts'

/** `api` dearer per call and looked at event by event, `flat` renamed, `free` gone, `dollars` in euros. */
const NEW = parsePricingDocument(`
version: "new"
effectiveDate: "2026-06-01T00:00:00Z"
meteringWindow: monthly
roundingRule: nearest
tiers:
  - id: api
    basePrice: 0
    currency: EUR
    charges: [{ metric: api_calls, model: percentage, rate: 0.2, freeEvents: 1 }]
  - { id: standard, basePrice: 90, currency: EUR }
  - { id: dollars, basePrice: 100, currency: EUR }
addons: [{ id: premium_support, price: 99 }]
`)

async function rows(world: TestWorld, mapping: Record<string, string>) {
  const scope = world.scope('org_test', '2026-03-01T12:00:00Z')
  const summary = replaySummary(2)
  const found: string[] = []
  const input = { period: '2026-02', document: NEW, mapping: new Map(Object.entries(mapping)) }
  for await (const row of replayPricing(scope, input)) {
    summary.add(row)
    found.push(
      `${row.customerId} ${row.planId}→${row.newPlanId}: ${row.problem ?? `${row.oldMinor} ${row.newMinor} ${row.differenceMinor}`}`,
    )
  }
  return { found, summary: summary.result() }
}

describeOnDatabases('a replay of real usage on new prices', (world) => {
  beforeAll(async () => {
    const scope = world().scope('org_test', '2026-02-25T00:00:00Z')
    await openShop(scope)
    // 20,000 calls in two events: 10.00 now; on the new plan the second one costs 0.2 %: 10.00 of 5,000.
    await addAccount(scope, '1', { calls: '15000' })
    await useCalls(scope, '1', '5000', '2026-02-20T00:00:00Z')
    await addAccount(scope, '2', { planId: 'flat' })
    await addAccount(scope, '3', { planId: 'free' })
    await addAccount(scope, '4', { planId: 'dollars', customer: { currency: 'USD' } })
    await addAccount(scope, '5', { planId: null })
    await addAccount(scope, '6', { calls: '100000' })
    await useCalls(scope, '6', '200000', '2026-02-20T00:00:00Z')
    await addAccount(scope, '7', {
      planId: 'flat',
      subscription: { startedAt: '2026-03-10T00:00:00Z' },
    })
  })

  it('names old, new and difference per customer, what has no plan, and mixed currencies', async () => {
    const { found, summary } = await rows(world(), { flat: 'standard', api: 'api' })
    expect(found).toEqual([
      '1 api→api: 1000 1000 0',
      '2 flat→standard: 10000 9000 -1000',
      '3 free→null: the new document has no plan "free", by mapping, id or name',
      '4 dollars→dollars: the new plan is in EUR, the customer pays USD',
      '6 api→api: 19000 40000 21000',
    ])
    expect(summary.totals).toEqual([
      {
        currency: 'EUR',
        subscriptions: 3,
        oldMinor: 30000n,
        newMinor: 50000n,
        differenceMinor: 20000n,
        dearer: 1,
        cheaper: 1,
        same: 1,
      },
    ])
    expect(summary.topMovers.map(({ customerId }) => customerId)).toEqual(['6', '2'])
    expect(summary.problems).toHaveLength(2)
  })

  it('reports used metrics that would have no price', async () => {
    const { found, summary } = await rows(world(), { api: 'standard', flat: 'standard' })
    expect(found[0]).toBe('1 api→standard: 1000 9000 8000')
    expect(summary.unpriced).toEqual([{ metric: 'api_calls', subscriptions: 2 }])
  })

  it('refuses a mapping to nowhere and a month that is none', async () => {
    await expect(rows(world(), { flat: 'gone' })).rejects.toThrow(
      'map.flat: "gone" is not a plan of the new document',
    )
    const input = { period: '2026-13', document: NEW, mapping: new Map() }
    await expect(replayPricing(world().scope(), input).next()).rejects.toThrow('is not a month')
  })

  it('writes nothing', async () => {
    const count = async () => {
      const { db } = world().system
      const tables = await rowsOf<{ name: string }>(
        db,
        sql`select tablename as name from pg_tables where schemaname = 'public' order by 1`,
      )
      const counts: string[] = []
      for (const { name } of tables) {
        const [row] = await rowsOf<{ n: string }>(
          db,
          sql`select count(*)::text as n from ${sql.identifier(name)}`,
        )
        counts.push(`${name} ${row?.n}`)
      }
      return counts
    }
    const before = await count()
    await rows(world(), {})
    expect(await count()).toEqual(before)
    expect(before.length).toBeGreaterThan(20)
  })
})
