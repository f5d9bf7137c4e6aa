import { createRequire } from 'node:module'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDecimal, parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { EU_COUNTRIES, standardRate } from './eu-rates.ts'
import { taxFor, taxMinor, type TaxBuyer, type TaxInput } from './rules.ts'

const IN_2026 = parseInstant('2026-02-28T12:00:00Z')

function decide(
  buyer: Partial<TaxBuyer>,
  options: Partial<Pick<TaxInput, 'seller' | 'at' | 'documentTax'>> = {},
): [string, string, string | null][] {
  return taxFor({
    seller: { country: 'DE', registrations: ['US-NY', 'US-CA'] },
    at: IN_2026,
    ...options,
    buyer: {
      country: 'DE',
      region: null,
      postalCode: null,
      taxId: null,
      taxIdStatus: 'none',
      taxExempt: false,
      ...buyer,
    },
  }).components.map(({ jurisdiction, rate, note }) => [jurisdiction, formatDecimal(rate), note])
}

describe('tax of a seller in Germany', () => {
  it.each<[string, Partial<TaxBuyer>, string, string]>([
    ['domestic, whatever the VAT ID', { taxIdStatus: 'valid' }, 'DE', '0.19'],
    ['France without VAT ID', { country: 'FR' }, 'FR', '0.2'],
    ['France with an invalid one', { country: 'FR', taxIdStatus: 'invalid' }, 'FR', '0.2'],
    ['France with a valid one', { country: 'FR', taxIdStatus: 'valid' }, 'FR', '0'],
    ['Greece under its VAT name', { country: 'EL' }, 'GR', '0.24'],
    ['Switzerland', { country: 'CH' }, 'CH', '0'],
    ['United Kingdom', { country: 'GB' }, 'GB', '0'],
    ['New York, registered', { country: 'US', region: 'NY' }, 'US-NY', '0.04'],
    ['California, registered but untaxed', { country: 'US', region: 'US-CA' }, 'US-CA', '0'],
    ['Texas, not registered', { country: 'US', region: 'TX' }, 'US-TX', '0'],
    ['United States, state unknown', { country: 'US' }, 'US', '0'],
    ['country unknown', { country: null }, 'DE', '0.19'],
    ['exempt', { taxExempt: true }, 'DE', '0'],
    ['Canary Islands', { country: 'ES', postalCode: '35001' }, 'ES-CN', '0'],
    ['Ceuta', { country: 'ES', postalCode: '51001' }, 'ES-CE', '0'],
    ['Melilla', { country: 'ES', postalCode: '52001' }, 'ES-ML', '0'],
    ['Livigno', { country: 'IT', postalCode: '23041' }, 'IT-LIVIGNO', '0'],
    ['Büsingen', { postalCode: '78266' }, 'DE-BUESINGEN', '0'],
    ['Heligoland', { postalCode: 'D-27498' }, 'DE-HELGOLAND', '0'],
    ['Åland', { country: 'FI', postalCode: 'AX-22100' }, 'AX', '0'],
    ['Mount Athos', { country: 'GR', postalCode: '630 86' }, 'GR-69', '0'],
    ['Martinique', { country: 'FR', postalCode: '97200' }, 'FR-OVERSEAS', '0'],
    ['Northern Ireland', { country: 'GB', postalCode: 'BT1 1AA' }, 'XI', '0'],
    ['Madeira', { country: 'PT', postalCode: '9000-001' }, 'PT-30', '0.22'],
    ['Lisbon', { country: 'PT', postalCode: '1000-001' }, 'PT', '0.23'],
  ])('%s', (_title, buyer, jurisdiction, rate) => {
    expect(decide(buyer).map(([place, share]) => [place, share])).toEqual([[jurisdiction, rate]])
  })

  it('says why there is no tax, and never guesses a pending VAT ID to be valid', () => {
    const note = (buyer: Partial<TaxBuyer>) => decide(buyer)[0]?.[2]
    expect(note({ country: 'FR', taxIdStatus: 'valid' })).toMatch(/^Reverse charge/)
    expect(note({ taxExempt: true })).toBe('Tax-exempt customer')
    expect(note({ country: 'US', region: 'CA' })).toMatch(/California does not tax/)
    expect(note({ country: 'CH' })).toMatch(/outside the European Union/)
    expect(note({})).toBeNull()
    expect(decide({ country: 'FR', taxIdStatus: 'pending' })).toEqual([
      ['FR', '0.2', expect.stringMatching(/not confirmed/)],
    ])
  })

  it('takes the rate in force at the tax point, by the calendar of the country', () => {
    const rateAt = (country: string, at: string) =>
      decide({ country }, { at: parseInstant(at) })[0]?.[1]
    expect(rateAt('DE', '2020-06-30T21:59:59Z')).toBe('0.19')
    expect(rateAt('DE', '2020-06-30T22:00:00Z')).toBe('0.16')
    expect(rateAt('DE', '2020-12-31T23:00:00Z')).toBe('0.19')
    expect(rateAt('EE', '2025-06-30T20:59:59Z')).toBe('0.22')
    expect(rateAt('EE', '2025-06-30T21:00:00Z')).toBe('0.24')
    expect(rateAt('FI', '2024-09-02T00:00:00Z')).toBe('0.255')
  })
})

