import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { currencyDigits, parseCurrency } from '#src/kernel/currency.ts'
import { parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { formatMinor, sumMinor } from '#src/kernel/money.ts'
import { parseInstant } from '#src/kernel/time.ts'
import type { InvoiceDocument } from '../document.ts'
import { sampleInvoice } from '../testing/sample-invoice.ts'
import { renderInvoiceXml } from './render.ts'
import type { TaxBuyer } from '../tax/sale.ts'
import {
  creditOf,
  creditTerms,
  invoiceFor,
  invoiceTerms,
  line,
  problemsOf,
} from './testing/documents.ts'
import { misplacedElements } from './testing/order.ts'
import { readUbl } from './testing/read-ubl.ts'
import { brokenRules } from './testing/rules.ts'
import type { Terms } from './testing/terms.ts'

describe('what cannot be said', () => {
  const { seller, buyer, taxes } = sampleInvoice()
  it.each<[string, Partial<InvoiceDocument>, string[]]>([
    ['a draft', { number: null, finalizedAt: null }, ['number']],
    [
      'no seller data',
      { seller: { ...seller, lines: [], taxId: null } },
      ['seller.lines', 'seller.taxId'],
    ],
    ['no buyer country', { buyer: { ...buyer, country: null } }, ['buyer.country']],
    [
      'no lines',
      { lines: [], subtotalMinor: 0n, taxes: [], taxMinor: 0n, totalMinor: 0n },
      ['lines'],
    ],
    ['a tax on a part', { taxes: taxes.map((t) => ({ ...t, baseMinor: 1n })) }, ['taxes']],
    ['a tax far off its rate', { taxMinor: 5100n, totalMinor: 31395n }, ['taxes']],
    [
      'reverse charge without VAT ID',
      {
        taxMinor: 0n,
        taxes: [
          {
            jurisdiction: 'FR',
            rate: parseDecimal('0'),
            baseMinor: 26295n,
            amountMinor: 0n,
            note: 'Reverse charge: x',
            treatment: 'reverse_charge',
            rateSince: null,
            taxPoint: parseInstant('2026-02-28T12:00:00Z'),
          },
        ],
      },
      ['buyer.taxId'],
    ],
  ])('%s is refused, naming the fields', (_title, changes, paths) => {
    for (const format of ['ubl', 'cii'] as const)
      expect(problemsOf(() => renderInvoiceXml(sampleInvoice(changes), format))).toEqual(paths)
  })
})

describe('the rules these tests hold files against', () => {
  const xml = renderInvoiceXml(sampleInvoice(), 'ubl')
  it.each<[string, string, string]>([
    ['BR-CO-10', '>73.95<', '>73.94<'],
    [
      'BR-CO-15',
      'InclusiveAmount currencyID="EUR">312.91',
      'InclusiveAmount currencyID="EUR">312.90',
    ],
    ['BR-CO-14', '<cbc:TaxAmount currencyID="EUR">49.96', '<cbc:TaxAmount currencyID="EUR">49.97'],
    ['BR-DEC-23', '>73.95<', '>73.950<'],
    ['BR-CO-17', '<cbc:Percent>19<', '<cbc:Percent>7<'],
    ['BR-61', '<cbc:ID>DE89370400440532013000</cbc:ID>', ''],
    ['BR-09', '<cbc:IdentificationCode>DE</cbc:IdentificationCode>', ''],
    ['PEPPOL-EN16931-R120', '>147891<', '>147991<'],
  ])('notice %s', (rule, from, to) => {
    expect(xml).toContain(from)
    expect(brokenRules(readUbl(xml.replace(from, to)))).toContain(rule)
  })

  it('notice what stands in the wrong place', () => {
    const moved = xml.replace(/ {2}(<cbc:ID>.*\n)(.*\n)/, '$2$1')
    expect(misplacedElements(moved)).toEqual(['Invoice/cbc:ID is misplaced'])
  })
})

describe('any invoice', () => {
  const currency = fc.constantFrom('EUR', 'USD', 'JPY').map((code) => parseCurrency(code))
  const buyer = fc.constantFrom<Partial<TaxBuyer>>(
    {},
    { country: 'FR' },
    { country: 'FR', taxId: 'FR83404833048', taxIdStatus: 'valid' },
    { country: 'CH' },
    { country: 'ES', postalCode: '35001' },
    { country: 'US', region: 'NY' },
    { taxExempt: true },
  )
  const priced = fc.record({
    kind: fc.constantFrom(
      'usage',
      'base_fee',
      'addon',
      'item',
      'adjustment',
      'coupon',
      'credit',
      'maximum_discount',
    ),
    quantity: fc.bigInt(0n, 10n ** 20n).map((value) => value as Decimal),
    unitPrice: fc.option(fc.bigInt(0n, 10n ** 13n).map((value) => value as Decimal)),
    off: fc.bigInt(-500n, 500n),
  })
  const discounts = ['coupon', 'credit', 'maximum_discount']
  const lines = fc.array(priced, { minLength: 1, maxLength: 200 })
  const part = fc.bigInt(1n, 1000n)

  it('of up to 200 lines, and any credit note of it, keeps the rules in both syntaxes with our sums', () => {
    fc.assert(
      fc.property(lines, currency, buyer, part, (drawn, code, of, thousandths) => {
        const scale = 10n ** 24n / 10n ** BigInt(currencyDigits(code))
        const made = drawn.map(({ off, ...given }) => {
          const exact = given.quantity * (given.unitPrice ?? 0n)
          const amountMinor = discounts.includes(given.kind)
            ? -(off < 0n ? -off : off)
            : exact / scale || off
          return line({ ...given, amountMinor })
        })
        const rest = sumMinor(made.map(({ amountMinor }) => amountMinor))
        const doc = invoiceFor(of, [...made, line({ amountMinor: rest < 0n ? -rest : 1n })], code)
        const said = (terms: Terms, sum: { net: bigint; tax: bigint; gross: bigint }) =>
          expect(terms.sums).toMatchObject({
            net: formatMinor(sum.net, code),
            tax: formatMinor(sum.tax, code),
            gross: formatMinor(sum.gross, code),
          })
        said(invoiceTerms(doc), {
          net: doc.subtotalMinor,
          tax: doc.taxMinor,
          gross: doc.totalMinor,
        })
        const note = creditOf(doc, (doc.subtotalMinor * thousandths) / 1000n + 1n)
        said(creditTerms(note), { net: note.netMinor, tax: note.taxMinor, gross: note.totalMinor })
      }),
      { numRuns: 60 },
    )
  })
})
