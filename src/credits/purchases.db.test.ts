import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import type { Ctx, Scope } from '#db/context.ts'
import { escalations } from '#db/schema/agents.ts'
import { dunningCases } from '#db/schema/collections.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { applyPayment } from '#src/invoicing/apply-payment.ts'
import { issueCreditNote } from '#src/invoicing/issue-credit-note.ts'
import { loadInvoice } from '#src/invoicing/load-invoice.ts'
import { markUncollectible } from '#src/invoicing/mark-uncollectible.ts'
import { reversePayment } from '#src/invoicing/reverse-payment.ts'
import { runBilling } from '#src/invoicing/run-billing.ts'
import { addAccount, openShop, useCalls } from '#src/invoicing/testing/billing-world.ts'
import { voidInvoice } from '#src/invoicing/void-invoice.ts'
import { attachCard } from '#src/payments/attach-card.ts'
import { checkChargesAndCash } from '#src/payments/checks.ts'
import { jobKeys, runJobs, sandboxFor } from '#src/payments/testing/payment-world.ts'
import { buyCredits } from './buy-credits.ts'
import { checkTopUp } from './check-top-up.ts'
import { creditBalance } from './credit-balance.ts'
import { listGrants } from './list-grants.ts'
import { listPurchases } from './list-purchases.ts'
import { loadTopUp, setTopUp, turnOffTopUp } from './set-top-up.ts'
import { accountsOf, creditProblems, give, purseOf } from './testing/credit-world.ts'
import { voidGrant } from './void-grant.ts'

const FEBRUARY = '2026-02-15T00:00:00Z'
const MARCH = '2026-03-01T12:00:00Z'

