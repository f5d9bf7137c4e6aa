import { eq } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import type { Ctx } from '#db/context.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { accountBalances } from '#src/ledger/balances.ts'
import { checkLedgerBalance } from '#src/ledger/checks.ts'
import { customerStatement } from '#src/ledger/customer-statement.ts'
import { applyPayment } from './apply-payment.ts'
import { checkInvoiceNumbers, checkInvoiceTotals } from './checks.ts'
import { issueCreditNote } from './issue-credit-note.ts'
import { loadInvoice } from './load-invoice.ts'
import { markUncollectible } from './mark-uncollectible.ts'
import { reversePayment } from './reverse-payment.ts'
import { runBilling } from './run-billing.ts'
import { addAccount, addAccount1047, openShop } from './testing/billing-world.ts'
import { voidInvoice } from './void-invoice.ts'

const MARCH = '2026-03-01T12:00:00Z'

describeOnDatabases('the money side of invoices in the books', (world) => {
  const at = <T>(work: (ctx: Ctx) => Promise<T>) => world().scope('org_test', MARCH).transact(work)

  /** Invoices of 119.00, by account. */
  beforeAll(async () => {
    const scope = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(scope)
    await addAccount1047(scope)
    for (const id of ['1', '2', '3', '4', '5', '6']) await addAccount(scope, id, { planId: 'flat' })
    await runBilling(world().scope('org_test', MARCH), { period: '2026-02' })
  })

  async function invoiceOf(customerId: string): Promise<string> {
    const rows = await world()
      .system.db.select({ id: invoices.id })
      .from(invoices)
      .where(eq(invoices.customerId, customerId))
    return rows[0]?.id ?? ''
  }

  const balancesOf = async (customerId: string) =>
    Object.fromEntries(
      (await at((ctx) => accountBalances(ctx, { customerId })))
        .filter(({ balanceMinor }) => balanceMinor !== 0n)
        .map(({ account, balanceMinor }) => [account, balanceMinor]),
    )

  async function expectSound(): Promise<void> {
    for (const check of [checkLedgerBalance, checkInvoiceTotals, checkInvoiceNumbers])
      expect(await at(check)).toEqual({ ok: true, problems: [] })
  }

  it('applies partial payments, each once, and turns the rest into credit', async () => {
    const invoiceId = await invoiceOf('1')
    const pay = (paymentId: string, amountMinor: bigint) =>
      at((ctx) => applyPayment(ctx, { invoiceId, paymentId, amountMinor, account: 'cash:bank' }))
    expect(await pay('p1', 5000n)).toMatchObject({ status: 'finalized', settledMinor: 5000n })
    expect(await pay('p1', 5000n)).toMatchObject({ status: 'finalized', alreadyApplied: true })
    expect(await pay('p2', 10000n)).toMatchObject({
      status: 'paid',
      settledMinor: 6900n,
      creditMinor: 3100n,
    })
    expect(await balancesOf('1')).toEqual({
      'cash:bank': 15000n,
      customer_credit: -3100n,
      'revenue:base_fee': -10000n,
      'tax_payable:DE': -1900n,
    })
    await expectSound()
  })

  it('opens a paid invoice again when the payment goes back, once', async () => {
    const invoiceId = await invoiceOf('2')
    const account = 'clearing:sandbox'
    await at((ctx) =>
      applyPayment(ctx, { invoiceId, paymentId: 'p3', amountMinor: 11900n, account }),
    )
    const refund = () =>
      at((ctx) =>
        reversePayment(ctx, {
          invoiceId,
          paymentId: 'p3',
          amountMinor: 4000n,
          account,
          cause: 'refund',
          key: 're_1',
        }),
      )
    expect(await refund()).toEqual({ status: 'finalized', alreadyReversed: false })
    expect(await refund()).toEqual({ status: 'finalized', alreadyReversed: true })
    expect(await at((ctx) => loadInvoice(ctx, invoiceId))).toMatchObject({
      paidMinor: 7900n,
      openMinor: 4000n,
      settledAt: null,
    })
    await expectSound()
    const statement = await at((ctx) => customerStatement(ctx, '2'))
    expect(statement.data.map(({ kind, balanceMinor }) => [kind, balanceMinor])).toEqual([
      ['invoice', 11900n],
      ['payment', 0n],
      ['refund', 4000n],
    ])
  })

  it('credits in parts up to the invoice, tax to the cent, the same key once', async () => {
    const invoiceId = await invoiceOf('1047')
    const credit = (netMinor: bigint | 'full', key: string) =>
      at((ctx) =>
        issueCreditNote(ctx, { invoiceId, netMinor, key, reason: 'overcharged', approvedBy: 'e1' }),
      )
    const first = await credit(10000n, 'a')
    expect(first).toMatchObject({ number: 'CN-2026-03-0001', taxMinor: 1900n, totalMinor: 11900n })
    expect(await credit(10000n, 'a')).toMatchObject({ id: first.id })
    await expect(credit(16296n, 'b')).rejects.toMatchObject({ code: 'refused' })
    await expect(credit(0n, 'b')).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await credit('full', 'c')).toMatchObject({
      number: 'CN-2026-03-0002',
      netMinor: 16295n,
      taxMinor: 3096n,
      totalMinor: 19391n,
    })
    await expect(credit('full', 'd')).rejects.toMatchObject({ code: 'refused' })
    expect(await at((ctx) => loadInvoice(ctx, invoiceId))).toMatchObject({
      status: 'paid',
      creditedMinor: 31291n,
      openMinor: 0n,
    })
    expect(await balancesOf('1047')).toEqual({})
    await expectSound()
  })

  it('owes the customer what a credit note frees on a paid invoice, until it is refunded', async () => {
    const invoiceId = await invoiceOf('3')
    const account = 'clearing:sandbox'
    await at((ctx) =>
      applyPayment(ctx, { invoiceId, paymentId: 'p4', amountMinor: 11900n, account }),
    )
    await at((ctx) =>
      issueCreditNote(ctx, {
        invoiceId,
        netMinor: 5000n,
        key: 'f',
        reason: 'outage',
        approvedBy: 'e2',
      }),
    )
    expect(await balancesOf('3')).toMatchObject({ customer_credit: -5950n })
    await at((ctx) =>
      reversePayment(ctx, {
        invoiceId,
        paymentId: 'p4',
        amountMinor: 5950n,
        account,
        cause: 'refund',
        key: 're_2',
      }),
    )
    expect(await balancesOf('3')).toEqual({
      'clearing:sandbox': 5950n,
      'revenue:base_fee': -5000n,
      'tax_payable:DE': -950n,
    })
    expect(await at((ctx) => loadInvoice(ctx, invoiceId))).toMatchObject({ status: 'paid' })
    await expectSound()
  })

  it('voids an untouched invoice without a trace in the balances, and refuses a touched one', async () => {
    const invoiceId = await invoiceOf('4')
    const cancel = (id: string) => at((ctx) => voidInvoice(ctx, { invoiceId: id, reason: 'error' }))
    await cancel(invoiceId)
    await cancel(invoiceId)
    expect(await balancesOf('4')).toEqual({})
    await expect(cancel(await invoiceOf('2'))).rejects.toMatchObject({ code: 'conflict' })
    await expectSound()
  })

  it('writes an invoice off as bad debt and tax relief, and takes it back when the money comes after all', async () => {
    const invoiceId = await invoiceOf('5')
    await at((ctx) =>
      markUncollectible(ctx, { invoiceId, reason: 'insolvent', approvedBy: 'member:1' }),
    )
    expect(await balancesOf('5')).toMatchObject({
      bad_debt: 10000n,
      'tax_relief:DE': 1900n,
      'tax_payable:DE': -1900n,
    })
    await expectSound()
    await at((ctx) =>
      applyPayment(ctx, { invoiceId, paymentId: 'p5', amountMinor: 11900n, account: 'cash:bank' }),
    )
    expect(await balancesOf('5')).toMatchObject({ 'cash:bank': 11900n })
    expect(await balancesOf('5')).not.toHaveProperty('bad_debt')
    expect(await balancesOf('5')).not.toHaveProperty('tax_relief:DE')
    await expectSound()
  })

  it('settles two payments at once to one paid invoice and one credit', async () => {
    const invoiceId = await invoiceOf('6')
    const pay = (paymentId: string) =>
      at((ctx) =>
        applyPayment(ctx, { invoiceId, paymentId, amountMinor: 11900n, account: 'cash:bank' }),
      )
    await Promise.all([pay('p6'), pay('p7')])
    expect(await balancesOf('6')).toMatchObject({ customer_credit: -11900n })
    await expectSound()
  })

  it('finds a break in the totals', async () => {
    await world()
      .system.db.update(invoices)
      .set({ creditedMinor: 7n })
      .where(eq(invoices.customerId, '2'))
    const found = await at(checkInvoiceTotals)
    expect(found.ok).toBe(false)
    expect(found.problems.join()).toMatch(/credit notes sum to 0, not 7/)
  })
})
