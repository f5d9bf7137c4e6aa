import type { Instant } from '#src/kernel/time.ts'
import type { InvoiceDocument } from './document.ts'

/** A credit note with all that a page or a file shows of it; parties, lines and taxes are its invoice's. */
export interface CreditNoteDocument {
  readonly id: string
  readonly number: string
  readonly reason: string
  readonly approvedBy: string
  readonly netMinor: bigint
  readonly taxMinor: bigint
  readonly totalMinor: bigint
  readonly createdAt: Instant
  readonly invoice: InvoiceDocument
}
