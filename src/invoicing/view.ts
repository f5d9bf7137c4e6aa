import type { Phrases } from '#src/pricing/phrases.ts'
import type { InvoiceDocument } from './document.ts'
import { formatsOf, type Formats } from './formats.ts'
import type { Labels } from './language/english.ts'
import { documentLanguage, languageOf } from './language/languages.ts'

/** A document with the words and formats it is shown in. */
export interface InvoiceView {
  readonly doc: InvoiceDocument
  /** ISO 639-1: of the words. */
  readonly language: string
  readonly labels: Labels
  readonly phrases: Phrases
  readonly formats: Formats
  /** Of the hosted page. */
  readonly link: string | null
}

/** The words of the customer's language, amounts and dates as the customer writes them. */
export function viewOf(doc: InvoiceDocument, publicUrl: string | undefined): InvoiceView {
  const { locale, timeZone } = doc.presentation
  const { labels, phrases } = languageOf(locale)
  return {
    doc,
    language: documentLanguage(locale),
    labels,
    phrases,
    formats: formatsOf(locale, doc.currency, timeZone),
    link: publicUrl === undefined ? null : invoiceLink(publicUrl, doc),
  }
}

/** Where the customer sees and pays the invoice without signing in. */
export function invoiceLink(publicUrl: string, doc: { readonly publicToken: string }): string {
  return `${publicUrl.replace(/\/$/, '')}/i/${doc.publicToken}`
}
