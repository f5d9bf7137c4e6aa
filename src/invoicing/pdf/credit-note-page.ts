import type { CreditedLine, CreditNoteDocument } from '../credit-note-document.ts'
import { lineWords, upperFirst, type LineRow } from '../line-rows.ts'
import type { InvoiceView } from '../view.ts'
import type { PageData } from './page-data.ts'
import { frame, taxSum } from './page-parts.ts'
import { placed } from './page-rows.ts'

/** The page of a credit note: what is taken back of which invoice, and the tax with it. Amounts are positive. */
export function creditNotePage(view: InvoiceView, note: CreditNoteDocument): PageData {
  const { doc, labels, formats } = view
  return {
    ...frame(view, { title: labels.creditNote, number: note.number }),
    heads: [labels.description, '', '', labels.amount],
    qrFile: null,
    stamp: null,
    watermark: null,
    facts: [
      [labels.creditNoteNumber, note.number],
      [labels.date, formats.day(note.createdAt)],
      [labels.toInvoice, doc.number ?? doc.id],
      [labels.invoiceDate, formats.day(doc.finalizedAt ?? doc.createdAt)],
    ],
    ...placed(note.lines.map((line) => creditedRow(view, line))),
    sums: [
      { label: labels.subtotal, note: null, value: formats.money(note.netMinor), weight: 'plain' },
      ...note.taxes.map((tax) => taxSum(view, tax)),
      {
        label: labels.creditedTotal,
        note: null,
        value: formats.money(note.totalMinor),
        weight: 'total',
      },
    ],
    payment: null,
    closing: [`${labels.reason}: ${note.reason}`, labels.creditNoteText],
  }
}

/** The line of the invoice in the customer's words, with what is taken back of it. */
function creditedRow(view: InvoiceView, credited: CreditedLine): LineRow {
  const line = view.doc.lines[credited.invoiceLine] ?? credited
  const { subject, detail } = lineWords(line, view)
  return {
    kind: 'line',
    title: subject,
    note: upperFirst(detail),
    quantity: null,
    unitPrice: null,
    amount: view.formats.money(credited.netMinor),
  }
}
