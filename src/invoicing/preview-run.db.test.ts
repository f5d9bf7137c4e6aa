import { asc, eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { billingRuns, invoices } from '#db/schema/invoicing.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { draftCustomers } from './draft-customers.ts'
import { previewRun } from './preview-run.ts'
import { runBilling } from './run-billing.ts'
import { sellerOf } from './seller.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { addAccount, openShop, useCalls } from './testing/billing-world.ts'

const MARCH = '2026-03-01T12:00:00Z'

const preview = (world: TestWorld, orgId = 'org_test', at = MARCH) =>
  previewRun(world.scope(orgId, at), { period: '2026-02', top: 2 })

const stored = (world: TestWorld, orgId = 'org_test') =>
  world.system.db
    .select({ status: invoices.status, totalMinor: invoices.totalMinor })
    .from(invoices)
    .where(eq(invoices.orgId, orgId))
    .orderBy(asc(invoices.customerId))

describeOnDatabases('the preview of a billing run', (world) => {
  it('comes to what the run then does, whose hash may be demanded; anything else is refused', async () => {
    const early = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(early)
    await addAccount(early, '1', { calls: '20000' })
    await addAccount(early, '2', { planId: 'flat' })
    await addAccount(early, '3', { planId: null })
    await addAccount(early, '4', { planId: 'free' })
    await runBilling(world().scope('org_test', '2026-02-01T12:00:00Z'), { period: '2026-01' })
    const january = await stored(world())

    const seen = await preview(world())
    expect(seen).toMatchObject({
      existing: 0,
      totals: [
        {
          currency: 'EUR',
          invoices: 3,
          subtotalMinor: 11000n,
          taxMinor: 2090n,
          totalMinor: 13090n,
          beforeMinor: 11900n,
        },
      ],
      topDifferences: [{ customerId: '1', totalMinor: 1190n, beforeMinor: 0n }],
      skipped: [{ reason: 'no active subscription and no usage', accounts: 1 }],
    })
    expect(await preview(world())).toEqual(seen)
    expect(await stored(world())).toEqual(january)

    await useCalls(early, '1', '1000', '2026-02-05T00:00:00Z')
    const expecting = (expectedHash: string) =>
      runBilling(world().scope('org_test', MARCH), { period: '2026-02', expectedHash })
    await expect(expecting(seen.hash)).rejects.toMatchObject({ code: 'conflict' })
    expect(await stored(world())).toEqual(january)
    const runs = await world().system.db.select().from(billingRuns)
    expect(runs.map(({ period }) => period)).toEqual(['2026-01'])

    const { hash } = await preview(world())
    expect(await expecting(hash)).toMatchObject({ generated: 3, alreadyDone: false })
    expect(await expecting(hash)).toMatchObject({ alreadyDone: true })
    expect(await preview(world())).toMatchObject({ hash, existing: 3 })
    await expect(expecting(seen.hash)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('refuses what came in between, too, and leaves no draft of it behind', async () => {
    await world().addOrg('org_late')
    const early = world().scope('org_late', '2026-02-15T00:00:00Z')
    await openShop(early)
    await addAccount(early, '1', { calls: '20000' })
    await addAccount(early, '2', { planId: 'flat' })
    const { hash } = await preview(world(), 'org_late')
    let sneaked = false
    const scope = world().scope('org_late', MARCH)
    const run = runBilling(
      {
        ...scope,
        // After the preview was compared and before the first draft is written: a draft of other content.
        transact: async (work) => {
          const done = await scope.transact(work)
          const [row] = await world()
            .system.db.select()
            .from(billingRuns)
            .where(eq(billingRuns.orgId, 'org_late'))
          if (row && !sneaked) {
            sneaked = true
            await useCalls(early, '1', '5000', '2026-02-06T00:00:00Z')
          }
          return done
        },
      },
      { period: '2026-02', expectedHash: hash },
    )
    await expect(run).rejects.toMatchObject({ code: 'conflict' })
    expect(sneaked).toBe(true)
    expect(await stored(world(), 'org_late')).toEqual([])
    const again = await preview(world(), 'org_late')
    expect(again.hash).not.toBe(hash)
    const summary = await runBilling(scope, { period: '2026-02', expectedHash: again.hash })
    expect(summary).toMatchObject({ generated: 2 })
  })

  it('has a draft that waits in its grace period as it would be renewed', async () => {
    await world().addOrg('org_grace', { settings: { gracePeriodHours: 48 } })
    const early = world().scope('org_grace', '2026-02-15T00:00:00Z')
    await openShop(early)
    await addAccount(early, '1', { calls: '20000' })
    await early.transact(async (ctx) => {
      const organization = await loadOrganization(ctx)
      await draftCustomers(
        { ...ctx, now: world().scope('org_grace', MARCH).now },
        {
          runId: 'run_x',
          periodName: '2026-02',
          customerIds: ['1'],
          seller: sellerOf(organization, ctx),
          refresh: true,
        },
      )
    })
    const waiting = await preview(world(), 'org_grace')
    expect(waiting).toMatchObject({ totals: [{ invoices: 1, totalMinor: 1190n }] })
    await useCalls(early, '1', '10000', '2026-02-07T00:00:00Z')
    const renewed = await preview(world(), 'org_grace', '2026-03-04T00:00:00Z')
    expect(renewed).toMatchObject({ totals: [{ invoices: 1, totalMinor: 2380n }] })
    const summary = await runBilling(world().scope('org_grace', '2026-03-04T00:00:00Z'), {
      period: '2026-02',
      expectedHash: renewed.hash,
    })
    expect(summary).toMatchObject({ generated: 1, totalMinorByCurrency: { EUR: 2380n } })
  })
})
