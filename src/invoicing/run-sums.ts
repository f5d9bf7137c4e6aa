/** One invoice of a previewed run; `id` is null where it is yet to be drafted. */
export interface PreviewedInvoice {
  readonly id: string | null
  readonly customerId: string
  readonly subscriptionId: string
  readonly contentHash: string
  readonly currency: string
  readonly subtotalMinor: bigint
  readonly taxMinor: bigint
  readonly totalMinor: bigint
  /** Of the subscription's invoice of the month before; 0 without one. */
  readonly beforeMinor: bigint
}

interface CurrencySums {
  readonly currency: string
  readonly invoices: number
  readonly subtotalMinor: bigint
  readonly taxMinor: bigint
  readonly totalMinor: bigint
  readonly beforeMinor: bigint
}

export interface RunSums {
  readonly totals: readonly CurrencySums[]
  /** Of the totals: invoices that are there already. */
  readonly existing: number
  /** The largest differences to the month before, either way, largest first. */
  readonly topDifferences: readonly PreviewedInvoice[]
  readonly skipped: readonly { readonly reason: string; readonly accounts: number }[]
}

/** Sums up a run invoice by invoice and keeps no more of them than the top differences. */
export function runSums(top: number): {
  add(invoice: PreviewedInvoice): void
  skip(reason: string): void
  result(): RunSums
} {
  const totals = new Map<string, CurrencySums>()
  const skipped = new Map<string, number>()
  let largest: PreviewedInvoice[] = []
  let existing = 0
  return {
    add: (invoice) => {
      totals.set(invoice.currency, added(totals.get(invoice.currency), invoice))
      if (invoice.id !== null) existing += 1
      if (invoice.totalMinor === invoice.beforeMinor) return
      largest.push(invoice)
      if (largest.length >= 2 * top + 100) largest = mostDifferent(largest, top)
    },
    skip: (reason) => void skipped.set(reason, (skipped.get(reason) ?? 0) + 1),
    result: () => ({
      totals: [...totals.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1)),
      existing,
      topDifferences: mostDifferent(largest, top),
      skipped: [...skipped].map(([reason, accounts]) => ({ reason, accounts })),
    }),
  }
}

function added(before: CurrencySums | undefined, invoice: PreviewedInvoice): CurrencySums {
  return {
    currency: invoice.currency,
    invoices: (before?.invoices ?? 0) + 1,
    subtotalMinor: (before?.subtotalMinor ?? 0n) + invoice.subtotalMinor,
    taxMinor: (before?.taxMinor ?? 0n) + invoice.taxMinor,
    totalMinor: (before?.totalMinor ?? 0n) + invoice.totalMinor,
    beforeMinor: (before?.beforeMinor ?? 0n) + invoice.beforeMinor,
  }
}

function mostDifferent(invoices: readonly PreviewedInvoice[], top: number): PreviewedInvoice[] {
  const size = ({ totalMinor, beforeMinor }: PreviewedInvoice) =>
    totalMinor > beforeMinor ? totalMinor - beforeMinor : beforeMinor - totalMinor
  return invoices
    .toSorted((a, b) => {
      const difference = size(b) - size(a)
      if (difference !== 0n) return difference > 0n ? 1 : -1
      return a.subscriptionId < b.subscriptionId ? -1 : 1
    })
    .slice(0, top)
}
