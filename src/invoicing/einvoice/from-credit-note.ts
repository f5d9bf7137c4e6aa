import { parseDecimal } from '#src/kernel/decimal.ts'
import type { CreditNoteDocument } from '../credit-note-document.ts'
import { languageOf } from '../language/languages.ts'
import { amountText, linePrice } from './amounts.ts'
import { electronicInvoice, invoiceProblems, isOffRate, refusal } from './from-invoice.ts'
import { dayOf } from './lines.ts'
import type { ElectronicInvoice } from './model.ts'

/**
 * A credit note in the terms of EN 16931: positive amounts of the kind 381, one line, the tax category of the invoice it
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
  if (problems.length > 0) throw refusal(problems)
  const credited = electronicInvoice({ ...invoice, status: 'finalized' })
  const amounts = {
    net: amountText(note.netMinor, currency),
    tax: amountText(note.taxMinor, currency),
    gross: amountText(note.totalMinor, currency),
  }
  const quantity = parseDecimal('1')
  const { labels } = languageOf(invoice.presentation.locale)
  return {
    ...credited,
    kind: 'credit_note',
    number: note.number,
    issueDate: dayOf(note.createdAt, invoice.presentation.timeZone),
    dueDate: null,
    paymentTerms: `${labels.toInvoice} ${credited.number}`,
    // The notes of the invoice speak of its amounts and how to pay them.
    notes: credited.tax.reason === null ? [] : [credited.tax.reason],
    preceding: { number: credited.number, issueDate: credited.issueDate },
    payment: null,
    tax: { ...credited.tax, basis: amounts.net, amount: amounts.tax },
    allowances: [],
    lines: [
      {
        id: '1',
        name: labels.creditNote,
        description: note.reason,
        itemId: null,
        unit: 'C62',
        net: amounts.net,
        ...linePrice({ quantity, unitPrice: null, amountMinor: note.netMinor }, currency),
        period: null,
      },
    ],
    sums: { lines: amounts.net, allowances: null, net: amounts.net, gross: amounts.gross },
  }
}
