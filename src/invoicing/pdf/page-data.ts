/** A party as it stands on the page. */
interface PageParty {
  readonly heading: string
  readonly name: string
  readonly lines: readonly string[]
  /** Small, under the address: tax and customer number. */
  readonly notes: readonly string[]
}

export interface PageRow {
  readonly text: string
  readonly note: string | null
  /** The cells right of the description, right-aligned. */
  readonly values: readonly string[]
  /** Taller than a page, so it may break. */
  readonly long: boolean
}

export interface PageSum {
  readonly label: string
  readonly note: string | null
  readonly value: string
  readonly weight: 'plain' | 'total' | 'due'
}

/** How to pay, or how it was paid. */
export interface PagePayment {
  readonly heading: string
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
  /** #rrggbb */
  readonly brandColor: string
  /** The company's first character: the mark where there is no logo. */
  readonly initial: string
  /** Names of files beside the template, if there are any. */
  readonly logoFile: string | null
  readonly qrFile: string | null
  readonly stamp: { readonly text: string; readonly tone: 'good' | 'bad' } | null
  readonly to: PageParty
  readonly from: PageParty
  readonly facts: readonly (readonly [label: string, value: string])[]
  readonly heads: readonly string[]
  readonly rows: readonly PageRow[]
  readonly sums: readonly PageSum[]
  readonly payment: PagePayment | null
  readonly closing: readonly string[]
  readonly footer: readonly string[]
  /** "Page {page} of {pages}" */
  readonly pageCount: string
}
