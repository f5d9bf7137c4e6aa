import type { Party } from '#db/schema/invoicing.ts'
import { brandColors } from '#src/tenancy/brand-colors.ts'
import type { Formats } from '../formats.ts'
import { footerParts } from '../settlement-words.ts'
import { taxLabel } from '../tax-words.ts'
import type { InvoiceView } from '../view.ts'
import type { PageData, PageSum } from './page-data.ts'

type Tax = InvoiceView['doc']['taxes'][number]

/** A run of characters without a blank that could leave its column, and where it may be broken. */
const LONG_WORD = /\S{41,}/gu
const WORD_PARTS = /(.{8})(?=.)/gu
/** What a line of the foot holds. */
const FOOTER_CHARACTERS = 115

type FrameKey =
  | 'language'
  | 'title'
  | 'running'
  | 'author'
  | 'colors'
  | 'initial'
  | 'logoFile'
  | 'to'
  | 'from'
  | 'heads'
  | 'footer'
  | 'footerLines'
  | 'pageCount'

/** What every document of an invoice has alike: language, brand, parties, heads of the table, footer. */
export function frame(
  view: InvoiceView,
  names: { readonly title: string; readonly number: string | null },
): Pick<PageData, FrameKey> {
  const { doc, labels, formats } = view
  const { seller, buyer } = doc
  const footer = footerParts(view).map(breakable)
  const running = [[names.title, names.number].filter(Boolean).join(' '), seller.name]
  return {
    language: view.language,
    title: names.title,
    running: running.join(' · '),
    author: seller.name,
    colors: brandColors(doc.presentation.brandColor),
    initial: String.fromCodePoint(seller.name.codePointAt(0) ?? 0x20),
    logoFile: logoOf(doc)?.name ?? null,
    to: {
      heading: labels.billTo,
      name: breakable(buyer.name),
      lines: addressLines(buyer, formats).map(breakable),
      notes: [
        ...(buyer.taxId === null ? [] : [`${taxIdLabel(view)} ${buyer.taxId}`]),
        `${labels.customerNumber} ${doc.customerId}`,
      ].map(breakable),
    },
    from: {
      heading: labels.from,
      name: breakable(seller.name),
      lines: [...addressLines(seller, formats), ...(seller.email ? [seller.email] : [])].map(
        breakable,
      ),
      notes: [],
    },
    heads: [labels.description, labels.quantity, labels.unitPrice, labels.amount],
    footer,
    footerLines: Math.ceil(footer.join('  ·  ').length / FOOTER_CHARACTERS),
    pageCount: labels.page,
  }
}

/** The logo as a file beside the template. */
export function logoOf({
  presentation,
}: InvoiceView['doc']): { readonly name: string; readonly content: Uint8Array } | null {
  const [, kind, base64] =
    /^data:image\/(png|jpeg);base64,(.+)$/.exec(presentation.logo ?? '') ?? []
  if (kind === undefined || base64 === undefined) return null
  return { name: `logo.${kind}`, content: Buffer.from(base64, 'base64') }
}

function taxIdLabel({ doc, labels }: InvoiceView): string {
  return /^[A-Z]{2}/i.test(doc.buyer.taxId ?? '') ? labels.customerTaxId : labels.buyerTaxNumber
}

function addressLines({ lines, region, country }: Party, formats: Formats): string[] {
  const place = [region, country === null ? null : formats.country(country)]
  return [...lines, place.filter((part) => part !== null).join(', ')].filter((line) => line !== '')
}

export function taxSum(view: InvoiceView, tax: Tax): PageSum {
  return {
    label: taxLabel(view, tax),
    note: tax.note === null ? null : breakable(tax.note),
    value: view.formats.money(tax.amountMinor),
    weight: 'plain',
  }
}

/** Lets a line break inside very long words, as Typst does not by itself. */
export function breakable(text: string): string {
  return text.replace(LONG_WORD, (word) => word.replace(WORD_PARTS, '$1\u200b'))
}
