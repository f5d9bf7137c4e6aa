import type { Ctx } from '#db/context.ts'
import type { invoices } from '#db/schema/invoicing.ts'
import { grantPurchased } from '#src/credits/settle-purchase.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { AppError } from '#src/kernel/errors.ts'
import { formatMinor } from '#src/kernel/money.ts'
import { postTransaction } from '#src/ledger/post-transactions.ts'
import { notify } from '#src/notifications/notify.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { lockInvoice, moveInvoice } from './lock-invoice.ts'
import { customerEntry } from './postings.ts'
import { openMinor, owedAccount, splitPayment } from './settlement-rules.ts'

type InvoiceRow = typeof invoices.$inferSelect

interface IncomingPayment {
  readonly invoiceId: string
  /** The same payment is applied once. */
  readonly paymentId: string
  /** In the invoice's currency, above zero. */
  readonly amountMinor: bigint
  /** Where the money is: "clearing:stripe", "cash:bank", "disputes". */
  readonly account: string
}

export interface PaymentApplied {
  readonly status: InvoiceRow['status']
  readonly settledMinor: bigint
  /** Overpaid: now the customer's credit. */
  readonly creditMinor: bigint
  /** true when this payment had been applied before; then nothing changed. */
  readonly alreadyApplied: boolean
}

/**
 * Books received money on an invoice: the open amount first, the rest becomes the customer's credit. The invoice is
 * paid when payments and credit notes reach its total. Money for a void invoice is credit; for one written off it
 * takes the write-off back. What an order's invoice sold is granted once it is paid.
 * @throws not_found; conflict for a draft.
 */
export async function applyPayment(ctx: Ctx, payment: IncomingPayment): Promise<PaymentApplied> {
  const invoice = await lockInvoice(ctx, payment.invoiceId)
  if (invoice.status === 'draft')
    throw new AppError('conflict', `invoice ${invoice.id} is a draft: nothing is owed yet`)
  const { settlesMinor, creditMinor } =
    invoice.status === 'void'
      ? { settlesMinor: 0n, creditMinor: payment.amountMinor }
      : splitPayment(invoice, payment.amountMinor)
  const posted = await postTransaction(ctx, {
    key: `payment:${payment.paymentId}:applied`,
    kind: 'payment',
    reason: `payment for invoice ${invoice.number ?? invoice.id}`,
    entries: [
      customerEntry(invoice, payment.account, payment.amountMinor),
      customerEntry(invoice, owedAccount(invoice), -settlesMinor),
      customerEntry(invoice, 'customer_credit', -creditMinor),
    ],
  })
  if (!posted)
    return { status: invoice.status, settledMinor: 0n, creditMinor: 0n, alreadyApplied: true }
  const after = { ...invoice, paidMinor: invoice.paidMinor + settlesMinor }
  const status = invoice.status !== 'void' && openMinor(after) === 0n ? 'paid' : invoice.status
  await moveInvoice(ctx, invoice, {
    paidMinor: after.paidMinor,
    ...(status === invoice.status ? {} : { status, settledAt: ctx.now }),
  })
  await recordAudit(ctx, {
    action: status === 'paid' ? 'invoice.paid' : 'invoice.payment_applied',
    subject: { type: 'invoice', id: invoice.id },
    reason: `payment ${payment.paymentId} received`,
    data: {
      paymentId: payment.paymentId,
      amount: formatMinor(payment.amountMinor, parseCurrency(invoice.currency)),
      credit: formatMinor(creditMinor, parseCurrency(invoice.currency)),
      from: invoice.status,
      to: status,
    },
  })
  if (status === 'paid' && invoice.status !== 'paid') {
    if (invoice.kind === 'order') await grantPurchased(ctx, invoice)
    await notify(ctx, {
      type: 'invoice.paid',
      // A refund may open it again: each time it is paid is an event of its own.
      key: `invoice.paid:${invoice.id}:${payment.paymentId}`,
      data: { invoiceId: invoice.id, number: invoice.number, customerId: invoice.customerId },
    })
  }
  return { status, settledMinor: settlesMinor, creditMinor, alreadyApplied: false }
}
