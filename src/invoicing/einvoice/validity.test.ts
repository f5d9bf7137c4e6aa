import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { currencyDigits, parseCurrency } from '#src/kernel/currency.ts'
import { parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { formatMinor, sumMinor } from '#src/kernel/money.ts'
import { parseInstant } from '#src/kernel/time.ts'
import type { InvoiceDocument } from '../document.ts'
import { sampleInvoice } from '../testing/sample-invoice.ts'
import { renderInvoiceXml } from './render.ts'
import { invoiceFor, invoiceTerms, line, problemsOf } from './testing/documents.ts'
import { misplacedElements } from './testing/order.ts'
import { readUbl } from './testing/read-ubl.ts'
import { brokenRules } from './testing/rules.ts'

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
    ['BR-DEC', '>73.95<', '>73.950<'],
    ['BR-*-01', '<cbc:Percent>19<', '<cbc:Percent>7<'],
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
  const priced = fc.record({
    kind: fc.constantFrom('usage', 'base_fee', 'addon', 'coupon', 'maximum_discount'),
    quantity: fc.bigInt(0n, 10n ** 20n).map((value) => value as Decimal),
    unitPrice: fc.option(fc.bigInt(0n, 10n ** 13n).map((value) => value as Decimal)),
    off: fc.bigInt(-500n, 500n),
  })

  it('of up to 200 lines keeps the rules in both syntaxes, and its sums are ours', () => {
    fc.assert(
      fc.property(fc.array(priced, { minLength: 1, maxLength: 200 }), currency, (drawn, code) => {
        const scale = 10n ** 24n / 10n ** BigInt(currencyDigits(code))
        const lines = drawn.map(({ off, ...given }) => {
          const exact = given.quantity * (given.unitPrice ?? 0n)
          const discount = given.kind === 'coupon' || given.kind === 'maximum_discount'
          const amountMinor = discount ? -(off < 0n ? -off : off) : exact / scale || off
          return line({ ...given, amountMinor })
        })
        const rest = sumMinor(lines.map(({ amountMinor }) => amountMinor))
        const doc = invoiceFor({}, [...lines, line({ amountMinor: rest < 0n ? -rest : 1n })], code)
        const terms = invoiceTerms(doc)
        expect(terms.sums).toMatchObject({
          net: formatMinor(doc.subtotalMinor, code),
          tax: formatMinor(doc.taxMinor, code),
          gross: formatMinor(doc.totalMinor, code),
        })
        expect(terms.breakdown[0]?.rate).toBe('19')
      }),
      { numRuns: 40 },
    )
  })
})
