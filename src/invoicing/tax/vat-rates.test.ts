import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { formatDecimal } from '#src/kernel/decimal.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { placeOf } from './place.ts'
import { isKnownRegistration } from './registrations.ts'
import { rateAt } from './dated-rates.ts'
import { EU_COUNTRIES, standardRate } from './vat-rates.ts'

function percentAt(country: string, at: string): string | null {
  const instant = parseInstant(at.length === 10 ? `${at}T12:00:00Z` : at)
  const found = standardRate(country, instant)
  return found === null ? null : `${formatDecimal(found.rate)} since ${found.since}`
}

describe('the table of VAT rates', () => {
  it.each([
    ['CY', '2012-02-29', '0.15 since 2003-01-01'],
    ['CY', '2012-03-01', '0.17 since 2012-03-01'],
    ['CY', '2013-06-01', '0.18 since 2013-01-14'],
    ['CY', '2014-01-13', '0.19 since 2014-01-13'],
    ['CZ', '2012-12-31', '0.2 since 2010-01-01'],
    ['DE', '2020-06-30T21:59:59Z', '0.19 since 2007-01-01'],
    ['DE', '2020-06-30T22:00:00Z', '0.16 since 2020-07-01'],
    ['DE', '2020-12-31T22:59:59Z', '0.16 since 2020-07-01'],
    ['DE', '2020-12-31T23:00:00Z', '0.19 since 2021-01-01'],
    ['EE', '2023-12-31', '0.2 since 2009-07-01'],
    ['EE', '2024-06-01', '0.22 since 2024-01-01'],
    ['EE', '2025-06-30T20:59:59Z', '0.22 since 2024-01-01'],
    ['EE', '2025-06-30T21:00:00Z', '0.24 since 2025-07-01'],
    ['ES', '2011-01-01', '0.18 since 2010-07-01'],
    ['ES', '2012-09-01', '0.21 since 2012-09-01'],
    ['FI', '2024-08-31', '0.24 since 2013-01-01'],
    ['FI', '2024-09-01', '0.255 since 2024-09-01'],
    ['FR', '2013-12-31', '0.196 since 2000-04-01'],
    ['FR', '2014-01-01', '0.2 since 2014-01-01'],
    ['GR', '2010-04-01', '0.21 since 2010-03-15'],
    ['GR', '2016-05-31', '0.23 since 2010-07-01'],
    ['GR', '2016-06-01', '0.24 since 2016-06-01'],
    ['HR', '2013-07-01', '0.25 since 2012-03-01'],
    ['HU', '2011-12-31', '0.25 since 2009-07-01'],
    ['IE', '2020-08-31', '0.23 since 2012-01-01'],
    ['IE', '2020-09-01', '0.21 since 2020-09-01'],
    ['IE', '2021-03-01', '0.23 since 2021-03-01'],
    ['IT', '2011-09-17', '0.21 since 2011-09-17'],
    ['IT', '2013-10-01', '0.22 since 2013-10-01'],
    ['LU', '2014-12-31', '0.15 since 1992-01-01'],
    ['LU', '2023-06-01', '0.16 since 2023-01-01'],
    ['LU', '2024-01-01', '0.17 since 2024-01-01'],
    ['LV', '2012-06-30', '0.22 since 2011-01-01'],
    ['NL', '2012-09-30', '0.19 since 2001-01-01'],
    ['PL', '2010-12-31', '0.22 since 1993-07-05'],
    ['PT', '2010-12-31', '0.21 since 2010-07-01'],
    ['RO', '2015-12-31', '0.24 since 2010-07-01'],
    ['RO', '2016-06-01', '0.2 since 2016-01-01'],
    ['RO', '2025-07-31', '0.19 since 2017-01-01'],
    ['RO', '2025-08-01', '0.21 since 2025-08-01'],
    ['SI', '2013-06-30', '0.2 since 2002-01-01'],
    ['SK', '2024-12-31', '0.2 since 2011-01-01'],
    ['SK', '2025-01-01', '0.23 since 2025-01-01'],
    ['GB', '2011-01-03', '0.175 since 2010-01-01'],
    ['GB', '2011-01-04', '0.2 since 2011-01-04'],
    ['CH', '2017-12-31', '0.08 since 2011-01-01'],
    ['CH', '2023-12-31T22:59:59Z', '0.077 since 2018-01-01'],
    ['CH', '2023-12-31T23:00:00Z', '0.081 since 2024-01-01'],
    ['NO', '2026-01-01', '0.25 since 2005-01-01'],
    ['US', '2026-01-01', null],
  ])('%s on %s', (country, at, expected) => {
    expect(percentAt(country, at)).toBe(expected)
  })

  it.each([
    ['9500-321', '2010-12-31', '0.15'],
    ['9500-321', '2013-12-31', '0.16'],
    ['9500-321', '2021-06-30', '0.18'],
    ['9500-321', '2021-07-01', '0.16'],
    ['9000-001', '2012-03-31', '0.16'],
    ['9000-001', '2012-04-01', '0.22'],
  ])('has the own rates of the Portuguese islands: %s on %s', (postalCode, day, expected) => {
    const territory = placeOf({ country: 'PT', region: null, city: null, postalCode })?.territory
    const rates = territory?.rates
    expect(rates && formatDecimal(rateAt(rates, parseInstant(`${day}T12:00:00Z`)).rate)).toBe(
      expected,
    )
  })

  it('knows where a seller can be registered', () => {
    for (const known of ['EU', 'US-CA', 'GB', 'CH', 'NO', 'FR', 'RE', 'PT-20', ...EU_COUNTRIES])
      expect([known, isKnownRegistration(known)]).toEqual([known, true])
    for (const unknown of ['AU', 'US', 'US-ZZ', 'XX', '', 'ES-CN'])
      expect([unknown, isKnownRegistration(unknown)]).toEqual([unknown, false])
  })
})

interface Known {
  readonly rate: number
  readonly before?: Readonly<Record<string, { readonly rate: number }>>
}

describe('an independent table', () => {
  const known = createRequire(import.meta.url)('sales-tax/res/sales_tax_rates.json') as Readonly<
    Record<string, Known>
  >
  const rateNumber = (country: string, at: string) =>
    Number(percentAt(country, at)?.split(' ')[0] ?? 'NaN')

  it('has the same rates today for all 27 member states, the United Kingdom, Switzerland and Norway', () => {
    expect(EU_COUNTRIES).toHaveLength(27)
    for (const country of [...EU_COUNTRIES, 'GB', 'CH', 'NO'])
      expect([country, rateNumber(country, '2026-02-28')]).toEqual([country, known[country]?.rate])
  })

  it('has the same rates before each change it knows', () => {
    let changes = 0
    for (const country of [...EU_COUNTRIES, 'CH'])
      for (const [until, { rate }] of Object.entries(known[country]?.before ?? {})) {
        // The other table is a day late for Romania.
        const last = parseInstant(until).subtract({ hours: 30 })
        expect([country, until, rateNumber(country, last.toString())]).toEqual([
          country,
          until,
          rate,
        ])
        changes += 1
      }
    expect(changes).toBeGreaterThanOrEqual(10)
  })
})
