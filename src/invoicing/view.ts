import type { InvoiceDocument } from './document.ts'
import type { Formats } from './formats.ts'
import type { Labels } from './labels.ts'

/** A document with the words and formats it is shown in. */
export interface InvoiceView {
  readonly doc: InvoiceDocument
  readonly labels: Labels
  readonly formats: Formats
  /** Of the hosted page. */
  readonly link: string | null
}
