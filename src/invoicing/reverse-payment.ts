import type { Ctx } from '#db/context.ts'
import { withholdPurchased } from '#src/credits/settle-purchase.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { formatMinor } from '#src/kernel/money.ts'
import { postTransactions } from '#src/ledger/post-transactions.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { freeCustomerCredit, requireFreeCredit } from './apply-customer-credit.ts'
import { requireMove } from './invoice-moves.ts'
import { lockInvoice, moveInvoice, type InvoiceRow } from './lock-invoice.ts'
import { owedEntries } from './owed-entries.ts'
import { isPosted, overpaidMinor } from './payment-postings.ts'
import { customerEntry } from './postings.ts'
import { openMinor, splitReversal } from './settlement-rules.ts'

interface PaymentReversal {
  readonly invoiceId: string
  readonly paymentId: string
  readonly amountMinor: bigint
  /** Where the money leaves, or waits to leave: "clearing:stripe", "disputes", "refunds_payable". */
  readonly account: string
  /** Of this very reversal ("re_1", "dp_1"): the same one is booked once. */
  readonly key: string
  readonly cause: 'refund' | 'dispute'
  /** The approval that allowed it, where one was needed. */
  readonly approval?: string
  /** Refuse rather than open other invoices again: the money has not left yet. */
  readonly onlyFreeCredit?: boolean
}

/**
 * Books money that went back to the customer. What was overpaid or freed by credit notes leaves the customer's
 * credit, also where that pays another invoice by now; the rest is owed again, and a paid invoice becomes open.
 * @throws not_found; conflict when more would go back than was paid.
 */
export async function reversePayment(
  ctx: Ctx,
  reversal: PaymentReversal,
): Promise<{ status: InvoiceRow['status']; alreadyReversed: boolean }> {
  const found = await lockInvoice(ctx, reversal.invoiceId)
  requireMove(found, 'reverse')
  const key = `payment:${reversal.paymentId}:reversed:${reversal.key}`
  // Apart from the payment's own: what its invoice's credit notes had freed was never above what was due.
  const creditedKey = `invoice:${found.id}:credited_back:${reversal.paymentId}:${reversal.key}`
  if ((await isPosted(ctx, key)) || (await isPosted(ctx, creditedKey)))
    return { status: found.status, alreadyReversed: true }
  const overpaid = await overpaidMinor(ctx, reversal)
  const { fromOverpaidMinor, fromCreditedMinor } = splitReversal(
    found,
    reversal.amountMinor,
    overpaid,
  )
  const neededMinor = fromOverpaidMinor + fromCreditedMinor
  if (reversal.onlyFreeCredit) await requireFreeCredit(ctx, found, neededMinor)
  else await freeCustomerCredit(ctx, found, neededMinor)
  // It may have paid this very invoice.
  const invoice = await lockInvoice(ctx, found.id)
  const parts = splitReversal(invoice, reversal.amountMinor, overpaid)
  const { account } = reversal
  const movement = {
    kind: reversal.cause,
    reason: `${reversal.cause} of a payment for invoice ${invoice.number ?? invoice.id}`,
    ...(reversal.approval === undefined ? {} : { approval: reversal.approval }),
  }
  await postTransactions(ctx, [
    {
      ...movement,
      key,
      entries: [
        customerEntry(invoice, 'customer_credit', parts.fromOverpaidMinor),
        ...(await owedEntries(ctx, invoice, parts.reopensMinor)),
        customerEntry(invoice, account, -parts.fromOverpaidMinor - parts.reopensMinor),
      ],
    },
    {
      ...movement,
      key: creditedKey,
      entries: [
        customerEntry(invoice, 'customer_credit', parts.fromCreditedMinor),
        customerEntry(invoice, account, -parts.fromCreditedMinor),
      ],
    },
  ])
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
