import { parseCurrency } from '#src/kernel/currency.ts'
import { sumMinor } from '#src/kernel/money.ts'
import type { Posting, PostingEntry } from '#src/ledger/shapes.ts'

/** As far as the books look at an invoice. */
export interface PostedInvoice {
  readonly id: string
  readonly customerId: string
  readonly currency: string
  readonly totalMinor: bigint
  readonly number: string | null
}

interface KindAmount {
  readonly kind: string
  readonly amountMinor: bigint
}

interface TaxAmount {
  readonly jurisdiction: string
  readonly amountMinor: bigint
}

/** The movement a finalized invoice makes: the customer owes the total, revenue by kind and tax by jurisdiction. */
export function finalizationPosting(
  invoice: PostedInvoice,
  lines: readonly KindAmount[],
  taxes: readonly TaxAmount[],
): Posting {
  return {
    key: `invoice:${invoice.id}:finalized`,
    kind: 'invoice',
    reason: `invoice ${invoice.number ?? invoice.id}`,
    entries: [
      customerEntry(invoice, 'receivable', invoice.totalMinor),
      ...negated(revenueEntries(invoice, lines)),
      ...negated(taxEntries(invoice, taxes)),
    ],
  }
}

/** An entry on an account of one customer and invoice. */
export function customerEntry(
  invoice: PostedInvoice,
  account: string,
  amountMinor: bigint,
): PostingEntry {
  return {
    account,
    customerId: invoice.customerId,
    invoiceId: invoice.id,
    currency: parseCurrency(invoice.currency),
    amountMinor,
  }
}

/** One entry per kind of revenue, as debits: what a credit note takes back. */
export function revenueEntries(
  invoice: PostedInvoice,
  lines: readonly KindAmount[],
): PostingEntry[] {
  return summed(lines.map(({ kind, amountMinor }) => [`revenue:${kind}`, amountMinor])).map(
    ([account, amountMinor]) => customerEntry(invoice, account, amountMinor),
  )
}

/** One entry per jurisdiction, as debits. */
export function taxEntries(invoice: PostedInvoice, taxes: readonly TaxAmount[]): PostingEntry[] {
  return summed(
    taxes.map(({ jurisdiction, amountMinor }) => [`tax_payable:${jurisdiction}`, amountMinor]),
  ).map(([account, amountMinor]) => customerEntry(invoice, account, amountMinor))
}

export function negated(entries: readonly PostingEntry[]): PostingEntry[] {
  return entries.map((entry) => ({ ...entry, amountMinor: -entry.amountMinor }))
}

function summed(amounts: readonly (readonly [string, bigint])[]): [string, bigint][] {
  return [...Map.groupBy(amounts, ([account]) => account)]
    .map(([account, group]): [string, bigint] => [
      account,
      sumMinor(group.map(([, amountMinor]) => amountMinor)),
    ])
    .filter(([, amountMinor]) => amountMinor !== 0n)
}
