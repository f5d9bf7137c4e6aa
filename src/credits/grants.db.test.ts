import { beforeAll, expect, it } from 'vitest'
import type { Ctx, Scope } from '#db/context.ts'
import { claimDueJobs } from '#db/outbox.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { executeJob } from '#src/gateways/queue/execute.ts'
import { runBilling } from '#src/invoicing/run-billing.ts'
import { addAccount, openShop } from '#src/invoicing/testing/billing-world.ts'
import { creditBalance } from './credit-balance.ts'
import { creditJobs } from './jobs.ts'
import { loadGrant } from './list-grants.ts'
import { accountsOf, creditProblems, give, purseOf } from './testing/credit-world.ts'
import { voidGrant } from './void-grant.ts'

const FEBRUARY = '2026-02-15T00:00:00Z'

describeOnDatabases('grants of credit', (world) => {
  let scope: Scope
  const at = <T>(work: (ctx: Ctx) => Promise<T>, instant = FEBRUARY) =>
    world().scope('org_test', instant).transact(work)

  beforeAll(async () => {
    scope = world().scope('org_test', FEBRUARY)
    await openShop(scope)
    for (const id of ['1', '2', '3', '4', '5']) await addAccount(scope, id, { planId: 'flat' })
  })

  /** Runs what is due at an instant, and what that causes. */
  async function runDueJobs(instant: string): Promise<number> {
    world().setNow(instant)
    const jobs = creditJobs()
    const deps = { system: world().system, random: () => 0, onFailure: () => undefined, jobs }
    for (let ran = 0; ; ran += 1) {
      const claimed = await claimDueJobs(world().system.db, {
        realNow: world().system.clock.now(),
        limit: 1000,
        leaseSeconds: 60,
      })
      const ours = claimed.filter(({ job }) => job === 'EXPIRE_CREDITS')
      if (ours.length === 0) return ran
      for (const job of ours) await executeJob(deps, job)
    }
  }

  it.each([
    ['a negative amount', { amountMinor: '-5' }, 'amountMinor'],
    ['nothing', { amountMinor: '0' }, 'amountMinor'],
    ['a fraction', { amountMinor: '1.5' }, 'amountMinor'],
    ['another currency', { currency: 'USD' }, 'currency'],
    ['an end in the past', { expiresAt: '2026-02-14T00:00:00Z' }, 'expiresAt'],
    ['an end now', { expiresAt: FEBRUARY }, 'expiresAt'],
    [
      'an end before the beginning',
      { effectiveAt: '2026-04-01T00:00:00Z', expiresAt: '2026-03-01T00:00:00Z' },
      'expiresAt',
    ],
    ['an unknown metric', { appliesTo: ['api_calls', 'apl_calls'] }, 'appliesTo.1'],
    [
      'a rollover of everything and more',
      { rollover: { percentage: '101' } },
      'rollover.percentage',
    ],
    ['a rollover without an end', { rollover: { percentage: '50' } }, 'rollover'],
    ['a word for a time', { expiresAt: 'soon' }, 'expiresAt'],
    ['no reason', { reason: ' ' }, 'reason'],
  ])('refuses %s by name and writes nothing', async (_name, changed, path) => {
    await expect(give(scope, '1', '500', { key: 'bad', ...changed })).rejects.toMatchObject({
      code: 'invalid_input',
      fields: [{ path }],
    })
    expect(await at((ctx) => purseOf(ctx, '1'))).toEqual([])
  })

  it('refuses an unknown customer', async () => {
    await expect(give(scope, '99', '500')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('gives once per key, in parallel too, and refuses the key for anything else', async () => {
    const grants = await Promise.all(
      Array.from({ length: 5 }, () => give(scope, '1', '500', { key: 'once', name: 'gift' })),
    )
    expect(new Set(grants.map(({ id }) => id)).size).toBe(1)
    await expect(give(scope, '1', '600', { key: 'once' })).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(await at((ctx) => purseOf(ctx, '1'))).toEqual(['gift 500/0'])
    expect(await at(creditProblems)).toEqual([])
  })

  it('takes away what is left, once; credit taken over leaves the books again', async () => {
    const { id: grantId } = await give(scope, '2', '700', { name: 'over', kind: 'paid' })
    expect(await at((ctx) => accountsOf(ctx, '2'))).toEqual({
      'customer_credit:prepaid': -700n,
      opening_balance: 700n,
    })
    const take = () =>
      at((ctx) => voidGrant(ctx, { grantId, reason: 'entered twice', approvedBy: 'member:m' }))
    expect(await take()).toEqual({ grantId, voidedMinor: 700n, creditNoteId: null })
    expect(await take()).toEqual({ grantId, voidedMinor: 0n, creditNoteId: null })
    expect(await at((ctx) => accountsOf(ctx, '2'))).toEqual({})
    const { movements } = await at((ctx) => loadGrant(ctx, grantId))
    expect(movements.map(({ kind, amountMinor }) => [kind, amountMinor])).toEqual([
      ['grant', 700n],
      ['void', -700n],
    ])
    expect(await at(creditProblems)).toEqual([])
  })

  it('ends at its instant, not before the last period it pays for is invoiced; a part rolls on', async () => {
    const terms = {
      effectiveAt: '2026-02-01T00:00:00Z',
      // The end of February in Berlin.
      expiresAt: '2026-02-28T23:00:00Z',
      rollover: { percentage: '50', capMinor: '2000', validDays: 10 },
    }
    await give(scope, '3', '15001', { ...terms, name: 'paid', kind: 'paid' })
    await give(scope, '4', '13001', { ...terms, name: 'gift' })
    const available = async (id: string, instant: string) => {
      const balance = await at((ctx) => creditBalance(ctx, { customerId: id }), instant)
      return balance.availableMinor
    }
    expect(await available('3', '2026-02-28T22:59:59Z')).toBe(15001n)
    expect(await available('3', '2026-02-28T23:00:00Z')).toBe(0n)
    await runDueJobs('2026-02-28T23:00:00Z')
    expect(await at((ctx) => purseOf(ctx, '3'))).toEqual(['paid 15001/0'])
    await runBilling(world().scope('org_test', '2026-03-01T06:00:00Z'), { period: '2026-02' })
    expect(await at((ctx) => purseOf(ctx, '3'))).toEqual(['paid 5001/0'])
    expect(await runDueJobs('2026-03-01T22:59:59Z')).toBe(0)
    expect(await runDueJobs('2026-03-01T23:00:00Z')).toBe(1)
    expect(await at((ctx) => purseOf(ctx, '3'))).toEqual(['paid 0/0', 'paid 2000/0'])
    expect(await at((ctx) => purseOf(ctx, '4'))).toEqual(['gift 0/0', 'gift 1500/0'])
    expect(await at((ctx) => accountsOf(ctx, '3'))).toEqual({
      'customer_credit:prepaid': -2000n,
      opening_balance: 15001n,
      'revenue:base_fee': -10000n,
      'revenue:expired_credit': -3001n,
    })
    expect(await available('3', '2026-03-02T00:00:00Z')).toBe(2000n)
    await runDueJobs('2026-05-01T00:00:00Z')
    expect(await at((ctx) => purseOf(ctx, '3'))).toEqual(['paid 0/0', 'paid 0/0'])
    expect(await at(creditProblems)).toEqual([])
  })

  it('does not wait for ever for an invoice that never comes', async () => {
    await give(scope, '5', '300', { name: 'gift', expiresAt: '2026-04-10T00:00:00Z' })
    await runDueJobs('2026-05-09T00:00:00Z')
    expect(await at((ctx) => purseOf(ctx, '5'))).toEqual(['gift 300/0'])
    await runDueJobs('2026-05-10T00:00:00Z')
    expect(await at((ctx) => purseOf(ctx, '5'))).toEqual(['gift 0/0'])
  })
})
