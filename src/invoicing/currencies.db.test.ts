import { eq, sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { rowsOf } from '#db/context.ts'
import { invoiceLines, invoices, invoiceTaxes } from '#db/schema/invoicing.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { updateCustomer } from '#src/customers/update-customer.ts'
import { calculate } from '#src/pricing/calculator.ts'
import { trialBalance } from '#src/ledger/balances.ts'
import { selfcheck } from '#src/selfcheck/selfcheck.ts'
import { publishPricing } from '#src/subscriptions/publish-pricing.ts'
import { applyPayment } from './apply-payment.ts'
import { renderInvoiceHtml } from './html.ts'
import { issueCreditNote } from './issue-credit-note.ts'
import { loadInvoice } from './load-invoice.ts'
import { runBilling } from './run-billing.ts'
import { addAccount, openShop, useCalls } from './testing/billing-world.ts'

const FEBRUARY = { period: '2026-02' }
const EARLY = '2026-02-15T00:00:00Z'
const MARCH = '2026-03-02T12:00:00Z'

/** Each ends on half a minor unit somewhere: a line, or its tax. */
const CASES = [
  {
    currency: 'JPY',
    country: 'JP',
    rate: '0.1',
    basePrice: '1000',
    unitPrice: '1.5',
    // 3 × 1.5 = 4.5 yen: 5. Tax 100.5 yen: 101.
    lines: [1000n, 5n],
    tax: 101n,
    total: 1106n,
    shown: '¥1,106',
    half: { netMinor: 5n, taxMinor: 1n },
  },
  {
    currency: 'KWD',
    country: 'KW',
    rate: '0.05',
    basePrice: '10.009',
    unitPrice: '0.0005',
    // 3 × 0.0005 = 1.5 fils: 2. Tax 500.55 fils: 501.
    lines: [10009n, 2n],
    tax: 501n,
    total: 10512n,
    shown: '10.512',
    half: { netMinor: 10n, taxMinor: 1n },
  },
  {
    currency: 'CLF',
    country: 'CL',
    rate: '0.19',
    basePrice: '1.2345',
    unitPrice: '0.00005',
    // 3 × 0.00005 = 1.5 ten-thousandths: 2. Tax 2345.93: 2346.
    lines: [12345n, 2n],
    tax: 2346n,
    total: 14693n,
    shown: '1.4693',
    half: { netMinor: 50n, taxMinor: 10n },
  },
  {
    currency: 'EUR',
    country: 'DE',
    rate: '0.19',
    basePrice: '10.50',
    unitPrice: '0.005',
    // 3 × 0.005 = 1.5 cents: 2. Tax 199.88 cents: 200.
    lines: [1050n, 2n],
    tax: 200n,
    total: 1252n,
    shown: '€12.52',
    half: { netMinor: 50n, taxMinor: 10n },
  },
] as const

const pricing = ({ currency, basePrice, unitPrice, rate }: (typeof CASES)[number]) => `
version: "${currency}"
effectiveDate: "2025-01-01T00:00:00Z"
meteringWindow: monthly
roundingRule: nearest
tiers:
  - { id: plan, basePrice: ${basePrice}, currency: ${currency}, overageRates: { api_calls: ${unitPrice} } }
tax: { defaultRate: ${rate} }
`

describeOnDatabases('an invoice in a currency of its own number of digits', (world) => {
  it.each(CASES)('is exact from the price list to the books: $currency', async (given) => {
    const { currency, country, lines, tax, total, shown, half } = given
    const orgId = `org_${currency.toLowerCase()}`
    world().setNow(EARLY)
    await world().addOrg(orgId, { country, currency, timeZone: 'UTC' })
    const early = world().scope(orgId, EARLY)
    await early.transact((ctx) => publishPricing(ctx, pricing(given)))
    await addAccount(early, '1', { planId: 'plan', customer: { currency, country } })
    await useCalls(early, '1', '3', '2026-02-10T12:30:00Z')
    world().setNow(MARCH)
    const march = world().scope(orgId, MARCH)
    expect(await runBilling(march, FEBRUARY)).toMatchObject({
      generated: 1,
      totalMinorByCurrency: { [currency]: total },
    })
    const [invoice] = await world()
      .system.db.select()
      .from(invoices)
      .where(eq(invoices.orgId, orgId))
    const id = invoice?.id ?? ''
    expect(
      (
        await world()
          .system.db.select()
          .from(invoiceLines)
          .where(eq(invoiceLines.orgId, orgId))
          .orderBy(invoiceLines.position)
      ).map(({ amountMinor }) => amountMinor),
    ).toEqual(lines)
    expect(
      await world().system.db.select().from(invoiceTaxes).where(eq(invoiceTaxes.orgId, orgId)),
    ).toMatchObject([{ jurisdiction: country, amountMinor: tax }])
    const doc = await march.transact((ctx) => loadInvoice(ctx, id))
    expect(renderInvoiceHtml(doc, { publicUrl: 'https://billing.example' })).toContain(shown)

    const note = await march.transact((ctx) =>
      issueCreditNote(ctx, {
        invoiceId: id,
        netMinor: half.netMinor,
        reason: 'test',
        approvedBy: 'test',
        key: 'k',
      }),
    )
    expect(note).toMatchObject(half)
    const owed = total - half.netMinor - half.taxMinor
    const payment = { invoiceId: id, paymentId: 'pay_1', account: 'cash:bank' }
    expect(
      await march.transact((ctx) => applyPayment(ctx, { ...payment, amountMinor: owed - 1n })),
    ).toMatchObject({ status: 'finalized' })
    expect(
      await march.transact((ctx) =>
        applyPayment(ctx, { ...payment, paymentId: 'pay_2', amountMinor: 1n }),
      ),
    ).toMatchObject({ status: 'paid', creditMinor: 0n })
    expect(await march.transact((ctx) => trialBalance(ctx))).toMatchObject({ balanced: true })
    const { I1, I2 } = await selfcheck(march)
    expect([I1.problems, I2.problems]).toEqual([[], []])

    // The pure calculator comes to the same.
    const usage = {
      plan: 'plan',
      period: { start: '2026-02-01T00:00:00Z', end: '2026-03-01T00:00:00Z' },
      customer: { country },
      usage: { api_calls: '3' },
    }
    expect(calculate(pricing(given), JSON.stringify(usage))).toMatchObject({
      currency,
      totalMinor: total.toString(),
      tax: [{ amountMinor: tax.toString() }],
    })
  })
})

describeOnDatabases('two currencies', (world) => {
  it('never meet: a customer’s stays, and no invoice is written in another', async () => {
    const early = world().scope('org_test', EARLY)
    await openShop(early)
    await addAccount(early, '1', { planId: 'flat' })
    await addAccount(early, '2', { planId: null })
    await expect(addAccount(early, '3', { planId: 'dollars' })).rejects.toThrow(
      /priced in USD, the customer's currency is EUR/,
    )
    expect(
      await rowsOf(world().system.db, sql`select 1 from customers where id = '3'`),
    ).toHaveLength(0)
    const march = world().scope('org_test', MARCH)
    await runBilling(march, FEBRUARY)
    await expect(
      march.transact((ctx) => updateCustomer(ctx, '1', { currency: 'USD' })),
    ).rejects.toThrow(/there are invoices in EUR/)
    expect(
      await march.transact((ctx) => updateCustomer(ctx, '2', { currency: 'USD' })),
    ).toMatchObject({ currency: 'USD' })
  })

  it('are kept apart by the database as well', async () => {
    const march = world().scope('org_test', MARCH)
    await expect(
      march.transact((ctx) =>
        ctx.db.execute(sql`update customers set currency = 'USD' where id = '1'`),
      ),
    ).rejects.toMatchObject({
      cause: expect.objectContaining({ message: expect.stringMatching(/its currency stays/) }),
    })
    await expect(
      march.transact((ctx) =>
        ctx.db.execute(sql`insert into invoices select (jsonb_populate_record(i,
          '{"id": "inv_x", "number": null, "currency": "USD", "public_token": "x", "status": "draft",
            "period_start": "2026-01-01", "period": "2026-01"}'::jsonb)).* from invoices i where customer_id = '1'`),
      ),
    ).rejects.toMatchObject({
      cause: expect.objectContaining({
        message: expect.stringMatching(/not in its customer's currency/),
      }),
    })
  })
})
