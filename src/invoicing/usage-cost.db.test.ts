import { expect, it } from 'vitest'
import { describeOnDatabases } from '#db/testing/database.ts'
import { addAccount, openShop, useCalls } from './testing/billing-world.ts'
import { usageCost } from './usage-cost.ts'

describeOnDatabases('what a metric costs in the running period', (world) => {
  it('is priced as the invoice would be, so far and carried on to the end of the period', async () => {
    // Half of February: 14 of 28 days.
    const scope = world().scope('org_test', '2026-02-14T23:00:00Z')
    await openShop(scope)
    await addAccount(scope, '1')
    await addAccount(scope, '2', { planId: 'flat' })
    await addAccount(scope, '3', { planId: null })
    await useCalls(scope, '1', '60000', '2026-02-10T12:00:00Z')
    const cost = (customerId: string, metric = 'api_calls') =>
      scope.transact((ctx) => usageCost(ctx, { customerId, metric }))
    // 50,000 × 0.001; of 120,000: 90,000 × 0.001 + 20,000 × 0.0005.
    expect(await cost('1')).toEqual({
      currency: 'EUR',
      soFarMinor: 5_000n,
      projectedMinor: 10_000n,
    })
    expect(await cost('1', 'gpu_seconds')).toBeNull()
    expect(await cost('2')).toBeNull()
    expect(await cost('3')).toBeNull()
  })
})
