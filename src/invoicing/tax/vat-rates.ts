import type { Instant } from '#src/kernel/time.ts'
import { rateAt, rateHistory, type DatedRate, type RateHistory } from './dated-rates.ts'

/**
 * Standard rates of the 27 member states: what was in force in 2010, and every change since.
 * Source: European Commission, "VAT rates applied in the Member States", section "The evolution of the VAT rates",
 * and the Taxes in Europe Database for what changed later; docs/tax.md lists the changes with their laws.
 */
const MEMBER_STATES: ReadonlyMap<string, RateHistory> = new Map([
  ['AT', rateHistory('Europe/Vienna', '1984-01-01 20')],
  ['BE', rateHistory('Europe/Brussels', '1996-01-01 21')],
  ['BG', rateHistory('Europe/Sofia', '1999-01-01 20')],
  ['CY', rateHistory('Asia/Nicosia', '2003-01-01 15, 2012-03-01 17, 2013-01-14 18, 2014-01-13 19')],
  ['CZ', rateHistory('Europe/Prague', '2010-01-01 20, 2013-01-01 21')],
  ['DE', rateHistory('Europe/Berlin', '2007-01-01 19, 2020-07-01 16, 2021-01-01 19')],
  ['DK', rateHistory('Europe/Copenhagen', '1992-01-01 25')],
  ['EE', rateHistory('Europe/Tallinn', '2009-07-01 20, 2024-01-01 22, 2025-07-01 24')],
  ['ES', rateHistory('Europe/Madrid', '1995-01-01 16, 2010-07-01 18, 2012-09-01 21')],
  [
    'FI',
    rateHistory('Europe/Helsinki', '1994-06-01 22, 2010-07-01 23, 2013-01-01 24, 2024-09-01 25.5'),
  ],
  ['FR', rateHistory('Europe/Paris', '2000-04-01 19.6, 2014-01-01 20')],
  [
    'GR',
    rateHistory('Europe/Athens', '2005-04-01 19, 2010-03-15 21, 2010-07-01 23, 2016-06-01 24'),
  ],
  ['HR', rateHistory('Europe/Zagreb', '2009-08-01 23, 2012-03-01 25')],
  ['HU', rateHistory('Europe/Budapest', '2009-07-01 25, 2012-01-01 27')],
  [
    'IE',
    rateHistory('Europe/Dublin', '2010-01-01 21, 2012-01-01 23, 2020-09-01 21, 2021-03-01 23'),
  ],
  ['IT', rateHistory('Europe/Rome', '1997-10-01 20, 2011-09-17 21, 2013-10-01 22')],
  ['LT', rateHistory('Europe/Vilnius', '2009-09-01 21')],
  [
    'LU',
    rateHistory('Europe/Luxembourg', '1992-01-01 15, 2015-01-01 17, 2023-01-01 16, 2024-01-01 17'),
  ],
  ['LV', rateHistory('Europe/Riga', '2009-01-01 21, 2011-01-01 22, 2012-07-01 21')],
  ['MT', rateHistory('Europe/Malta', '2004-01-01 18')],
  ['NL', rateHistory('Europe/Amsterdam', '2001-01-01 19, 2012-10-01 21')],
  ['PL', rateHistory('Europe/Warsaw', '1993-07-05 22, 2011-01-01 23')],
  ['PT', rateHistory('Europe/Lisbon', '2008-07-01 20, 2010-07-01 21, 2011-01-01 23')],
  [
    'RO',
    rateHistory(
      'Europe/Bucharest',
      '2000-01-01 19, 2010-07-01 24, 2016-01-01 20, 2017-01-01 19, 2025-08-01 21',
    ),
  ],
  ['SE', rateHistory('Europe/Stockholm', '1990-07-01 25')],
  ['SI', rateHistory('Europe/Ljubljana', '2002-01-01 20, 2013-07-01 22')],
  ['SK', rateHistory('Europe/Bratislava', '2004-01-01 19, 2011-01-01 20, 2025-01-01 23')],
])

/**
 * Where a seller from abroad may be registered, and a seller may sit. Sources: VATA 1994 s. 2 (UK), Art. 25 MWSTG
 * (Switzerland, and Liechtenstein by treaty), Stortinget's yearly resolution on VAT (Norway).
 */
const OTHERS: ReadonlyMap<string, RateHistory> = new Map([
  ['GB', rateHistory('Europe/London', '2010-01-01 17.5, 2011-01-04 20')],
  [
    'CH',
    rateHistory('Europe/Zurich', '2001-01-01 7.6, 2011-01-01 8, 2018-01-01 7.7, 2024-01-01 8.1'),
  ],
  ['NO', rateHistory('Europe/Oslo', '2005-01-01 25')],
])

/** The 27 member states, ISO 3166-1. */
export const EU_COUNTRIES: readonly string[] = [...MEMBER_STATES.keys()]

export function isMemberState(country: string): boolean {
  return MEMBER_STATES.has(country)
}

/** Standard VAT rate of a country at an instant, by its own calendar; null where this table has none. */
export function standardRate(country: string, at: Instant): DatedRate | null {
  const history = MEMBER_STATES.get(country) ?? OTHERS.get(country)
  return history ? rateAt(history, at) : null
}
