import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { currencyDigits, parseCurrency, type Currency } from '#src/kernel/currency.ts'
import { formatDecimal, parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'
import { formatMinor, sumMinor } from '#src/kernel/money.ts'
import { parseInstant } from '#src/kernel/time.ts'
import type { CreditNoteDocument } from '../credit-note-document.ts'
import type { InvoiceDocument } from '../document.ts'
import { taxFor, taxMinor, type TaxBuyer } from '../tax/rules.ts'
import { sampleInvoice } from '../testing/sample-invoice.ts'
import { renderCreditNoteXml, renderInvoiceXml } from './render.ts'
import { misplacedElements } from './testing/order.ts'
import { readCii } from './testing/read-cii.ts'
import { readUbl } from './testing/read-ubl.ts'
import { brokenRules } from './testing/rules.ts'
import type { Terms } from './testing/terms.ts'

type Line = InvoiceDocument['lines'][number]

function line(changes: Partial<Line> & Pick<Line, 'amountMinor'>): Line {
  const [model] = sampleInvoice().lines
  if (!model) throw new Error('the sample has lines')
  return { ...model, quantity: parseDecimal('1'), unitPrice: null, ...changes }
}

/** The sample with other lines and the tax of a seller in Germany for this buyer. */
function invoiceFor(
  buyer: Partial<TaxBuyer>,
  lines: readonly Line[] = sampleInvoice().lines,
  currency: Currency = parseCurrency('EUR'),
): InvoiceDocument {
  const sample = sampleInvoice()
  const subtotalMinor = sumMinor(lines.map(({ amountMinor }) => amountMinor))
  const place = { country: 'DE', region: null, taxId: null, ...buyer }
  const taxes = taxFor({
    seller: { country: 'DE', registrations: ['US-NY', 'US-CA'] },
    buyer: { postalCode: null, taxIdStatus: 'none', taxExempt: false, ...place },
    at: parseInstant('2026-02-28T12:00:00Z'),
  }).components.map((component) => ({
    ...component,
    baseMinor: subtotalMinor,
    amountMinor: taxMinor(subtotalMinor, component.rate),
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

function creditOf(invoice: InvoiceDocument, netMinor: bigint): CreditNoteDocument {
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
    invoice,
  }
}

/** What both syntaxes say, after checking that they say the same, in order, and break no rule. */
function termsOf(ubl: string, cii: string): Terms {
  const terms = readUbl(ubl)
  expect([misplacedElements(ubl), misplacedElements(cii)]).toEqual([[], []])
  expect(readCii(cii)).toEqual(terms)
  expect(brokenRules(terms)).toEqual([])
  return terms
}

function invoiceTerms(doc: InvoiceDocument): Terms {
  expect(renderInvoiceXml(doc, 'facturx')).toBe(renderInvoiceXml(doc, 'cii'))
  return termsOf(renderInvoiceXml(doc, 'ubl'), renderInvoiceXml(doc, 'cii'))
}

function creditTerms(note: CreditNoteDocument): Terms {
  return termsOf(renderCreditNoteXml(note, 'ubl'), renderCreditNoteXml(note, 'cii'))
}

function problemsOf(act: () => unknown): string[] {
  try {
    act()
  } catch (error) {
    if (error instanceof AppError && error.code === 'refused')
      return error.fields.map(({ path }) => path)
    throw error
  }
  return []
}

describe('an electronic invoice', () => {
  it('says all of account 1047’s invoice', () => {
    const terms = invoiceTerms(sampleInvoice())
    expect(terms).toMatchObject({
      number: 'INV-2026-02-0047',
      issueDate: '2026-03-01',
      dueDate: '2026-03-31',
      typeCode: '380',
      currency: 'EUR',
      period: { start: '2026-02-01', end: '2026-02-28' },
      reference: 'RF89INV2026020047',
      payment: { code: '58', account: 'DE89370400440532013000', bic: 'COBADEFFXXX' },
      seller: {
        vatId: 'DE123456788',
        country: 'DE',
        address: ['Torstraße 1', null, null, 'Berlin', '10119', null],
        endpoint: 'billing@acme.example',
      },
      buyer: { identifier: '1047', endpointScheme: 'EM' },
      breakdown: [{ category: 'S', rate: '19', basis: '262.95', amount: '49.96' }],
      sums: { lines: '262.95', net: '262.95', tax: '49.96', gross: '312.91', due: '312.91' },
    })
    expect(
      terms.lines.map(({ quantity, price, base, net }) => [quantity, price, base, net]),
    ).toEqual([
      ['10000', '0', '1', '0.00'],
      ['90000', '0.01', '10', '90.00'],
      ['147891', '0.05', '100', '73.95'],
      ['1', '99', '1', '99.00'],
    ])
  })

  it.each<[string, Partial<TaxBuyer>, string, string | null, string | null]>([
    ['at home', {}, 'S', '19', null],
    ['to a consumer in France (OSS)', { country: 'FR' }, 'S', '20', null],
    ['at a rate with a fraction', { country: 'FI' }, 'S', '25.5', null],
    [
      'under reverse charge',
      { country: 'FR', taxId: 'FR83404833048', taxIdStatus: 'valid' },
      'AE',
      '0',
      'VATEX-EU-AE',
    ],
    ['to an exempt customer', { taxExempt: true }, 'E', '0', null],
    ['to Switzerland', { country: 'CH', taxId: 'CHE-123.456.788' }, 'O', null, 'VATEX-EU-O'],
    ['to the Canary Islands', { country: 'ES', postalCode: '35001' }, 'O', null, 'VATEX-EU-O'],
    ['with sales tax of New York', { country: 'US', region: 'NY' }, 'S', '4', null],
    ['to California', { country: 'US', region: 'CA' }, 'O', null, 'VATEX-EU-O'],
    ['to Texas, not registered', { country: 'US', region: 'TX' }, 'O', null, 'VATEX-EU-O'],
    ['to a pending VAT ID', { country: 'FR', taxIdStatus: 'pending' }, 'S', '20', null],
  ])('%s has its category', (_title, buyer, category, rate, reasonCode) => {
    for (const doc of [
      invoiceTerms(invoiceFor(buyer)),
      creditTerms(creditOf(invoiceFor(buyer), 999n)),
    ])
      expect(doc.breakdown).toMatchObject([{ category, rate, reasonCode }])
  })

  it('names the US tax in a note and the reason of a missing one', () => {
    expect(invoiceTerms(invoiceFor({ country: 'US', region: 'NY' })).notes).toEqual([
      'Tax US-NY: 4 % = 10.52 EUR',
    ])
    expect(invoiceTerms(invoiceFor({ country: 'CH' })).breakdown[0]?.reason).toMatch(
      /outside the European Union/,
    )
  })

  it('adds up two taxes on one net amount and names both', () => {
    const doc = invoiceFor({ country: 'US', region: 'NY' })
    const city = { ...doc.taxes[0], jurisdiction: 'US-NY-NYC', rate: parseDecimal('0.045') }
    const taxes = [...doc.taxes, { baseMinor: 26295n, amountMinor: 1183n, note: null, ...city }]
    const amounts = { taxMinor: 1052n + 1183n, totalMinor: 26295n + 1052n + 1183n }
    const both = taxes.map((tax, index) => (index === 0 ? tax : { ...tax, amountMinor: 1183n }))
    const terms = invoiceTerms({ ...doc, ...amounts, taxes: both })
    expect(terms.breakdown).toMatchObject([{ rate: '8.5', amount: '22.35' }])
    expect(terms.notes).toHaveLength(2)
  })

  it('takes coupons off the whole and keeps other negative lines as lines', () => {
    const terms = invoiceTerms(
      invoiceFor({}, [
        line({ kind: 'base_fee', metric: null, amountMinor: 10000n }),
        line({ kind: 'base_fee', amountMinor: -2500n, unitPrice: parseDecimal('-25') }),
        line({
          kind: 'usage',
          metric: 'storage_gb',
          amountMinor: 333n,
          quantity: parseDecimal('7'),
        }),
        line({ kind: 'coupon', description: 'SPRING: 10 % off', amountMinor: -783n }),
      ]),
    )
    expect(terms.allowances).toMatchObject([{ amount: '7.83', reason: 'SPRING: 10 % off' }])
    expect(terms.sums).toMatchObject({ lines: '78.33', allowances: '7.83', net: '70.50' })
    expect(
      terms.lines.map(({ quantity, unit, price, base, net }) => [quantity, unit, price, base, net]),
    ).toEqual([
      ['1', 'C62', '100.00', '1', '100.00'],
      ['-1', 'C62', '25', '1', '-25.00'],
      ['7', 'E34', '3.33', '7', '3.33'],
    ])
  })

  it('tells the period of a line only where it is another', () => {
    const period = {
      start: parseInstant('2026-02-09T23:00:00Z'),
      end: parseInstant('2026-02-28T23:00:00Z'),
    }
    const none = { start: period.start, end: period.start }
    const lines = [
      line({ amountMinor: 1n }),
      line({ amountMinor: 1n, period }),
      line({ amountMinor: 0n, period: none }),
    ]
    expect(invoiceTerms(invoiceFor({}, lines)).lines.map((l) => l.period)).toEqual([
      null,
      { start: '2026-02-10', end: '2026-02-28' },
      { start: '2026-02-10', end: '2026-02-10' },
    ])
  })

  it('writes yen without digits, and dinars only where two digits say them', () => {
    const yen = invoiceFor({}, [line({ amountMinor: 12345n })], parseCurrency('JPY'))
    expect(invoiceTerms(yen).sums).toMatchObject({ net: '12345', gross: '14691' })
    const dinars = (amountMinor: bigint) =>
      invoiceFor({ country: 'KW' }, [line({ amountMinor })], parseCurrency('KWD'))
    expect(invoiceTerms(dinars(12340n)).sums.net).toBe('12.34')
    expect(problemsOf(() => renderInvoiceXml(dinars(12345n), 'ubl'))).toEqual(['currency'])
  })

  it('says how to pay', () => {
    const withPayment = (presentation: Partial<InvoiceDocument['presentation']>) => {
      const sample = sampleInvoice()
      return invoiceTerms({ ...sample, presentation: { ...sample.presentation, ...presentation } })
    }
    expect(withPayment({ collection: 'card' }).payment).toMatchObject({ code: '48', account: null })
    expect(withPayment({ bank: null })).toMatchObject({ payment: { code: '1' }, reference: /^RF/ })
    const bank = { name: 'First Bank', iban: '000123456789', bic: '' }
    expect(withPayment({ bank }).payment).toMatchObject({
      code: '30',
      account: bank.iban,
      bic: null,
    })
  })

  it('names a seller without VAT ID by its tax number', () => {
    const { seller } = sampleInvoice()
    const american = { ...seller, country: 'US', region: 'NY', taxId: '12-3456789' }
    const terms = invoiceTerms({ ...invoiceFor({ country: 'US', region: 'NY' }), seller: american })
    expect(terms.seller).toMatchObject({
      vatId: null,
      taxNumber: '12-3456789',
      identifier: '12-3456789',
    })
    const untaxed = { taxes: [], taxMinor: 0n, totalMinor: 26295n, seller: american }
    expect(invoiceTerms(sampleInvoice(untaxed)).breakdown).toMatchObject([{ category: 'O' }])
  })

  it('is as it was issued, whatever was paid and credited since', () => {
    const later = { paidMinor: 31291n, creditedMinor: 100n, openMinor: 0n, status: 'paid' } as const
    for (const format of ['ubl', 'cii'] as const)
      expect(renderInvoiceXml(sampleInvoice(later), format)).toBe(
        renderInvoiceXml(sampleInvoice(), format),
      )
  })

  it('carries any text', () => {
    const description = '"Größe" <x> & 日本語 \u202Bעברית\u202C 👍\u0000\u001F\uD800 ]]>'
    const terms = invoiceTerms(invoiceFor({}, [line({ description, amountMinor: 1n })]))
    expect(terms.lines[0]?.name).toContain('"Größe" <x> & 日本語 \u202Bעברית\u202C 👍')
  })
})

describe('an electronic credit note', () => {
  it('is positive and refers to its invoice', () => {
    const terms = creditTerms(creditOf(sampleInvoice(), 1000n))
    expect(terms).toMatchObject({
      number: 'CN-2026-03-0001',
      issueDate: '2026-03-10',
      typeCode: '381',
      preceding: { number: 'INV-2026-02-0047', issueDate: '2026-03-01' },
      payment: null,
      sums: { net: '10.00', tax: '1.90', gross: '11.90' },
      lines: [{ quantity: '1', price: '10.00', net: '10.00' }],
    })
    expect(terms.lines[0]?.name).toContain('Outage of 14 February <“&”>')
  })

  it('is made of a void invoice too, which itself is not sent any more', () => {
    const sample = sampleInvoice({ status: 'void' })
    expect(problemsOf(() => renderInvoiceXml(sample, 'ubl'))).toEqual(['status'])
    expect(creditTerms(creditOf(sample, 26295n)).sums.gross).toBe('312.91')
  })
})

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
        expect(terms.breakdown[0]?.rate).toBe(formatDecimal(parseDecimal('19')))
      }),
      { numRuns: 40 },
    )
  })
})
