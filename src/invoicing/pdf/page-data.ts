import type { LineRow } from '../line-rows.ts'

/** A party as it stands on the page. */
interface PageParty {
  readonly heading: string
  readonly name: string
  readonly lines: readonly string[]
  /** Small, under the address: tax and customer number. */
  readonly notes: readonly string[]
}

/** A row of the table; one that is taller than a page may break. */
export type PageRow = LineRow & { readonly long: boolean }

export interface PageSum {
  readonly label: string
  readonly note: string | null
  readonly value: string
  readonly weight: 'plain' | 'total' | 'due'
}

/** How to pay, or how it was paid. */
export interface PagePayment {
  readonly heading: string
  /** "Please pay €312.91 by Mar 31, 2026."; null where there is nothing to ask for. */
  readonly request: string | null
  readonly entries: readonly (readonly [label: string, value: string])[]
  readonly notes: readonly string[]
  readonly link: { readonly url: string; readonly label: string; readonly scan: string } | null
}

/** What `document.typ` draws: finished texts, nothing to compute. Keys here are keys there. */
export interface PageData {
  /** "de" */
  readonly language: string
  readonly title: string
  /** "Invoice INV-1 · Acme API GmbH": title of the file and head of the pages after the first. */
  readonly running: string
  readonly author: string
  /** #rrggbb each. */
  readonly colors: { readonly area: string; readonly onArea: string; readonly text: string }
  /** The company's first character: the mark where there is no logo. */
  readonly initial: string
  /** Names of files beside the template, if there are any. */
  readonly logoFile: string | null
  readonly qrFile: string | null
  readonly stamp: { readonly text: string; readonly tone: 'good' | 'bad' | 'neutral' } | null
  /** Large and pale behind the text of a document that nobody must pay. */
  readonly watermark: string | null
  readonly to: PageParty
  readonly from: PageParty
  readonly facts: readonly (readonly [label: string, value: string])[]
  readonly heads: readonly string[]
  readonly rows: readonly PageRow[]
  readonly sums: readonly PageSum[]
  /** How many of the last rows stay with the sums. */
  readonly rowsWithSums: number
  readonly payment: PagePayment | null
  readonly closing: readonly string[]
  readonly footer: readonly string[]
  /** Lines the foot may need. */
  readonly footerLines: number
  /** "Page {page} of {pages}" */
  readonly pageCount: string
}
