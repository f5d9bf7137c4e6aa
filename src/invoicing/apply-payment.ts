import type { Ctx } from '#db/context.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { formatMinor } from '#src/kernel/money.ts'
import { postTransaction } from '#src/ledger/post-transactions.ts'
import { requireMove } from './invoice-moves.ts'
import { lockInvoice, type InvoiceRow } from './lock-invoice.ts'
import { owedEntries } from './owed-entries.ts'
import { customerEntry } from './postings.ts'
import { settleInvoice } from './settle-invoice.ts'
import { splitPayment } from './settlement-rules.ts'

interface IncomingPayment {
  readonly invoiceId: string
  readonly paymentId: string
  /** Of this very movement; default "applied". The same one is booked once. */
  readonly key?: string
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
  requireMove(invoice, 'pay')
  const { settlesMinor, creditMinor } =
    invoice.status === 'void'
      ? { settlesMinor: 0n, creditMinor: payment.amountMinor }
      : splitPayment(invoice, payment.amountMinor)
  const by = payment.key ?? 'applied'
  const posted = await postTransaction(ctx, {
    key: `payment:${payment.paymentId}:${by}`,
    kind: 'payment',
    reason: `payment for invoice ${invoice.number ?? invoice.id}`,
    entries: [
      customerEntry(invoice, payment.account, payment.amountMinor),
      ...(await owedEntries(ctx, invoice, -settlesMinor)),
      customerEntry(invoice, 'customer_credit', -creditMinor),
    ],
  })
  if (!posted)
    return { status: invoice.status, settledMinor: 0n, creditMinor: 0n, alreadyApplied: true }
  const currency = parseCurrency(invoice.currency)
  const { status } = await settleInvoice(ctx, invoice, {
    settlesMinor,
    by: `${payment.paymentId}:${by}`,
    reason: `payment ${payment.paymentId} received`,
    data: {
      paymentId: payment.paymentId,
      amount: formatMinor(payment.amountMinor, currency),
      credit: formatMinor(creditMinor, currency),
    },
  })
  return { status, settledMinor: settlesMinor, creditMinor, alreadyApplied: false }
}
