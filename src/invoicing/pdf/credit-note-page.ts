import type { CreditNoteDocument } from '../credit-note-document.ts'
import type { InvoiceView } from '../view.ts'
import type { PageData } from './page-data.ts'
import { frame, taxSum } from './page-parts.ts'
import { placed } from './page-rows.ts'

/** The page of a credit note: what is taken back of which invoice, and the tax with it. Amounts are positive. */
export function creditNotePage(view: InvoiceView, note: CreditNoteDocument): PageData {
  const { doc, labels, formats } = view
  const net = formats.money(note.netMinor)
  const number = (lead: string) => ({ lead, pad: '', tail: '' })
  return {
    ...frame(view, { title: labels.creditNote, number: note.number }),
    qrFile: null,
    stamp: null,
    watermark: null,
    facts: [
      [labels.creditNoteNumber, note.number],
      [labels.date, formats.day(note.createdAt)],
      [labels.toInvoice, doc.number ?? doc.id],
      [labels.invoiceDate, formats.day(doc.finalizedAt ?? doc.createdAt)],
    ],
    ...placed([
      {
        kind: 'line',
        title: note.reason,
        note: formats.days({ start: doc.periodStart, end: doc.periodEnd }),
        quantity: number('1'),
        unitPrice: number(net),
        amount: net,
      },
    ]),
    sums: [
      { label: labels.subtotal, note: null, value: net, weight: 'plain' },
      ...note.taxes.map((tax) => taxSum(view, tax)),
      {
        label: labels.creditedTotal,
        note: null,
        value: formats.money(note.totalMinor),
        weight: 'total',
      },
    ],
    payment: null,
    closing: [labels.creditNoteText],
  }
}
