import { fillLabel } from './language/languages.ts'
import type { InvoiceView } from './view.ts'

type Entry = readonly [label: string, value: string]

/** Where to transfer to: the entries that the organisation's bank account has, and what to write on the transfer. */
export function bankEntries({ doc, labels }: InvoiceView): Entry[] {
  const { bank } = doc.presentation
  const entries: Entry[] = [
    ...(bank === null
      ? []
      : ([
          [labels.accountHolder, bank.holder ?? ''],
          [labels.bank, bank.name],
          ['IBAN', groupsOfFour(bank.iban)],
          ['BIC', bank.bic],
          [labels.accountNumber, bank.accountNumber ?? ''],
          [labels.routingNumber, bank.routingNumber ?? ''],
        ] satisfies Entry[])),
    [labels.reference, doc.paymentReference],
  ]
  return entries.filter(([, value]) => value !== '')
}

/** "Please pay €312.91 by Mar 31, 2026.", or that the card is charged; null when nothing is owed. */
export function paymentRequest({ doc, labels, formats }: InvoiceView): string | null {
  if (doc.status === 'draft' || doc.openMinor === 0n) return null
  if (doc.presentation.collection === 'card') return labels.chargedToCard
  if (doc.dueAt === null) return null
  return fillLabel(labels.payBy, {
    amount: formats.money(doc.openMinor),
    date: formats.day(doc.dueAt),
  })
}

/** Where to pay the invoice online, and what the link says; null without a hosted page. */
export function onlinePayment({
  doc,
  labels,
  link,
}: InvoiceView): { readonly url: string; readonly label: string } | null {
  if (link === null) return null
  return doc.presentation.collection === 'card'
    ? { url: `${link}/card`, label: labels.payByCard }
    : { url: link, label: labels.viewOnline }
}

/** "Net 30 days" */
export function termsText({ doc, labels }: InvoiceView): string {
  const days = doc.presentation.paymentTermsDays
  return days === 0 ? labels.termsAtOnce : fillLabel(labels.terms, { days: String(days) })
}

/** What stands at the foot of each page: who sends it, tax numbers, register and directors, terms. */
export function footerParts(view: InvoiceView): string[] {
  const { doc, labels } = view
  const { seller, presentation } = doc
  const { legal, footerText } = presentation
  const { taxId } = seller
  const idLabel = /^[A-Z]{2}/.test(taxId ?? '') ? labels.sellerVatId : labels.sellerTaxId
  return [
    seller.name,
    ...(taxId === null ? [] : [`${idLabel} ${taxId}`]),
    ...(legal.registration === '' ? [] : [`${labels.registration} ${legal.registration}`]),
    ...(legal.directors.length === 0 ? [] : [`${labels.directors} ${legal.directors.join(', ')}`]),
    termsText(view),
    ...(footerText === '' ? [] : [footerText]),
  ]
}

export function titleOf({ doc, labels }: InvoiceView): string {
  if (doc.status === 'draft') return labels.draft
  return doc.corrects ? labels.correctedInvoice : labels.invoice
}

/** The stamp beside the title, if the state of the document needs one. */
export function stampOf({
  doc,
  labels,
}: InvoiceView): { readonly text: string; readonly tone: 'good' | 'bad' | 'neutral' } | null {
  if (doc.status === 'void') return { text: labels.statusVoid, tone: 'bad' }
  if (doc.paidMinor > 0n && doc.openMinor > 0n)
    return { text: labels.statusPartlyPaid, tone: 'neutral' }
  if (doc.status === 'paid' && doc.paidMinor > 0n) return { text: labels.statusPaid, tone: 'good' }
  return null
}

/** "DE89 3704 0044 …" */
function groupsOfFour(iban: string): string {
  return iban.replace(/\s/g, '').replace(/(.{4})(?=.)/g, '$1 ')
}
