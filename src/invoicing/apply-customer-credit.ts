import type { Ctx } from '#db/context.ts'
import { recordRecovery } from '#src/collections/record-recovery.ts'
import { withholdPurchased } from '#src/credits/settle-purchase.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { AppError } from '#src/kernel/errors.ts'
import { formatMinor } from '#src/kernel/money.ts'
import { postTransaction } from '#src/ledger/post-transactions.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { creditedInvoices, customerCredit } from './customer-credit.ts'
import { requireMove } from './invoice-moves.ts'
import { lockInvoice, moveInvoice, type InvoiceRow } from './lock-invoice.ts'
import { owedEntries } from './owed-entries.ts'
import { customerEntry } from './postings.ts'
import { nextKey } from './payment-postings.ts'
import { settleInvoice } from './settle-invoice.ts'
import { excessMinor, least, openMinor } from './settlement-rules.ts'

/**
 * Pays what is open on an invoice from what we owe its customer in the same currency, as far as it goes; nothing when
 * there is none.
 * @returns what was applied. @throws not_found; conflict for a draft.
 */
export async function applyCustomerCredit(ctx: Ctx, invoiceId: string): Promise<bigint> {
  const invoice = await lockInvoice(ctx, invoiceId)
  requireMove(invoice, 'pay')
  const open = invoice.status === 'void' ? 0n : openMinor(invoice)
  const amountMinor = least(open, await customerCredit(ctx, invoice))
  if (amountMinor <= 0n) return 0n
  const key = await nextKey(ctx, invoice.id, 'credit_applied')
  await postTransaction(ctx, {
    key,
    kind: 'credit_applied',
    reason: `customer credit pays invoice ${invoice.number ?? invoice.id}`,
    entries: [
      customerEntry(invoice, 'customer_credit', amountMinor),
      ...(await owedEntries(ctx, invoice, -amountMinor)),
    ],
  })
  const { status } = await settleInvoice(ctx, invoice, {
    settlesMinor: amountMinor,
    by: key,
    reason: 'paid from customer credit',
    data: { credit: formatMinor(amountMinor, parseCurrency(invoice.currency)) },
  })
  if (status === 'paid') await recordRecovery(ctx, { invoiceId })
  return amountMinor
}

/**
 * Sees to it that so much of a customer's credit is free: what pays other invoices is taken back from them, newest
 * first, and they are open again. For money that left us whether we like it or not.
 * @throws conflict when there is not so much.
 */
export async function freeCustomerCredit(
  ctx: Ctx,
  owner: Pick<InvoiceRow, 'customerId' | 'currency'>,
  neededMinor: bigint,
): Promise<void> {
  let missing = neededMinor - (await customerCredit(ctx, owner))
  if (missing <= 0n) return
  for (const held of await creditedInvoices(ctx, owner)) {
    const taken = least(missing, held.amountMinor)
    await returnCredit(ctx, held.invoiceId, taken)
    missing -= taken
    if (missing === 0n) return
  }
  throw new AppError('conflict', 'more would go back than was paid and is not used up')
}

/** @throws refused when other invoices are paid with it. */
export async function requireFreeCredit(
  ctx: Ctx,
  owner: Pick<InvoiceRow, 'customerId' | 'currency'>,
  neededMinor: bigint,
): Promise<void> {
  const free = await customerCredit(ctx, owner)
  if (neededMinor <= free) return
  const message = `only ${formatMinor(free, parseCurrency(owner.currency))} ${owner.currency} of the customer's credit is free: the rest pays other invoices`
  throw new AppError('refused', message, { fields: [{ path: 'amountMinor', message }] })
}

async function returnCredit(ctx: Ctx, invoiceId: string, amountMinor: bigint): Promise<void> {
  const invoice = await lockInvoice(ctx, invoiceId)
  const key = await nextKey(ctx, invoice.id, 'credit_returned')
  await postTransaction(ctx, {
    key,
    kind: 'credit_returned',
    reason: `customer credit that paid invoice ${invoice.number ?? invoice.id} is taken back`,
    entries: [
      ...(await owedEntries(ctx, invoice, amountMinor)),
      customerEntry(invoice, 'customer_credit', -amountMinor),
    ],
  })
  // What credit notes have freed since goes first: it is paid with that very credit, and opens nothing.
  const paidMinor = invoice.paidMinor - excessMinor(invoice) - amountMinor
  const reopened = invoice.status === 'paid'
  await moveInvoice(ctx, invoice, {
    paidMinor,
    ...(reopened ? { status: 'finalized', settledAt: null } : {}),
  })
  if (reopened && invoice.kind === 'order')
    await withholdPurchased(ctx, invoice, { key, reason: 'the money behind the credit went back' })
  await recordAudit(ctx, {
    action: 'invoice.credit_returned',
    subject: { type: 'invoice', id: invoice.id },
    reason: 'the money behind the credit went back',
    data: {
      amount: formatMinor(amountMinor, parseCurrency(invoice.currency)),
      from: invoice.status,
      to: reopened ? 'finalized' : invoice.status,
    },
  })
}
