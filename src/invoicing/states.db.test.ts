import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx } from '#db/context.ts'
import { dunningCases } from '#db/schema/collections.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { recordPaymentFailure } from '#src/collections/record-failure.ts'
import { accountBalances } from '#src/ledger/balances.ts'
import { applyPayment } from './apply-payment.ts'
import { correctInvoice } from './correct-invoice.ts'
import { deleteDraft } from './delete-draft.ts'
import { finalizeInvoice } from './finalize-invoice.ts'
import { MOVES, type InvoiceMove } from './invoice-moves.ts'
import { issueCreditNote } from './issue-credit-note.ts'
import { loadInvoice } from './load-invoice.ts'
import { markUncollectible } from './mark-uncollectible.ts'
import { reversePayment } from './reverse-payment.ts'
import { runBilling } from './run-billing.ts'
import { addAccount, openShop } from './testing/billing-world.ts'
import { voidInvoice } from './void-invoice.ts'

const by = { reason: 'test', approvedBy: 'member:1' }
const STATES = ['draft', 'finalized', 'paid', 'void', 'uncollectible'] as const
type State = (typeof STATES)[number]

/** How an invoice of 119.00 comes into a state. */
const INTO: Readonly<Record<State, (ctx: Ctx, invoiceId: string) => Promise<unknown>>> = {
  draft: async () => {},
  finalized: (ctx, invoiceId) => finalizeInvoice(ctx, { invoiceId }),
  paid: async (ctx, invoiceId) => {
    await finalizeInvoice(ctx, { invoiceId })
    await pay(ctx, invoiceId, 11900n, 'first')
  },
  void: async (ctx, invoiceId) => {
    await finalizeInvoice(ctx, { invoiceId })
    await voidInvoice(ctx, { invoiceId, ...by })
  },
  uncollectible: async (ctx, invoiceId) => {
    await finalizeInvoice(ctx, { invoiceId })
    await markUncollectible(ctx, { invoiceId, ...by })
  },
}

function pay(ctx: Ctx, invoiceId: string, amountMinor: bigint, paymentId: string) {
  return applyPayment(ctx, {
    invoiceId,
    amountMinor,
    account: 'cash:bank',
    paymentId: `${invoiceId}:${paymentId}`,
  })
}

const DO: Readonly<Record<InvoiceMove, (ctx: Ctx, invoiceId: string) => Promise<unknown>>> = {
  delete: deleteDraft,
  finalize: (ctx, invoiceId) => finalizeInvoice(ctx, { invoiceId }),
  pay: (ctx, invoiceId) => pay(ctx, invoiceId, 4000n, 'second'),
  reverse: (ctx, invoiceId) =>
    reversePayment(ctx, {
      invoiceId,
      paymentId: `${invoiceId}:first`,
      amountMinor: 1900n,
      account: 'cash:bank',
      cause: 'refund',
      key: 're_1',
    }),
  credit: (ctx, invoiceId) =>
    issueCreditNote(ctx, { ...by, invoiceId, netMinor: 5000n, key: `credit:${invoiceId}` }),
  void: (ctx, invoiceId) => voidInvoice(ctx, { invoiceId, ...by }),
  write_off: (ctx, invoiceId) => markUncollectible(ctx, { invoiceId, ...by }),
  correct: (ctx, invoiceId) =>
    correctInvoice(ctx, { ...by, invoiceId, lines: [{ position: 0, amountMinor: 8000n }] }),
}

/** state and move → state, paid, credited, open; then the accounts of this invoice that are not at zero. */
const OUTCOMES: readonly [State, InvoiceMove, string, string][] = [
  [
    'draft',
    'finalize',
    'finalized 0 0 11900',
    'receivable 11900, revenue:base_fee -10000, tax_payable:DE -1900',
  ],
  [
    'finalized',
    'pay',
    'finalized 4000 0 7900',
    'cash:bank 4000, receivable 7900, revenue:base_fee -10000, tax_payable:DE -1900',
  ],
  [
    'finalized',
    'credit',
    'finalized 0 5950 5950',
    'receivable 5950, revenue:base_fee -5000, tax_payable:DE -950',
  ],
  ['finalized', 'void', 'void 0 0 0', ''],
  [
    'finalized',
    'write_off',
    'uncollectible 0 0 11900',
    'bad_debt 10000, revenue:base_fee -10000, tax_payable:DE -1900, tax_relief:DE 1900',
  ],
  ['finalized', 'correct', 'paid 0 11900 0', ''],
  [
    'paid',
    'pay',
    'paid 11900 0 0',
    'cash:bank 15900, customer_credit -4000, revenue:base_fee -10000, tax_payable:DE -1900',
  ],
  [
    'paid',
    'reverse',
    'finalized 10000 0 1900',
    'cash:bank 10000, receivable 1900, revenue:base_fee -10000, tax_payable:DE -1900',
  ],
  [
    'paid',
    'credit',
    'paid 11900 5950 0',
    'cash:bank 11900, customer_credit -5950, revenue:base_fee -5000, tax_payable:DE -950',
  ],
  ['paid', 'correct', 'paid 11900 11900 0', 'cash:bank 11900, customer_credit -11900'],
  ['void', 'pay', 'void 0 0 0', 'cash:bank 4000, customer_credit -4000'],
  ['void', 'correct', 'void 0 0 0', ''],
  [
    'uncollectible',
    'pay',
    'uncollectible 4000 0 7900',
    'bad_debt 6639, cash:bank 4000, revenue:base_fee -10000, tax_payable:DE -1900, tax_relief:DE 1261',
  ],
  [
    'uncollectible',
    'credit',
    'uncollectible 0 5950 5950',
    'bad_debt 5000, revenue:base_fee -5000, tax_payable:DE -950, tax_relief:DE 950',
  ],
  ['uncollectible', 'correct', 'paid 0 11900 0', ''],
]

