import type { InvoiceEvidence } from '#src/approvals/evidence/invoices.ts'
import { dayText, moneyText, monthText, percentText, quantityText, type Reader } from './format.ts'

/** Which invoice the case is about. `unknown`: one was named that this account does not have. */
export interface ChosenInvoice {
  readonly kind: 'named' | 'latest' | 'unknown' | 'none'
  readonly invoice: InvoiceEvidence | null
  /** The one issued before it. */
  readonly previous: InvoiceEvidence | null
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
  const index = found >= 0 ? found : Math.max(dunned, 0)
  const invoice = invoices[index] ?? null
  if (!invoice) return { kind: 'none', invoice: null, previous: null }
  const previous = invoices
    .slice(index + 1)
    .find(({ subscriptionId }) => subscriptionId === invoice.subscriptionId)
  return { kind: found >= 0 ? 'named' : 'latest', invoice, previous: previous ?? null }
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

/** Facts about the chosen invoice, its lines and taxes, the one before, and the latest ones by number. */
export function invoiceFacts(input: InvoiceFactsInput): {
  facts: Record<string, string>
  amounts: Record<string, string>
} {
  const { chosen, invoices, reader } = input
  const facts: Record<string, string> = {}
  const amounts: Record<string, string> = {}
  for (const [index, invoice] of invoices.entries())
    facts[`latest.${index + 1}`] =
      `${invoice.number ?? ''}: ${monthText(invoice.period, reader)}, ${moneyText(invoice.totalMinor, invoice.currency, reader)}`
  const { invoice, previous } = chosen
  if (!invoice) return { facts, amounts }
  const amount = (key: string, value: bigint) => {
    facts[key] = moneyText(value, invoice.currency, reader)
    amounts[key] = value.toString()
  }
  facts['invoice.number'] = invoice.number ?? ''
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
    facts[`invoice.line.${index + 1}`] =
      `${line.description}: ${quantityText(line.quantity, reader)} → ${moneyText(line.amountMinor, invoice.currency, reader)}`
    amounts[`invoice.line.${index + 1}`] = line.amountMinor.toString()
  }
  for (const [index, tax] of invoice.taxes.entries())
    facts[`invoice.tax.${index + 1}`] =
      `${tax.jurisdiction} ${percentText(tax.rate, reader)}: ${moneyText(tax.amountMinor, invoice.currency, reader)}${tax.note === null ? '' : ` (${tax.note})`}`
  if (previous) Object.assign(facts, changeFacts(invoice, previous, reader))
  return { facts, amounts }
}

function changeFacts(invoice: InvoiceEvidence, previous: InvoiceEvidence, reader: Reader) {
  const signed = (value: bigint) =>
    `${value > 0n ? '+' : ''}${moneyText(value, invoice.currency, reader)}`
  const facts: Record<string, string> = {
    'previous.number': previous.number ?? '',
    'previous.period': monthText(previous.period, reader),
    'previous.total': moneyText(previous.totalMinor, previous.currency, reader),
    'change.total': signed(invoice.totalMinor - previous.totalMinor),
  }
  const before = sumByDescription(previous)
  const now = sumByDescription(invoice)
  const changes = [...new Set([...now.keys(), ...before.keys()])]
    .map((name) => ({ name, change: (now.get(name) ?? 0n) - (before.get(name) ?? 0n) }))
    .filter(({ change }) => change !== 0n)
    .sort((a, b) => (magnitude(b.change) > magnitude(a.change) ? 1 : -1))
  const tax = invoice.taxMinor - previous.taxMinor
  for (const [index, { name, change }] of changes.slice(0, 8).entries())
    facts[`change.line.${index + 1}`] = `${name}: ${signed(change)}`
  if (tax !== 0n) facts['change.tax'] = signed(tax)
  return facts
}

function sumByDescription(invoice: InvoiceEvidence): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const line of invoice.lines)
    sums.set(line.description, (sums.get(line.description) ?? 0n) + line.amountMinor)
  return sums
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value
}
