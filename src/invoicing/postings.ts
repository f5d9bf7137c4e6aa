import { CREDIT_PURCHASE, ORDERED, sourceAccount } from '#src/credits/accounts.ts'
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

interface DrawnAmount {
  readonly kind: 'paid' | 'promotional'
  readonly amountMinor: bigint
}

interface TaxAmount {
  readonly jurisdiction: string
  readonly amountMinor: bigint
}

/**
 * The movement a finalized invoice makes: the customer owes the total, revenue by kind and tax by jurisdiction. What
 * its lines of kind `credit` take off comes out of the liability for prepaid credit, or lowers revenue.
 */
export function finalizationPosting(
  invoice: PostedInvoice,
  lines: readonly KindAmount[],
  taxes: readonly TaxAmount[],
  draws: readonly DrawnAmount[] = [],
): Posting {
  return {
    key: `invoice:${invoice.id}:finalized`,
    kind: 'invoice',
    reason: `invoice ${invoice.number ?? invoice.id}`,
    entries: [
      customerEntry(invoice, 'receivable', invoice.totalMinor),
      ...negated(revenueEntries(invoice, withoutDraws(lines, draws))),
      ...drawEntries(invoice, draws),
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
  return summed(lines.map(({ kind, amountMinor }) => [accountOf(kind), amountMinor])).map(
    ([account, amountMinor]) => customerEntry(invoice, account, amountMinor),
  )
}

/** Where drawn credit comes from, as debits: one entry for paid and one for promotional credit. */
function drawEntries(invoice: PostedInvoice, draws: readonly DrawnAmount[]): PostingEntry[] {
  return summed(draws.map(({ kind, amountMinor }) => [sourceAccount(kind), amountMinor])).map(
    ([account, amountMinor]) => customerEntry(invoice, account, amountMinor),
  )
}

/** Lines of credit say from which account only by their draws. */
function withoutDraws(
  lines: readonly KindAmount[],
  draws: readonly DrawnAmount[],
): readonly KindAmount[] {
  return draws.length === 0 ? lines : lines.filter(({ kind }) => kind !== 'credit')
}

/** One entry per jurisdiction, as debits. */
export function taxEntries(invoice: PostedInvoice, taxes: readonly TaxAmount[]): PostingEntry[] {
  return summed(
    taxes.map(({ jurisdiction, amountMinor }) => [`tax_payable:${jurisdiction}`, amountMinor]),
  ).map(([account, amountMinor]) => customerEntry(invoice, account, amountMinor))
}

/** Credit that is sold is no revenue yet: it is owed to the customer, once paid for. */
function accountOf(kind: string): string {
  return kind === CREDIT_PURCHASE ? ORDERED : `revenue:${kind}`
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
