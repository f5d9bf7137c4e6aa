import { AppError, type FieldProblem } from '#src/kernel/errors.ts'
import { currencyDigits } from '#src/kernel/currency.ts'
import { DECIMAL_SCALE } from '#src/kernel/decimal.ts'
import { formatMinor, sumMinor } from '#src/kernel/money.ts'
import type { InvoiceDocument } from '../document.ts'
import { termsText } from '../settlement-words.ts'
import { viewOf } from '../view.ts'
import { amountText } from './amounts.ts'
import { allowanceOf, dayOf, daysOf, isAllowance, tradeLine } from './lines.ts'
import type { ElectronicInvoice } from './model.ts'
import { buyerParty, partyProblems, sellerParty } from './party.ts'
import { paymentMeans } from './payment.ts'
import { percentText, taxCategory } from './tax-category.ts'

/**
 * The invoice in the terms of EN 16931, as it was issued: what was paid or credited since is no part of it.
 * @throws refused naming every field that is missing or that the standard cannot say.
 */
export function electronicInvoice(doc: InvoiceDocument): ElectronicInvoice {
  const problems = invoiceProblems(doc)
  const { number, finalizedAt } = doc
  if (problems.length > 0 || number === null || finalizedAt === null) throw refusal(problems)
  const { currency } = doc
  const { timeZone } = doc.presentation
  const view = viewOf(doc, undefined)
  const period = { start: doc.periodStart, end: doc.periodEnd }
  const tax = taxCategory(doc.taxes)
  const lines = doc.lines.filter((line) => !isAllowance(line))
  const allowances = doc.lines.filter(isAllowance)
  const allowedMinor = -sumMinor(allowances.map(({ amountMinor }) => amountMinor))
  return {
    kind: 'invoice',
    number,
    issueDate: dayOf(finalizedAt, timeZone),
    dueDate: doc.dueAt === null ? null : dayOf(doc.dueAt, timeZone),
    currency,
    paymentTerms: termsText(view),
    notes: notesOf(doc),
    period: daysOf(period, timeZone),
    preceding: doc.corrects
      ? { number: doc.corrects.number, issueDate: dayOf(doc.corrects.issuedAt, timeZone) }
      : null,
    seller: sellerParty(doc.seller, tax),
    buyer: buyerParty(doc.buyer, doc.customerId, tax),
    payment: paymentMeans(doc),
    tax: {
      ...tax,
      basis: amountText(doc.subtotalMinor, currency),
      amount: amountText(doc.taxMinor, currency),
    },
    allowances: allowances.map((line) => allowanceOf(line, view)),
    lines: lines.map((line, index) => tradeLine(line, index, view)),
    sums: {
      lines: amountText(doc.subtotalMinor + allowedMinor, currency),
      allowances: allowances.length === 0 ? null : amountText(allowedMinor, currency),
      net: amountText(doc.subtotalMinor, currency),
      gross: amountText(doc.totalMinor, currency),
    },
  }
}

/** Everything that keeps the invoice from being a valid electronic one. */
export function invoiceProblems(doc: InvoiceDocument): FieldProblem[] {
  const problems = partyProblems(doc.seller, doc.buyer, taxCategory(doc.taxes))
  const refuse = (path: string, message: string) => problems.push({ path, message })
  if (doc.number === null || doc.finalizedAt === null)
    refuse('number', 'a draft has no number and no issue date (BT-1, BT-2)')
  if (doc.status === 'void') refuse('status', 'the invoice is void')
  if (!doc.lines.some((line) => !isAllowance(line)))
    refuse('lines', 'the invoice has no line that is no discount (BR-16)')
  doc.lines.forEach(({ description }, index) => {
    if (description.trim() === '')
      refuse(`lines[${index}].description`, 'the line has no text (BT-153)')
  })
  if (doc.taxes.some(({ baseMinor }) => baseMinor !== doc.subtotalMinor))
    refuse('taxes', 'a tax lies on a part of the net amount only: no line says which')
  if (isOffRate(doc, doc.subtotalMinor, doc.taxMinor))
    refuse('taxes', 'the tax is not its rate of the net amount (BR-CO-17)')
  return problems
}

/** BR-CO-17 with the one unit of tolerance that the official validation gives it. */
export function isOffRate(
  { currency, taxes }: Pick<InvoiceDocument, 'currency' | 'taxes'>,
  netMinor: bigint,
  taxMinor: bigint,
): boolean {
  const unit = DECIMAL_SCALE * 10n ** BigInt(currencyDigits(currency))
  const off = taxMinor * DECIMAL_SCALE - netMinor * sumMinor(taxes.map(({ rate }) => rate))
  return off >= unit || off <= -unit
}

export function refusal(problems: readonly FieldProblem[]): AppError {
  const said = problems.map(({ path, message }) => `${path}: ${message}`).join('; ')
  return new AppError('refused', `no valid e-invoice can be made: ${said}`, { fields: problems })
}

/** BT-22: what each tax is and why, where its category and rate do not say it already; how to pay. */
function notesOf(doc: InvoiceDocument): string[] {
  const vat = doc.taxes.length === 1 && !doc.taxes[0]?.jurisdiction.startsWith('US')
  const taxes = doc.taxes.flatMap(({ jurisdiction, rate, amountMinor, note }) => {
    if (rate === 0n || vat) return note ?? []
    const amount = `${formatMinor(amountMinor, doc.currency)} ${doc.currency}`
    const why = note === null ? '' : ` (${note})`
    return `Tax ${jurisdiction}: ${percentText(rate)} % = ${amount}${why}`
  })
  const { paymentInstructions } = doc.presentation
  return [...taxes, paymentInstructions].filter((note) => note.trim() !== '')
}
