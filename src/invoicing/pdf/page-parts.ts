import type { Party } from '#db/schema/invoicing.ts'
import type { Formats } from '../formats.ts'
import { languageOf } from '../labels.ts'
import type { InvoiceView } from '../view.ts'
import type { PageData, PageRow, PageSum } from './page-data.ts'

type Line = InvoiceView['doc']['lines'][number]
type Tax = InvoiceView['doc']['taxes'][number]

/** Longer descriptions may go over a page break; all others stay in one piece. */
const LONG_TEXT = 1500
/** A run of characters without a blank that could leave its column, and where it may be broken. */
const LONG_WORD = /\S{41,}/gu
const WORD_PARTS = /(.{8})(?=.)/gu

type FrameKey =
  | 'language'
  | 'title'
  | 'running'
  | 'author'
  | 'brandColor'
  | 'initial'
  | 'logoFile'
  | 'to'
  | 'from'
  | 'footer'
  | 'pageCount'

/** What every document of an invoice has alike: language, brand, parties, footer. */
export function frame(
  { doc, labels, formats }: InvoiceView,
  names: { readonly title: string; readonly number: string | null },
): Pick<PageData, FrameKey> {
  const { brandColor, locale, paymentTermsDays } = doc.presentation
  const { seller, buyer } = doc
  const running = [[names.title, names.number].filter(Boolean).join(' '), seller.name]
  return {
    language: languageOf(locale),
    title: names.title,
    running: running.join(' · '),
    author: seller.name,
    brandColor: /^#[0-9a-f]{6}$/i.test(brandColor) ? brandColor : '#1f3a5f',
    initial: String.fromCodePoint(seller.name.codePointAt(0) ?? 0x20),
    logoFile: logoOf(doc)?.name ?? null,
    to: {
      heading: labels.billTo,
      name: breakable(buyer.name),
      lines: addressLines(buyer, formats).map(breakable),
      notes: [
        ...(buyer.taxId === null ? [] : [`${labels.customerTaxId} ${buyer.taxId}`]),
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
    footer: [
      seller.name,
      ...(seller.taxId === null ? [] : [`${labels.sellerTaxId} ${seller.taxId}`]),
      labels.terms.replace('{days}', String(paymentTermsDays)),
    ].map(breakable),
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

function addressLines({ lines, region, country }: Party, formats: Formats): string[] {
  const place = [region, country === null ? null : formats.country(country)]
  return [...lines, place.filter((part) => part !== null).join(', ')].filter((line) => line !== '')
}

export function lineRow({ doc, formats }: InvoiceView, line: Line): PageRow {
  const whole = line.period.start.equals(doc.periodStart) && line.period.end.equals(doc.periodEnd)
  return {
    text: breakable(line.description),
    note: whole ? null : formats.days(line.period),
    values: [
      formats.quantity(line.quantity),
      line.unitPrice === null ? '' : formats.unitPrice(line.unitPrice),
      formats.money(line.amountMinor),
    ],
    long: line.description.length > LONG_TEXT,
  }
}

/** "VAT 19% on €262.95 · DE": rate, base and who levies it. */
export function taxSum({ labels, formats }: InvoiceView, tax: Tax): PageSum {
  const name = tax.jurisdiction.startsWith('US') ? labels.salesTax : labels.vat
  const rate = `${tax.rate === 0n ? labels.noTax : name} ${formats.percent(tax.rate)}`
  return {
    label: `${rate} · ${formats.money(tax.baseMinor)} · ${tax.jurisdiction}`,
    note: tax.note === null ? null : breakable(tax.note),
    value: formats.money(tax.amountMinor),
    weight: 'plain',
  }
}

/** Lets a line break inside very long words, as Typst does not by itself. */
export function breakable(text: string): string {
  return text.replace(LONG_WORD, (word) => word.replace(WORD_PARTS, '$1\u200b'))
}

/** "DE89 3704 0044 …" */
export function groupsOfFour(iban: string): string {
  return iban.replace(/\s/g, '').replace(/(.{4})(?=.)/g, '$1 ')
}