const ILLEGAL = STATES.flatMap((state) =>
  (Object.keys(DO) as InvoiceMove[])
    .filter((move) => !MOVES[state].includes(move))
    // Doing it twice changes nothing.
    .filter(
      (move) =>
        !(state === 'void' && move === 'void') &&
        !(state === 'uncollectible' && move === 'write_off'),
    )
    .map((move) => [state, move] as const),
)

describeOnDatabases('the states of an invoice', (world) => {
  let used = 0
  const at = <T>(work: (ctx: Ctx) => Promise<T>) =>
    world().scope('org_test', '2026-03-01T12:00:00Z').transact(work)

  beforeAll(async () => {
    await world().system.db.execute(
      `update organizations set settings = '{"gracePeriodHours": 48}' where id = 'org_test'`,
    )
    const early = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(early)
    for (let id = 0; id < OUTCOMES.length + ILLEGAL.length + 4; id += 1)
      await addAccount(early, `${id}`, { planId: 'flat' })
    await runBilling(world().scope('org_test', '2026-03-01T12:00:00Z'), { period: '2026-02' })
  })

  /** The next untouched draft, brought into a state. */
  async function invoiceIn(state: State): Promise<{ id: string; customerId: string }> {
    const customerId = `${used}`
    used += 1
    const [row] = await world()
      .system.db.select({ id: invoices.id })
      .from(invoices)
      .where(eq(invoices.customerId, customerId))
    const id = row?.id ?? ''
    await at((ctx) => INTO[state](ctx, id))
    return { id, customerId }
  }

  const shown = async (id: string) => {
    const { status, paidMinor, creditedMinor, openMinor } = await at((ctx) => loadInvoice(ctx, id))
    return `${status} ${paidMinor} ${creditedMinor} ${openMinor}`
  }
  const booked = async (invoiceId: string) =>
    (await at((ctx) => accountBalances(ctx, { invoiceId })))
      .filter(({ balanceMinor }) => balanceMinor !== 0n)
      .map(({ account, balanceMinor }) => `${account} ${balanceMinor}`)
      .join(', ')

  it.each(OUTCOMES)('%s: %s', async (state, move, outcome, accounts) => {
    const { id } = await invoiceIn(state)
    await at((ctx) => DO[move](ctx, id))
    expect(await shown(id)).toBe(outcome)
    expect(await booked(id)).toBe(accounts)
  })

  it.each(ILLEGAL)('%s: not %s, and nothing is written', async (state, move) => {
    const { id } = await invoiceIn(state)
    const before = [await shown(id), await booked(id)]
    await expect(at((ctx) => DO[move](ctx, id))).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(` is ${state}`),
    })
    expect([await shown(id), await booked(id)]).toEqual(before)
  })

  describe('beside its own', () => {
    it('opens another invoice again where the credit that paid it was taken back by a bank', async () => {
      const { id: first, customerId } = await invoiceIn('finalized')
      await at((ctx) => pay(ctx, first, 15000n, 'first'))
      await runBilling(world().scope('org_test', '2026-04-04T12:00:00Z'), { period: '2026-03' })
      const [second] = (
        await world().system.db.select().from(invoices).where(eq(invoices.customerId, customerId))
      ).filter(({ period }) => period === '2026-03')
      expect(second).toMatchObject({ status: 'finalized', paidMinor: 3100n })
      await at((ctx) =>
        reversePayment(ctx, {
          invoiceId: first,
          paymentId: `${first}:first`,
          amountMinor: 15000n,
          account: 'disputes',
          cause: 'dispute',
          key: 'dp_1',
        }),
      )
      expect(await shown(first)).toBe('finalized 0 0 11900')
      expect(await shown(second?.id ?? '')).toBe('finalized 0 0 11900')
      expect(
        await at((ctx) => accountBalances(ctx, { customerId, account: 'customer_credit' })),
      ).toMatchObject([{ balanceMinor: 0n }])
    })

    it.each(['void', 'credit', 'correct'] as const)(
      'is collected no longer after %s',
      async (move) => {
        const { id, customerId } = await invoiceIn('finalized')
        await at((ctx) =>
          recordPaymentFailure(ctx, {
            invoiceId: id,
            customerId,
            paymentId: `pay_${id}`,
            code: 'card_declined',
            declineCode: 'insufficient_funds',
            networkCode: null,
            kind: 'failed',
          }),
        )
        await at((ctx) =>
          move === 'credit'
            ? issueCreditNote(ctx, { ...by, invoiceId: id, netMinor: 'full', key: id })
            : DO[move](ctx, id),
        )
        const [found] = await world()
          .system.db.select()
          .from(dunningCases)
          .where(eq(dunningCases.invoiceId, id))
        expect(found?.state).toBe('recovered')
      },
    )
  })
})