describeOnDatabases('credit that is bought', (world) => {
  let orgs = 0

  /** An organisation of its own; account "1" with a card, or paying by transfer. */
  async function opened(token: string | null = 'pm_card_visa', planId = 'flat') {
    orgs += 1
    const orgId = `org_buy_${orgs}`
    await world().addOrg(orgId)
    world().setNow(FEBRUARY)
    const scope = world().scope(orgId, FEBRUARY)
    await openShop(scope)
    await addAccount(scope, '1', { planId })
    if (token !== null)
      await attachCard(scope, { providerFor: sandboxFor(world()) }, { customerId: '1', token })
    return scope
  }

  type BuyInput = Parameters<typeof buyCredits>[1]
  const buy = (scope: Scope, changed: Partial<BuyInput> = {}) =>
    scope.transact((ctx) =>
      buyCredits(ctx, {
        customerId: '1',
        amountMinor: '10000',
        key: 'k1',
        name: 'Pack',
        ...changed,
      }),
    )
  const statusOf = async (scope: Scope) => {
    const { data } = await scope.transact((ctx) => listPurchases(ctx, { limit: 50 }))
    return data.map(({ status }) => status)
  }
  const accounts = (scope: Scope) => scope.transact((ctx) => accountsOf(ctx, '1'))
  const purse = (scope: Scope) => scope.transact((ctx) => purseOf(ctx, '1'))

  async function expectSound(scope: Scope): Promise<void> {
    expect(await scope.transact(creditProblems)).toEqual([])
    expect(await scope.transact(checkChargesAndCash)).toEqual({ ok: true, problems: [] })
  }

  it('is taxed at its sale, granted when the card has paid, and drawn without tax', async () => {
    const scope = await opened()
    const bought = await buy(scope)
    expect((await buy(scope)).id).toBe(bought.id)
    const invoice = await scope.transact((ctx) => loadInvoice(ctx, bought.invoiceId))
    expect(invoice).toMatchObject({
      number: 'INV-2026-02-0001',
      kind: 'order',
      subscriptionId: null,
      status: 'finalized',
      subtotalMinor: 10000n,
      taxMinor: 1900n,
      lines: [{ kind: 'credit_purchase', description: 'Pack: prepaid credit' }],
    })
    expect(await accounts(scope)).toEqual({
      receivable: 11900n,
      'customer_credit:ordered': -10000n,
      'tax_payable:DE': -1900n,
    })
    expect(await purse(scope)).toEqual([])
    expect(await runJobs(world())).toEqual([])
    expect(await statusOf(scope)).toEqual(['granted'])
    expect(await purse(scope)).toEqual(['Pack 10000/0'])
    await expectSound(scope)
    const march = world().scope(scope.orgId, MARCH)
    expect(await runBilling(march, { period: '2026-02' })).toMatchObject({
      generated: 1,
      totalMinorByCurrency: { EUR: 0n },
    })
    expect(await accounts(march)).toEqual({
      'clearing:sandbox': 11900n,
      'revenue:base_fee': -10000n,
      'tax_payable:DE': -1900n,
    })
    await expectSound(march)
  })

  it('is called off when the card is declined: no debt, no dunning, and it can be ordered again', async () => {
    const scope = await opened('pm_card_chargeDeclinedInsufficientFunds')
    const { invoiceId } = await buy(scope)
    expect(await runJobs(world())).toEqual([])
    expect(await statusOf(scope)).toEqual(['failed'])
    expect(await scope.transact((ctx) => loadInvoice(ctx, invoiceId))).toMatchObject({
      status: 'void',
    })
    expect(await accounts(scope)).toEqual({})
    expect(await scope.transact((ctx) => ctx.db.select().from(dunningCases))).toEqual([])
    expect(await jobKeys(scope, 'RUN_SUPERVISOR')).toEqual([])
    const deps = { providerFor: sandboxFor(world()) }
    await attachCard(scope, deps, { customerId: '1', token: 'pm_card_visa' })
    await buy(scope, { key: 'k2' })
    await runJobs(world())
    expect(await statusOf(scope)).toEqual(['granted', 'failed'])
    await expectSound(scope)
  })

  it('is granted when a transfer has paid all of it, and not before', async () => {
    const scope = await opened(null)
    const { invoiceId } = await buy(scope, { validDays: 30 })
    const pay = (paymentId: string, amountMinor: bigint) =>
      scope.transact((ctx) =>
        applyPayment(ctx, { invoiceId, paymentId, amountMinor, account: 'clearing:test' }),
      )
    await pay('p1', 11899n)
    expect(await purse(scope)).toEqual([])
    await pay('p2', 1n)
    expect(await purse(scope)).toEqual(['Pack 10000/0'])
    await pay('p2', 1n)
    expect(await purse(scope)).toEqual(['Pack 10000/0'])
    const { nextExpiryAt } = await scope.transact((ctx) => creditBalance(ctx, { customerId: '1' }))
    expect(nextExpiryAt?.toString()).toBe('2026-03-17T00:00:00Z')
    expect(await scope.transact(creditProblems)).toEqual([])
  })

  it('is withheld while its payment has gone back, and granted anew when it comes again', async () => {
    const scope = await opened(null)
    const { invoiceId } = await buy(scope, { amountMinor: '30000' })
    const account = 'clearing:test'
    const pay = (paymentId: string, amountMinor: bigint) =>
      scope.transact((ctx) => applyPayment(ctx, { invoiceId, paymentId, amountMinor, account }))
    await pay('p1', 35700n)
    const march = world().scope(scope.orgId, MARCH)
    await runBilling(march, { period: '2026-02' })
    expect(await purse(scope)).toEqual(['Pack 20000/0'])
    const back = () =>
      march.transact((ctx) =>
        reversePayment(ctx, {
          invoiceId,
          paymentId: 'p1',
          amountMinor: 35700n,
          account,
          cause: 'dispute',
          key: 'dp_1',
        }),
      )
    await back()
    await back()
    expect(await purse(scope)).toEqual(['Pack 0/0'])
    expect(await statusOf(scope)).toEqual(['open'])
    expect(await march.transact(creditProblems)).toEqual([])
    await pay('p2', 35700n)
    expect(await purse(scope)).toEqual(['Pack 0/0', 'Pack 20000/0'])
    expect(await accounts(scope)).toMatchObject({ 'customer_credit:prepaid': -20000n })
    expect(await march.transact(creditProblems)).toEqual([])
  })

  it('goes back by a credit note as far as it is unused; the money becomes the customer’s', async () => {
    const scope = await opened()
    const { invoiceId } = await buy(scope, { amountMinor: '30000' })
    await runJobs(world())
    const march = world().scope(scope.orgId, MARCH)
    await runBilling(march, { period: '2026-02' })
    const credit = (netMinor: bigint | 'full', key: string) =>
      march.transact((ctx) =>
        issueCreditNote(ctx, { invoiceId, netMinor, key, reason: 'asked', approvedBy: 'm' }),
      )
    await expect(credit('full', 'a')).rejects.toMatchObject({ code: 'refused' })
    await credit(5000n, 'b')
    expect(await purse(scope)).toEqual(['Pack 15000/0'])
    const [grant] = await march.transact((ctx) => listGrants(ctx, { limit: 1 })).then((p) => p.data)
    const grantId = grant?.id ?? ''
    const input = { grantId, reason: 'account closed', approvedBy: 'm' }
    const done = await march.transact((ctx) => voidGrant(ctx, input))
    expect(done).toMatchObject({ voidedMinor: 15000n, creditNoteId: expect.stringMatching(/^cn_/) })
    expect(await accounts(march)).toMatchObject({ customer_credit: -23800n })
    expect(await accounts(march)).not.toHaveProperty('customer_credit:prepaid')
    await expectSound(march)
  })

  it('is granted less what was credited before it was paid, and not at all when that was everything', async () => {
    const scope = await opened(null)
    const { invoiceId } = await buy(scope)
    const credit = (id: string, netMinor: bigint | 'full') =>
      scope.transact((ctx) =>
        issueCreditNote(ctx, {
          invoiceId: id,
          netMinor,
          key: `${id}:${netMinor}`,
          reason: 'rebate',
          approvedBy: 'm',
        }),
      )
    await credit(invoiceId, 4000n)
    expect(await accounts(scope)).toMatchObject({ 'customer_credit:ordered': -6000n })
    const payment = { invoiceId, paymentId: 'p1', amountMinor: 7140n, account: 'clearing:test' }
    await scope.transact((ctx) => applyPayment(ctx, payment))
    expect(await purse(scope)).toEqual(['Pack 6000/0'])
    const second = await buy(scope, { key: 'k2' })
    await credit(second.invoiceId, 'full')
    expect(await statusOf(scope)).toEqual(['canceled', 'granted'])
    expect(await purse(scope)).toEqual(['Pack 6000/0'])
    expect(await scope.transact(creditProblems)).toEqual([])
  })

  it('is canceled with its unpaid invoice, which is not written off', async () => {
    const scope = await opened(null)
    const { invoiceId } = await buy(scope)
    await expect(
      scope.transact((ctx) => markUncollectible(ctx, { invoiceId, reason: 'r', approvedBy: 'm' })),
    ).rejects.toMatchObject({ code: 'conflict' })
    await scope.transact((ctx) => voidInvoice(ctx, { invoiceId, reason: 'not wanted' }))
    expect(await statusOf(scope)).toEqual(['canceled'])
    expect(await accounts(scope)).toEqual({})
    expect(await scope.transact(creditProblems)).toEqual([])
  })

  it('is ordered once by requests at the same time', async () => {
    const scope = await opened(null)
    const orders = await Promise.all(Array.from({ length: 5 }, () => buy(scope)))
    expect(new Set(orders.map(({ id }) => id)).size).toBe(1)
    const rows = await scope.transact((ctx) =>
      ctx.db.select().from(invoices).where(eq(invoices.orgId, scope.orgId)),
    )
    expect(rows).toHaveLength(1)
  })

  it('is refused by name where it makes no sense, and nothing is written', async () => {
    const scope = await opened(null)
    for (const [changed, path] of [
      [{ amountMinor: '-1' }, 'amountMinor'],
      [{ currency: 'USD' }, 'currency'],
      [{ expiresAt: '2026-02-14T00:00:00Z' }, 'expiresAt'],
      [{ expiresAt: '2026-03-14T00:00:00Z', validDays: 3 }, 'validDays'],
      [{ appliesTo: ['nothing'] }, 'appliesTo.0'],
      [{ rollover: { percentage: '50' } }, 'rollover'],
    ] as const)
      await expect(buy(scope, changed as Partial<BuyInput>)).rejects.toMatchObject({
        code: 'invalid_input',
        fields: [{ path }],
      })
    const carded = await opened()
    await addAccount(carded, '2', { planId: 'flat', customer: { collection: 'card' } })
    await expect(buy(carded, { customerId: '2' })).rejects.toMatchObject({ code: 'refused' })
    expect(await statusOf(scope)).toEqual([])
    expect(await accounts(scope)).toEqual({})
  })

  const SETTING = {
    thresholdMinor: '5000',
    amountMinor: '10000',
    name: 'Refill',
    limit: { per: 'month' as const, maxTopUps: 2, maxAmountMinor: '100000' },
  }
  const topUp = (scope: Scope, changed: Partial<Parameters<typeof setTopUp>[2]> = {}) =>
    scope.transact((ctx) => setTopUp(ctx, '1', { ...SETTING, ...changed }))
  const look = (scope: Scope, revision: number, number: number) =>
    scope.transact((ctx) => checkTopUp(ctx, { customerId: '1', revision, look: number }))
  const cases = (scope: Scope) =>
    scope.transact((ctx: Ctx) =>
      ctx.db.select().from(escalations).where(eq(escalations.orgId, scope.orgId)),
    )

  it('tops up by itself before the running usage has used all up, once by looks at the same time', async () => {
    const scope = await opened('pm_card_visa', 'api')
    await give(scope, '1', '9000', { name: 'gift' })
    const { revision } = await topUp(scope)
    expect(await jobKeys(scope, 'CHECK_TOP_UP')).toEqual(['1:1:0'])
    expect(await look(scope, revision, 0)).toEqual({ kind: 'enough' })
    // 40.01 of usage leaves 49.99.
    await useCalls(scope, '1', '50010', FEBRUARY.replace('15', '14'))
    const looks = await Promise.all([1, 2, 3].map((number) => look(scope, revision, number)))
    expect(looks.map(({ kind }) => kind).sort()).toEqual(['buy', 'wait', 'wait'])
    expect(await jobKeys(scope, 'CHECK_TOP_UP')).toEqual([
      '1:1:0',
      '1:1:1',
      '1:1:2',
      '1:1:3',
      '1:1:4',
    ])
    await runJobs(world())
    expect(await purse(scope)).toEqual(['gift 9000/0', 'Refill 10000/0'])
    expect(await look(scope, revision, 4)).toEqual({ kind: 'enough' })
    await expectSound(scope)
  })

  it('stops at the runaway limit and tells a person; a new setting begins again', async () => {
    const scope = await opened('pm_card_visa', 'api')
    const { revision } = await topUp(scope, { thresholdMinor: '900000' })
    for (const number of [0, 1]) {
      expect(await look(scope, revision, number)).toEqual({ kind: 'buy' })
      await runJobs(world())
    }
    expect(await look(scope, revision, 2)).toEqual({ kind: 'pause', reason: 'max_top_ups' })
    expect(await look(scope, revision, 2)).toEqual({ kind: 'off' })
    expect(await scope.transact((ctx) => loadTopUp(ctx, '1'))).toMatchObject({
      status: 'paused',
      pausedReason: 'max_top_ups',
    })
    expect(await cases(scope)).toMatchObject([{ reason: 'top_up_paused', customerId: '1' }])
    expect(await jobKeys(scope, 'CHECK_TOP_UP')).toEqual(['1:1:0', '1:1:1', '1:1:2'])
    const limit = { per: 'month' as const, maxTopUps: 9, maxAmountMinor: '29999' }
    const again = await topUp(scope, { thresholdMinor: '900000', limit })
    expect(await look(scope, again.revision, 0)).toEqual({ kind: 'pause', reason: 'max_amount' })
    expect(await cases(scope)).toHaveLength(2)
    const march = world().scope(scope.orgId, MARCH)
    const third = await topUp(march, { thresholdMinor: '900000', limit })
    expect(await look(march, third.revision, 0)).toEqual({ kind: 'buy' })
    await runJobs(world())
    await march.transact((ctx) => turnOffTopUp(ctx, '1'))
    expect(await look(march, third.revision, 1)).toEqual({ kind: 'off' })
    await expectSound(march)
  })

  it('pauses when the card is declined, or is gone', async () => {
    const scope = await opened('pm_card_chargeDeclinedInsufficientFunds', 'api')
    const { revision } = await topUp(scope)
    expect(await look(scope, revision, 0)).toEqual({ kind: 'buy' })
    await runJobs(world())
    expect(await scope.transact((ctx) => loadTopUp(ctx, '1'))).toMatchObject({
      status: 'paused',
      pausedReason: 'charge_failed',
    })
    expect(await cases(scope)).toHaveLength(1)
    expect(await accounts(scope)).toEqual({})
    await expectSound(scope)
  })

  it('is set only where it can work', async () => {
    const scope = await opened(null)
    await expect(topUp(scope)).rejects.toMatchObject({ code: 'refused' })
    const carded = await opened()
    for (const [changed, path] of [
      [{ thresholdMinor: '-1' }, 'thresholdMinor'],
      [{ limit: { ...SETTING.limit, maxTopUps: 0 } }, 'limit.maxTopUps'],
      [{ limit: { ...SETTING.limit, maxAmountMinor: '9999' } }, 'limit.maxAmountMinor'],
      [{ currency: 'USD' }, 'currency'],
    ] as const)
      await expect(topUp(carded, changed)).rejects.toMatchObject({
        code: 'invalid_input',
        fields: [{ path }],
      })
    await expect(carded.transact((ctx) => turnOffTopUp(ctx, '1'))).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})
