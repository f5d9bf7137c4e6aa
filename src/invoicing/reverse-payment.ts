import type { Ctx } from '#db/context.ts'
import type { invoices } from '#db/schema/invoicing.ts'
import { withholdPurchased } from '#src/credits/settle-purchase.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { formatMinor } from '#src/kernel/money.ts'
import { postTransaction } from '#src/ledger/post-transactions.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { lockInvoice, moveInvoice } from './lock-invoice.ts'
import { isPosted, overpaidMinor } from './payment-postings.ts'
import { customerEntry } from './postings.ts'
import { openMinor, owedAccount, splitReversal } from './settlement-rules.ts'

type InvoiceRow = typeof invoices.$inferSelect

interface PaymentReversal {
  readonly invoiceId: string
  readonly paymentId: string
  readonly amountMinor: bigint
  /** Where the money leaves: "clearing:stripe", "disputes". */
  readonly account: string
  /** Of this very reversal ("re_1", "dp_1"): the same one is booked once. */
  readonly key: string
  readonly cause: 'refund' | 'dispute'
  /** The approval that allowed it, where one was needed. */
  readonly approval?: string
}

/**
 * Books money that went back to the customer. What was overpaid or freed by credit notes leaves the customer's
 * credit; the rest is owed again, and a paid invoice becomes open.
 * @throws not_found; conflict when more would go back than was paid.
 */
export async function reversePayment(
  ctx: Ctx,
  reversal: PaymentReversal,
): Promise<{ status: InvoiceRow['status']; alreadyReversed: boolean }> {
  const invoice = await lockInvoice(ctx, reversal.invoiceId)
  const key = `payment:${reversal.paymentId}:reversed:${reversal.key}`
  if (await isPosted(ctx, key)) return { status: invoice.status, alreadyReversed: true }
  const overpaid = await overpaidMinor(ctx, reversal.paymentId)
  const parts = splitReversal(invoice, reversal.amountMinor, overpaid)
  await postTransaction(ctx, {
    key,
    kind: reversal.cause,
    reason: `${reversal.cause} of a payment for invoice ${invoice.number ?? invoice.id}`,
    ...(reversal.approval === undefined ? {} : { approval: reversal.approval }),
    entries: [
      customerEntry(invoice, 'customer_credit', parts.fromOverpaidMinor),
      customerEntry(invoice, 'customer_credit', parts.fromCreditedMinor),
      customerEntry(invoice, owedAccount(invoice), parts.reopensMinor),
      customerEntry(invoice, reversal.account, -reversal.amountMinor),
    ],
  })
  const after = {
    ...invoice,
    paidMinor: invoice.paidMinor - parts.fromCreditedMinor - parts.reopensMinor,
  }
  const reopened = invoice.status === 'paid' && openMinor(after) > 0n
  await moveInvoice(ctx, invoice, {
    paidMinor: after.paidMinor,
    ...(reopened ? { status: 'finalized', settledAt: null } : {}),
  })
  if (reopened && invoice.kind === 'order')
    await withholdPurchased(ctx, invoice, {
      key,
      reason: `${reversal.cause} of the payment for invoice ${invoice.number ?? invoice.id}`,
    })
  const status = reopened ? 'finalized' : invoice.status
  await recordAudit(ctx, {
    action: 'invoice.payment_reversed',
    subject: { type: 'invoice', id: invoice.id },
    reason: `${reversal.cause} of payment ${reversal.paymentId}`,
    data: {
      paymentId: reversal.paymentId,
      amount: formatMinor(reversal.amountMinor, parseCurrency(invoice.currency)),
      from: invoice.status,
      to: status,
    },
  })
  return { status, alreadyReversed: false }
}
