import type { InvoiceEvidence } from '#src/approvals/evidence/invoices.ts'
import { isBefore } from '#src/kernel/time.ts'
import { dayText, moneyText, monthText, percentText, type Reader } from './format.ts'
import { describedInvoices } from './described-invoices.ts'
import { lineText } from './line-words.ts'
import { comparesBills } from './questions.ts'

/**
 * Which invoice the case is about. `unknown`: one was named that this account does not have; `several`: what is said of it
 * fits more than one.
 */
export interface ChosenInvoice {
  readonly kind: 'named' | 'latest' | 'several' | 'unknown' | 'none'
  readonly invoice: InvoiceEvidence | null
  /** The one issued before it. */
  readonly previous: InvoiceEvidence | null
  /** Where several fit: these, newest first. */
  readonly candidates?: readonly InvoiceEvidence[]
}

const NUMBER = /\b[A-Z]{2,5}-\d{4}-\d{2}-\d{1,8}\b/gi

/** The invoice named by number, else the one in dunning, else the latest. */
export function chooseInvoice(
  invoices: readonly InvoiceEvidence[],
  words: string,
  inDunning: string | null,
): ChosenInvoice {
  const named = (words.match(NUMBER) ?? []).map((number) => number.toUpperCase())
  const found = invoices.findIndex(({ number }) => number !== null && named.includes(number))
  if (named.length > 0 && found < 0) return { kind: 'unknown', invoice: null, previous: null }
  const dunned = invoices.findIndex(({ id }) => id === inDunning)
  const described = found < 0 && dunned < 0 ? describedInvoices(invoices, words) : []
  const [first] = described
  if (described.length > 1 && !comparesBills(words))
    return { kind: 'several', invoice: null, previous: null, candidates: described }
  const index = found >= 0 ? found : Math.max(first ? invoices.indexOf(first) : dunned, 0)
  const invoice = invoices[index] ?? null
  if (!invoice) return { kind: 'none', invoice: null, previous: null }
  const previous = previousOf(invoice, invoices.slice(index + 1), invoices)
  return { kind: found >= 0 ? 'named' : 'latest', invoice, previous }
}

/** The bill of the period before: of the same subscription, neither void nor replaced by another. */
function previousOf(
  invoice: InvoiceEvidence,
  older: readonly InvoiceEvidence[],
  all: readonly InvoiceEvidence[],
): InvoiceEvidence | null {
  if (invoice.subscriptionId === null) return null
  const replaced = new Set(all.map(({ corrects }) => corrects))
  const before = older.find(
    ({ id, kind, status, subscriptionId, periodStart }) =>
      subscriptionId === invoice.subscriptionId &&
      kind !== 'adjustment' &&
      status !== 'void' &&
      !replaced.has(id) &&
      isBefore(periodStart, invoice.periodStart),
  )
  return before ?? null
}

export function openMinor(invoice: InvoiceEvidence): bigint {
  if (invoice.status !== 'finalized') return 0n
  return invoice.totalMinor - invoice.paidMinor - invoice.creditedMinor
}

interface InvoiceFactsInput {
  readonly chosen: ChosenInvoice
  readonly invoices: readonly InvoiceEvidence[]
  readonly reader: Reader
  readonly publicUrl: string
}

/** Facts about the chosen invoice, its lines and taxes, and the latest ones by number. */
export function invoiceFacts(input: InvoiceFactsInput): {
  facts: Record<string, string>
  amounts: Record<string, string>
} {
  const { chosen, invoices, reader } = input
  const facts: Record<string, string> = {}
  const amounts: Record<string, string> = {}
  for (const [index, invoice] of invoices.entries())
    facts[`latest.${index + 1}`] = nameOf(invoice, reader)
  for (const [index, candidate] of (chosen.candidates ?? []).entries())
    facts[`candidate.${index + 1}`] = nameOf(candidate, reader)
  const { invoice } = chosen
  if (!invoice) return { facts, amounts }
  const amount = (key: string, value: bigint) => {
    facts[key] = moneyText(value, invoice.currency, reader)
    amounts[key] = value.toString()
  }
  facts['invoice.number'] = invoice.number ?? ''
  facts['invoice.state'] = stateOf(invoice)
  facts['invoice.period'] = monthText(invoice.period, reader)
  facts['invoice.link'] = `${input.publicUrl}/i/${invoice.publicToken}`
  if (invoice.dueAt) facts['invoice.due'] = dayText(invoice.dueAt, reader)
  if (invoice.finalizedAt) facts['invoice.issued'] = dayText(invoice.finalizedAt, reader)
  amount('invoice.subtotal', invoice.subtotalMinor)
  amount('invoice.tax', invoice.taxMinor)
  amount('invoice.total', invoice.totalMinor)
  amount('invoice.paid', invoice.paidMinor)
  amount('invoice.credited', invoice.creditedMinor)
  amount('invoice.open', openMinor(invoice))
  for (const [index, line] of invoice.lines.entries()) {
    facts[`invoice.line.${index + 1}`] = lineText(line, invoice.currency, reader)
    amounts[`invoice.line.${index + 1}`] = line.amountMinor.toString()
  }
  for (const [index, tax] of invoice.taxes.entries())
    facts[`invoice.tax.${index + 1}`] =
      `${tax.jurisdiction} ${percentText(tax.rate, reader)}: ${moneyText(tax.amountMinor, invoice.currency, reader)}${tax.note === null ? '' : ` (${tax.note})`}`
  return { facts, amounts }
}

function nameOf(invoice: InvoiceEvidence, reader: Reader): string {
  const total = moneyText(invoice.totalMinor, invoice.currency, reader)
  return `${invoice.number ?? ''}: ${monthText(invoice.period, reader)}, ${total}`
}

/** In one word, for the gates as much as for the reader: what is settled by a credit note is paid as well. */
function stateOf(invoice: InvoiceEvidence): string {
  if (invoice.status !== 'finalized') return invoice.status
  return openMinor(invoice) > 0n ? 'open' : 'paid'
}
