import { describe, expect, it } from 'vitest'
import { parseCurrency } from '#src/kernel/currency.ts'
import { parseDecimal } from '#src/kernel/decimal.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { phrase } from '#src/pricing/phrases.ts'
import type { InvoiceDocument } from '../document.ts'
import type { TaxBuyer } from '../tax/sale.ts'
import { sampleInvoice } from '../testing/sample-invoice.ts'
import { renderInvoiceXml } from './render.ts'
import {
  creditOf,
  creditTerms,
  invoiceFor,
  invoiceTerms,
  line,
  problemsOf,
} from './testing/documents.ts'

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
    const [first] = doc.taxes
    if (!first) throw new Error('New York taxes it')
    const city = { ...first, jurisdiction: 'US-NY-NYC', rate: parseDecimal('0.045') }
    const taxes = [...doc.taxes, city]
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

  it('takes prepaid credit off the whole, and names lines in the customer’s language as the page does', () => {
    const number = parseDecimal('10000')
    const wording = {
      subject: 'API calls',
      group: 'region eu',
      price: phrase('price', { price: parseDecimal('0.01') }),
      notes: [phrase('over', { number })],
    }
    const doc = invoiceFor({}, [
      line({ amountMinor: 10000n, wording }),
      line({
        kind: 'credit',
        metric: null,
        description: 'Prepaid credit: trial',
        amountMinor: -2500n,
      }),
    ])
    const terms = invoiceTerms({ ...doc, presentation: { ...doc.presentation, locale: 'de' } })
    expect(terms.lines[0]).toMatchObject({
      name: 'API calls',
      description: 'region eu, über 10.000',
    })
    expect(terms.allowances).toMatchObject([{ amount: '25.00', reason: 'Prepaid credit: trial' }])
    expect(terms).toMatchObject({
      paymentTerms: 'Zahlbar innerhalb von 30 Tagen netto',
      sums: { lines: '100.00', allowances: '25.00', net: '75.00', tax: '14.25', gross: '89.25' },
    })
  })

  it.each([
    ['ES-CN', 'L'],
    ['ES-ML', 'M'],
  ])('has the category of the tax of %s', (jurisdiction, category) => {
    const sample = sampleInvoice()
    const taxes = sample.taxes.map((tax) => ({ ...tax, jurisdiction }))
    expect(invoiceTerms({ ...sample, taxes }).breakdown).toMatchObject([{ category, rate: '19' }])
  })

  it('refers to the invoice that it corrects', () => {
    const corrects = {
      id: 'inv_47',
      number: 'INV-1',
      issuedAt: parseInstant('2026-02-28T23:30:00Z'),
    }
    expect(invoiceTerms(sampleInvoice({ corrects })).preceding).toEqual({
      number: 'INV-1',
      issueDate: '2026-03-01',
    })
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
      lines: [
        { quantity: '1', price: '20.00', net: '20.00' },
        { quantity: '-1', price: '10.00', net: '-10.00' },
      ],
    })
    expect(terms.notes[0]).toContain('Outage of 14 February <“&”>')
  })

  it('is made of a void invoice too, which itself is not sent any more', () => {
    const sample = sampleInvoice({ status: 'void' })
    expect(problemsOf(() => renderInvoiceXml(sample, 'ubl'))).toEqual(['status'])
    expect(creditTerms(creditOf(sample, 26295n)).sums.gross).toBe('312.91')
  })
})
