import type { Currency } from '#src/kernel/currency.ts'

/** One side of a movement: `amountMinor` > 0 is a debit, < 0 a credit. */
export interface PostingEntry {
  /** Of the chart: "receivable", "revenue:usage", "tax_payable:DE". */
  readonly account: string
  readonly customerId?: string
  readonly invoiceId?: string
  readonly currency: Currency
  readonly amountMinor: bigint
}

/** One balanced movement of money. */
export interface Posting {
  /** Derived from the thing posted ("invoice:inv_1:finalized"): the same thing is posted once. */
  readonly key: string
  readonly kind: string
  readonly reason: string
  /** Id of the approval that allowed it, where one was needed. */
  readonly approval?: string
  readonly entries: readonly PostingEntry[]
}
