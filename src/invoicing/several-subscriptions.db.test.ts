import { asc, sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeOnDatabases } from '#db/testing/database.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { changePlan } from '#src/subscriptions/change-plan.ts'
import { subscribe } from '#src/subscriptions/subscribe.ts'
import { runBilling } from './run-billing.ts'
import { addAccount, openShop } from './testing/billing-world.ts'

describeOnDatabases('a customer with subscriptions that begin on different days', (world) => {
  it('is billed each one when its period is over, once, and what is to come is named', async () => {
    const scope = world().scope('org_test', '2026-02-01T00:00:00Z')
    await openShop(scope)
    await addAccount(scope, '1', { planId: 'flat' })
    for (const [id, anchorDay, startedAt] of [
      ['mid', 15, '2026-01-01T00:00:00Z'],
      ['later', 1, '2026-06-01T00:00:00Z'],
    ] as const)
      await scope.transact((ctx) =>
        subscribe(ctx, { id, customerId: '1', planId: 'flat', startedAt, anchorDay }),
      )
    const bill = (now: string) => runBilling(world().scope('org_test', now), { period: '2026-02' })
    const waiting = [{ customerId: '1', reason: 'period not over' }]
    expect(await bill('2026-03-01T12:00:00Z')).toMatchObject({ generated: 1, skipped: waiting })
    expect(await bill('2026-03-02T12:00:00Z')).toMatchObject({
      alreadyDone: true,
      skipped: waiting,
    })
    expect(await bill('2026-03-15T12:00:00Z')).toMatchObject({ generated: 2, skipped: [] })
    expect(await bill('2026-07-15T12:00:00Z')).toMatchObject({ alreadyDone: true, skipped: [] })
    const rows = await world()
      .system.db.select()
      .from(invoices)
      .orderBy(asc(invoices.subscriptionId))
    expect(rows.map((row) => row.subscriptionId)).toEqual(['mid', 'sub_1'])
  })
})

describeOnDatabases(
  'two subscriptions of one customer with a price for the same metric',
  (world) => {
    const api = { customerId: '1', planId: 'api' }

    it('are refused when the second one is made, or a plan is changed to it', async () => {
      const scope = world().scope('org_test', '2026-02-01T00:00:00Z')
      await openShop(scope)
      await addAccount(scope, '1', { planId: 'api' })
      const again = scope.transact((ctx) => subscribe(ctx, { id: 'second', ...api }))
      await expect(again).rejects.toThrow(/sub_1 of the customer prices "api_calls"/)
      await scope.transact((ctx) => subscribe(ctx, { id: 'flat', ...api, planId: 'flat' }))
      const moved = scope.transact((ctx) =>
        changePlan(ctx, { subscriptionId: 'flat', planId: 'api', at: '2026-02-10T00:00:00Z' }),
      )
      await expect(moved).rejects.toThrow(/prices "api_calls"/)
    })

    it('are not billed where they came about all the same, and the run says why', async () => {
      await world().system.db.execute(
        sql`update subscriptions set plan_id = 'api' where org_id = 'org_test' and id = 'flat'`,
      )
      const bill = () =>
        runBilling(world().scope('org_test', '2026-03-02T12:00:00Z'), { period: '2026-02' })
      expect(await bill()).toMatchObject({
        generated: 0,
        skipped: [{ customerId: '1', reason: expect.stringMatching(/both price "api_calls"/) }],
      })
      await world().system.db.execute(
        sql`update subscriptions set plan_id = 'flat' where org_id = 'org_test' and id = 'flat'`,
      )
      expect(await bill()).toMatchObject({ generated: 2, skipped: [] })
    })
  },
)
