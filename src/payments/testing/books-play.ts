import fc from 'fast-check'
import { sql } from 'drizzle-orm'
import { rowsOf, type Scope } from '#db/context.ts'
import type { TestWorld } from '#db/testing/database.ts'
import { closeSandboxDispute, openSandboxDispute } from '#src/gateways/payments/sandbox-controls.ts'
import { failSandboxRefund } from '#src/gateways/payments/sandbox-refunds.ts'
import { applyCustomerCredit } from '#src/invoicing/apply-customer-credit.ts'
import { correctInvoice } from '#src/invoicing/correct-invoice.ts'
import { markUncollectible } from '#src/invoicing/mark-uncollectible.ts'
import { runBilling } from '#src/invoicing/run-billing.ts'
import { addAccount } from '#src/invoicing/testing/billing-world.ts'
import { voidInvoice } from '#src/invoicing/void-invoice.ts'
import { AppError } from '#src/kernel/errors.ts'
import { publishPricing } from '#src/subscriptions/publish-pricing.ts'
import { attachCard } from '../attach-card.ts'
import { chargeInvoice } from '../charge-invoice.ts'
import { creditAndRefund } from '../credit-and-refund.ts'
import { cancelRefund, payRefund } from '../pay-refund.ts'
import { recordPayment } from '../record-payment.ts'
import { refundCredit } from '../refund-credit.ts'
import { requestRefund } from '../request-refund.ts'
import { runJobs, sandboxFor } from './payment-world.ts'

/** Amounts that do not divide, in currencies of 0, 2 and 3 digits, with and without tax, and a discount line. */
const PRICING = `
version: "books-1"
effectiveDate: "2025-01-01T00:00:00Z"
meteringWindow: monthly
roundingRule: nearest
tiers:
  - { id: euros, basePrice: 100.01, maximum: 113.33, currency: EUR }
  - { id: yen, basePrice: 9999, currency: JPY }
  - { id: dinars, basePrice: 12.345, currency: KWD }
addons:
  - { id: support, name: Support, price: 33.33 }
`

const CUSTOMERS = [
  { id: 'a', planId: 'euros', currency: 'EUR', country: 'DE', card: true },
  { id: 'b', planId: 'euros', currency: 'EUR', country: 'DE', card: false },
  { id: 'c', planId: 'yen', currency: 'JPY', country: 'JP', card: true },
  { id: 'd', planId: 'dinars', currency: 'KWD', country: 'DE', card: false },
] as const

const MOVES = [
  'bill',
  'pay',
  'pay',
  'charge',
  'credit',
  'credit_lines',
  'credit_and_refund',
  'refund',
  'refund_credit',
  'settle_refund',
  'fail_refund',
  'void',
  'write_off',
  'correct',
  'apply_credit',
  'dispute',
] as const

/** One thing that somebody does: which invoice or payment, and how much of it, in per cent. */
export const anyStep = fc.record({
  move: fc.constantFrom(...MOVES),
  which: fc.nat({ max: 50 }),
  percentage: fc.constantFrom(1, 33, 50, 99, 100, 100, 130),
})
export type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never

/** An organisation of its own, with accounts and the invoices of a first month. */
export async function openBooks(world: TestWorld, orgId: string): Promise<void> {
  await world.addOrg(orgId)
  const scope = world.scope(orgId, '2026-01-10T00:00:00Z')
  await scope.transact((ctx) => publishPricing(ctx, PRICING))
  for (const { id, planId, currency, country, card } of CUSTOMERS) {
    await addAccount(scope, id, {
      planId,
      customer: { currency, country, collection: card ? 'card' : 'transfer' },
      subscription: planId === 'euros' ? { addons: [{ addonId: 'support' }] } : {},
    })
    if (card)
      await attachCard(
        scope,
        { providerFor: sandboxFor(world) },
        { customerId: id, token: 'pm_card_visa' },
      )
  }
}

/** Does one thing after the other; a refusal is an answer, and changes nothing. Returns what was refused. */
export async function playStep(
  world: TestWorld,
  orgId: string,
  step: Step,
  index: number,
): Promise<string | null> {
  const scope = world.scope(orgId, `2026-08-01T00:00:${String(index).padStart(2, '0')}Z`)
  try {
    await act(world, scope, step, index)
    return null
  } catch (error) {
    const known = error instanceof AppError && error.code !== 'internal'
    if (!known) throw error
    return `${step.move}: ${error.message}`
  } finally {
    await runJobs(world, {
      jobs: ['REFUND_PAYMENT', 'APPLY_PROVIDER_EVENT', 'SANDBOX_DELIVER_EVENT'],
    })
  }
}

