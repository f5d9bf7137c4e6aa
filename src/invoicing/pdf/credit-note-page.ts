import type { CreditNoteDocument } from '../credit-note-document.ts'
import type { InvoiceView } from '../view.ts'
import { tableHeads } from './invoice-page.ts'
import type { PageData } from './page-data.ts'
import { breakable, frame, taxSum } from './page-parts.ts'

/** The page of a credit note: what is taken back of which invoice, and the tax with it. Amounts are positive. */
export function creditNotePage(view: InvoiceView, note: CreditNoteDocument): PageData {
  const { doc, labels, formats } = view
  const net = formats.money(note.netMinor)
  return {
    ...frame(view, { title: labels.creditNote, number: note.number }),
    qrFile: null,
    stamp: null,
    facts: [
      [labels.creditNoteNumber, note.number],
      [labels.date, formats.day(note.createdAt)],
      [labels.toInvoice, doc.number ?? doc.id],
      [labels.invoiceDate, formats.day(doc.finalizedAt ?? doc.createdAt)],
    ],
    heads: tableHeads(view),
    rows: [
      {
        text: breakable(note.reason),
        note: formats.days({ start: doc.periodStart, end: doc.periodEnd }),
        values: ['1', net, net],
        long: false,
      },
    ],
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