describe('tax of other sellers', () => {
  const documentTax = { defaultRate: parseDecimal('8.1'), exemptRegions: ['US-OR'] }

  it('uses the pricing document’s rate where no country is known', () => {
    const seller = { country: null, registrations: [] }
    expect(decide({ country: 'DE' }, { seller, documentTax })).toEqual([['DE', '0.081', null]])
    expect(decide({ country: 'DE' }, { seller })).toEqual([])
    expect(decide({ country: 'US', region: 'OR' }, { seller, documentTax })).toEqual([
      ['US-OR', '0', 'Exempt region US-OR'],
    ])
  })

  it('collects at home by the document’s rate and abroad only where registered', () => {
    const seller = { country: 'CH', registrations: ['FR'] }
    expect(decide({ country: 'CH' }, { seller, documentTax })).toEqual([['CH', '0.081', null]])
    expect(decide({ country: 'FR' }, { seller, documentTax })).toEqual([['FR', '0.2', null]])
    expect(decide({ country: 'DE' }, { seller, documentTax })).toEqual([
      ['DE', '0', 'Seller is not registered there'],
    ])
  })
})

describe('the table of EU rates', () => {
  interface Known {
    readonly rate: number
    readonly before?: Readonly<Record<string, { readonly rate: number }>>
  }
  const known = createRequire(import.meta.url)('sales-tax/res/sales_tax_rates.json') as Readonly<
    Record<string, Known>
  >

  it('has all 27 member states and agrees with an independent table on today’s rates', () => {
    expect(EU_COUNTRIES).toHaveLength(27)
    const ours = EU_COUNTRIES.map((country) => [country, rateNumber(country, '2026-02-28')])
    expect(ours).toEqual(EU_COUNTRIES.map((country) => [country, known[country]?.rate]))
  })

  it('agrees with that table on the rates before each change it knows', () => {
    for (const country of EU_COUNTRIES)
      for (const [until, { rate }] of Object.entries(known[country]?.before ?? {})) {
        // The other table is a day late for Romania.
        const last = parseInstant(until).subtract({ hours: 30 })
        if (last.toString() < '2020') continue
        expect([country, until, rateNumber(country, last.toString())]).toEqual([
          country,
          until,
          rate,
        ])
      }
  })

  function rateNumber(country: string, at: string): number {
    const instant = parseInstant(at.length === 10 ? `${at}T12:00:00Z` : at)
    return Number(formatDecimal(standardRate(country, instant) ?? parseDecimal('9')))
  }
})

describe('tax on an amount', () => {
  it('is rounded once, half away from zero, the same for credits', () => {
    expect(taxMinor(26295n, parseDecimal('0.19'))).toBe(4996n)
    expect(taxMinor(50n, parseDecimal('0.01'))).toBe(1n)
    expect(taxMinor(-50n, parseDecimal('0.01'))).toBe(-1n)
  })

  it('is never further than half a minor unit from the exact tax', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 15n), 10n ** 15n), fc.bigInt(0n, 10n ** 12n), (net, rate) => {
        const scale = 10n ** 12n
        const off = taxMinor(net, rate as Decimal) * scale - net * rate
        expect(2n * (off < 0n ? -off : off) <= scale).toBe(true)
        expect(taxMinor(-net, rate as Decimal)).toBe(-taxMinor(net, rate as Decimal))
      }),
    )
  })
})