interface Invoice {
  readonly id: string
  readonly customer_id: string
  readonly currency: string
  readonly total: string
  readonly lines: number
}

interface Payment {
  readonly id: string
  readonly ref: string | null
  readonly kind: string
  readonly amount: string
}

async function act(world: TestWorld, scope: Scope, step: Step, index: number): Promise<void> {
  const { move, which, percentage } = step
  const picked = <T>(items: readonly T[]): T | undefined => items[which % Math.max(items.length, 1)]
  const part = (minor: string) => (BigInt(minor) * BigInt(percentage)) / 100n
  const by = { reason: 'test', approvedBy: 'member:1' }
  const [invoice, payment, refund] = await scope.transact(async ({ db }) => [
    picked(
      await rowsOf<Invoice>(
        db,
        sql`select id, customer_id, currency, total_minor::text as total,
          (select count(*)::int from invoice_lines l where l.org_id = i.org_id and l.invoice_id = i.id) as lines
          from invoices i where org_id = ${scope.orgId} order by id`,
      ),
    ),
    picked(
      await rowsOf<Payment>(
        db,
        sql`select id, provider_ref as ref, kind, amount_minor::text as amount from payments
          where org_id = ${scope.orgId} order by id`,
      ),
    ),
    picked(
      await rowsOf<{ id: string; ref: string | null; kind: string }>(
        db,
        sql`select id, provider_ref as ref, kind from refunds where org_id = ${scope.orgId} order by id`,
      ),
    ),
  ])
  const providerFor = sandboxFor(world)
  if (move === 'bill' || !invoice) {
    const month = String((index % 6) + 1).padStart(2, '0')
    await runBilling(scope, { period: `2026-${month}` })
    return
  }
  const invoiceId = invoice.id
  await scope.transact(async (ctx) => {
    switch (move) {
      case 'pay':
        return recordPayment(ctx, {
          invoiceId,
          amountMinor: part(invoice.total),
          currency: invoice.currency,
          reference: `ref ${index}`,
        })
      case 'credit':
      case 'credit_and_refund':
        return creditAndRefund(ctx, {
          ...by,
          invoiceId,
          netMinor: percentage >= 100 ? 'full' : part(invoice.total),
          key: `step:${index}`,
          freed: move === 'credit' ? 'customer_credit' : 'refund',
        })
      case 'credit_lines':
        return creditAndRefund(ctx, {
          ...by,
          invoiceId,
          lines: [
            {
              position: which % invoice.lines,
              netMinor: percentage === 100 ? 'full' : part(invoice.total) / 2n,
            },
          ],
          key: `step:${index}`,
          freed: 'customer_credit',
        })
      case 'refund':
        return (
          payment &&
          requestRefund(ctx, {
            ...by,
            paymentId: payment.id,
            amountMinor: percentage === 100 ? 'full' : part(payment.amount),
            key: `step:${index}`,
          })
        )
      case 'refund_credit':
        return refundCredit(ctx, {
          ...by,
          customerId: invoice.customer_id,
          currency: invoice.currency,
          amountMinor: percentage === 100 ? 'full' : part(invoice.total),
          key: `step:${index}`,
        })
      case 'settle_refund':
        if (!refund) return undefined
        return percentage > 33
          ? payRefund(ctx, { refundId: refund.id, reference: `transfer ${index}` })
          : cancelRefund(ctx, { refundId: refund.id, reason: 'test' })
      case 'void':
        return voidInvoice(ctx, { invoiceId, ...by })
      case 'write_off':
        return markUncollectible(ctx, { invoiceId, ...by })
      case 'correct':
        return correctInvoice(ctx, {
          ...by,
          invoiceId,
          lines: [{ position: which % invoice.lines, amountMinor: part(invoice.total) / 2n }],
        })
      case 'apply_credit':
        return applyCustomerCredit(ctx, invoiceId)
      case 'charge':
      case 'dispute':
      case 'fail_refund':
        return undefined
    }
  })
  if (move === 'charge')
    await chargeInvoice(scope, { providerFor }, { invoiceId, cause: `step ${index}` })
  if (move === 'fail_refund' && refund?.ref?.startsWith('re_'))
    await failSandboxRefund(scope, { refundId: refund.ref })
  if (move === 'dispute' && payment?.kind === 'card' && payment.ref !== null) {
    const disputeId = await openSandboxDispute(scope, {
      paymentIntentId: payment.ref,
      reason: 'general',
    })
    await closeSandboxDispute(scope, { disputeId, status: percentage > 50 ? 'lost' : 'won' })
  }
}
