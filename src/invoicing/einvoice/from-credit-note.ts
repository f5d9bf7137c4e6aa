import { parseDecimal } from '#src/kernel/decimal.ts'
import type { CreditedLine, CreditNoteDocument } from '../credit-note-document.ts'
import { lineWords } from '../line-rows.ts'
import { viewOf, type InvoiceView } from '../view.ts'
import { amountText, linePrice } from './amounts.ts'
import { electronicInvoice, invoiceProblems, isOffRate, refusal } from './from-invoice.ts'
import { dayOf } from './lines.ts'
import type { ElectronicInvoice, TradeLine } from './model.ts'

/**
 * A credit note in the terms of EN 16931: positive amounts of the kind 381, the lines it credits, the tax category of the invoice it
 * refers to.
 * @throws refused like the invoice's own.
 */
export function electronicCreditNote(note: CreditNoteDocument): ElectronicInvoice {
  const { invoice } = note
  const { currency } = invoice
  // A void invoice is not sent any more; the note about it is.
  const problems = invoiceProblems(invoice).filter(({ path }) => path !== 'status')
  if (isOffRate(invoice, note.netMinor, note.taxMinor))
    problems.push({ path: 'taxMinor', message: 'the tax is not its rate of the net (BR-CO-17)' })
  if (note.lines.length === 0)
    problems.push({ path: 'lines', message: 'the credit note has no line (BR-16)' })
  if (problems.length > 0) throw refusal(problems)
  const credited = electronicInvoice({ ...invoice, status: 'finalized' })
  const amounts = {
    net: amountText(note.netMinor, currency),
    tax: amountText(note.taxMinor, currency),
    gross: amountText(note.totalMinor, currency),
  }
  const view = viewOf(invoice, undefined)
  const { labels } = view
  return {
    ...credited,
    kind: 'credit_note',
    number: note.number,
    issueDate: dayOf(note.createdAt, invoice.presentation.timeZone),
    dueDate: null,
    paymentTerms: `${labels.toInvoice} ${credited.number}`,
    // The notes of the invoice speak of its amounts and how to pay them.
    notes: [note.reason, ...(credited.tax.reason === null ? [] : [credited.tax.reason])],
    preceding: { number: credited.number, issueDate: credited.issueDate },
    payment: null,
    tax: { ...credited.tax, basis: amounts.net, amount: amounts.tax },
    allowances: [],
    lines: note.lines.map((line, index) => creditedLine(line, index, view)),
    sums: { lines: amounts.net, allowances: null, net: amounts.net, gross: amounts.gross },
  }
}

/** BG-25: one piece at what is taken back of the invoice's line. */
function creditedLine(credited: CreditedLine, index: number, view: InvoiceView): TradeLine {
  const { currency, lines } = view.doc
  const { subject, detail } = lineWords(lines[credited.invoiceLine] ?? credited, view)
  const quantity = parseDecimal('1')
  return {
    id: (index + 1).toString(),
    name: subject,
    description: detail === '' ? null : detail,
    itemId: null,
    unit: 'C62',
    net: amountText(credited.netMinor, currency),
    ...linePrice({ quantity, unitPrice: null, amountMinor: credited.netMinor }, currency),
    period: null,
  }
}
