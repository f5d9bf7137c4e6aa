import { expect } from 'vitest'
import { parseCurrency, type Currency } from '#src/kernel/currency.ts'
import { parseDecimal } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'
import { sumMinor } from '#src/kernel/money.ts'
import { parseInstant } from '#src/kernel/time.ts'
import type { CreditNoteDocument } from '../../credit-note-document.ts'
import type { InvoiceDocument } from '../../document.ts'
import { taxFor, taxMinor } from '../../tax/rules.ts'
import type { TaxBuyer } from '../../tax/sale.ts'
import { sampleInvoice } from '../../testing/sample-invoice.ts'
import { renderCreditNoteXml, renderInvoiceXml } from '../render.ts'
import { misplacedElements } from './order.ts'
import { readCii } from './read-cii.ts'
import { readUbl } from './read-ubl.ts'
import { brokenRules } from './rules.ts'
import type { Terms } from './terms.ts'

type Line = InvoiceDocument['lines'][number]

/** A line of one piece without a price, unless told. */
export function line(changes: Partial<Line> & Pick<Line, 'amountMinor'>): Line {
  const [model] = sampleInvoice().lines
  if (!model) throw new Error('the sample has lines')
  return { ...model, quantity: parseDecimal('1'), unitPrice: null, ...changes }
}

const TAX_POINT = parseInstant('2026-02-28T12:00:00Z')

/** The sample with other lines and the tax of a seller in Germany for this buyer. */
export function invoiceFor(
  buyer: Partial<TaxBuyer>,
  lines: readonly Line[] = sampleInvoice().lines,
  currency: Currency = parseCurrency('EUR'),
): InvoiceDocument {
  const sample = sampleInvoice()
  const subtotalMinor = sumMinor(lines.map(({ amountMinor }) => amountMinor))
  const place = { country: 'DE', region: null, taxId: null, ...buyer }
  const taxes = taxFor({
    seller: { country: 'DE', registrations: ['US-NY', 'US-CA'], euConsumers: 'destination' },
    buyer: {
      postalCode: null,
      city: null,
      taxIdStatus: 'none',
      taxExempt: false,
      locale: 'en',
      ...place,
    },
    at: TAX_POINT,
  }).map((component) => ({
    ...component,
    baseMinor: subtotalMinor,
    amountMinor: taxMinor(subtotalMinor, component.rate),
    taxPoint: TAX_POINT,
  }))
  const tax = sumMinor(taxes.map(({ amountMinor }) => amountMinor))
  const { country, region, taxId } = place
  return sampleInvoice({
    lines,
    taxes,
    currency,
    buyer: { ...sample.buyer, country, region, taxId },
    subtotalMinor,
    taxMinor: tax,
    totalMinor: subtotalMinor + tax,
  })
}

/** A credit note over a part of an invoice. */
export function creditOf(invoice: InvoiceDocument, netMinor: bigint): CreditNoteDocument {
  const taxes = invoice.taxes.map((tax) => ({
    ...tax,
    baseMinor: netMinor,
    amountMinor: taxMinor(netMinor, tax.rate),
  }))
  const tax = sumMinor(taxes.map(({ amountMinor }) => amountMinor))
  return {
    id: 'cn_1',
    number: 'CN-2026-03-0001',
    reason: 'Outage of 14 February <“&”>\u0007',
    createdAt: parseInstant('2026-03-09T23:30:00Z'),
    netMinor,
    taxMinor: tax,
    totalMinor: netMinor + tax,
    taxes,
    lines: creditedLines(invoice, netMinor),
    invoice,
  }
}

/** A line twice over and one that takes the surplus away again: lines of a note may be negative. */
function creditedLines({ lines }: InvoiceDocument, netMinor: bigint): CreditNoteDocument['lines'] {
  const [first] = lines
  if (!first) return []
  const { kind, description } = first
  const last = lines.length - 1
  return [
    { invoiceLine: 0, kind, description, netMinor: netMinor * 2n },
    { invoiceLine: last, kind, description, netMinor: -netMinor },
  ]
}

/** What both syntaxes say, after checking that they say the same, in order, and break no rule. */
function termsOf(ubl: string, cii: string): Terms {
  const terms = readUbl(ubl)
  expect([misplacedElements(ubl), misplacedElements(cii)]).toEqual([[], []])
  expect(readCii(cii)).toEqual(terms)
  expect(brokenRules(terms)).toEqual([])
  return terms
}

/** What an invoice says, read back from its files. */
export function invoiceTerms(doc: InvoiceDocument): Terms {
  expect(renderInvoiceXml(doc, 'facturx')).toBe(renderInvoiceXml(doc, 'cii'))
  return termsOf(renderInvoiceXml(doc, 'ubl'), renderInvoiceXml(doc, 'cii'))
}

/** What a credit note says, read back from its files. */
export function creditTerms(note: CreditNoteDocument): Terms {
  return termsOf(renderCreditNoteXml(note, 'ubl'), renderCreditNoteXml(note, 'cii'))
}

/** The fields a refusal names. */
export function problemsOf(act: () => unknown): string[] {
  try {
    act()
  } catch (error) {
    if (error instanceof AppError && error.code === 'refused')
      return error.fields.map(({ path }) => path)
    throw error
  }
  return []
}
