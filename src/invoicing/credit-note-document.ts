import type { Instant } from '#src/kernel/time.ts'
import type { DraftTax } from './decision.ts'
import type { InvoiceDocument } from './document.ts'

/** A credit note with all that a page shows of it. Amounts are positive: what is taken back. */
export interface CreditNoteDocument {
  readonly id: string
  readonly number: string
  readonly reason: string
  readonly createdAt: Instant
  readonly netMinor: bigint
  readonly taxMinor: bigint
  readonly totalMinor: bigint
  /** What it takes back of each tax of the invoice. */
  readonly taxes: readonly DraftTax[]
  /** What it takes back of each line of the invoice; they sum up to the net amount. */
  readonly lines: readonly CreditedLine[]
  readonly invoice: InvoiceDocument
}

/** What it takes back of a line of the invoice; `invoiceLine` is the position there. */
export interface CreditedLine {
  readonly invoiceLine: number
  readonly kind: string
  readonly description: string
  readonly netMinor: bigint
}
