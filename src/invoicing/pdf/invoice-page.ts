import {
  bankEntries,
  onlinePayment,
  paymentRequest,
  stampOf,
  titleOf,
} from '../settlement-words.ts'
import type { InvoiceView } from '../view.ts'
import type { PageData, PagePayment } from './page-data.ts'
import { breakable, frame } from './page-parts.ts'
import { pageRows } from './page-rows.ts'
import { invoicedSums, settledSums } from './page-sums.ts'

/** The page of an invoice, as far as it stands: a draft has no number, a paid one owes nothing. */
export function invoicePage(view: InvoiceView): PageData {
  const { doc, labels, formats } = view
  const payment = paymentOf(view)
  return {
    ...frame(view, { title: titleOf(view), number: doc.number }),
    qrFile: payment?.link ? 'qr.svg' : null,
    stamp: stampOf(view),
    watermark: watermarkOf(view),
    facts: [
      ...(doc.number === null ? [] : [[labels.number, doc.number] as const]),
      ...(doc.corrects ? [[labels.corrects, doc.corrects.number] as const] : []),
      [labels.date, formats.day(doc.finalizedAt ?? doc.createdAt)],
      ...(doc.dueAt === null ? [] : [[labels.due, formats.day(doc.dueAt)] as const]),
      [labels.period, formats.days({ start: doc.periodStart, end: doc.periodEnd })],
    ],
    ...pageRows(view),
    sums: [...invoicedSums(view), ...settledSums(view)],
    payment,
    closing: [],
  }
}

function watermarkOf({ doc, labels }: InvoiceView): string | null {
  if (doc.status === 'draft') return labels.statusDraft
  return doc.status === 'void' ? labels.statusVoid : null
}

function paymentOf(view: InvoiceView): PagePayment | null {
  const { doc, labels } = view
  if (doc.status === 'draft' || doc.openMinor === 0n) return null
  const { paymentInstructions } = doc.presentation
  const online = onlinePayment(view)
  return {
    heading: labels.payment,
    request: paymentRequest(view),
    entries: bankEntries(view).map(([label, value]) => [label, breakable(value)]),
    notes: paymentInstructions === '' ? [] : [breakable(paymentInstructions)],
    link: online && { ...online, scan: labels.scanToPay },
  }
}
