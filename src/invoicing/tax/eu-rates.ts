import { parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import type { Instant } from '#src/kernel/time.ts'

/** A standard rate from a local date on. */
interface DatedRate {
  readonly from: string
  readonly rate: string
}

interface MemberState {
  readonly name: string
  /** Rates change at midnight in the capital. */
  readonly timeZone: string
  /** Newest last; the first holds for everything before the second. */
  readonly rates: readonly DatedRate[]
}

function state(name: string, timeZone: string, ...rates: [string, string][]): MemberState {
  return { name, timeZone, rates: rates.map(([from, rate]) => ({ from, rate })) }
}

const START = '2020-01-01'

// Source: European Commission, "Taxes in Europe" database, standard rates. 2020 on.
const MEMBER_STATES: ReadonlyMap<string, MemberState> = new Map([
  ['AT', state('Austria', 'Europe/Vienna', [START, '0.20'])],
  ['BE', state('Belgium', 'Europe/Brussels', [START, '0.21'])],
  ['BG', state('Bulgaria', 'Europe/Sofia', [START, '0.20'])],
  ['CY', state('Cyprus', 'Asia/Nicosia', [START, '0.19'])],
  ['CZ', state('Czechia', 'Europe/Prague', [START, '0.21'])],
  [
    'DE',
    state(
      'Germany',
      'Europe/Berlin',
      [START, '0.19'],
      ['2020-07-01', '0.16'],
      ['2021-01-01', '0.19'],
    ),
  ],
  ['DK', state('Denmark', 'Europe/Copenhagen', [START, '0.25'])],
  [
    'EE',
    state(
      'Estonia',
      'Europe/Tallinn',
      [START, '0.20'],
      ['2024-01-01', '0.22'],
      ['2025-07-01', '0.24'],
    ),
  ],
  ['ES', state('Spain', 'Europe/Madrid', [START, '0.21'])],
  ['FI', state('Finland', 'Europe/Helsinki', [START, '0.24'], ['2024-09-01', '0.255'])],
  ['FR', state('France', 'Europe/Paris', [START, '0.20'])],
  ['GR', state('Greece', 'Europe/Athens', [START, '0.24'])],
  ['HR', state('Croatia', 'Europe/Zagreb', [START, '0.25'])],
  ['HU', state('Hungary', 'Europe/Budapest', [START, '0.27'])],
  [
    'IE',
    state(
      'Ireland',
      'Europe/Dublin',
      [START, '0.23'],
      ['2020-09-01', '0.21'],
      ['2021-03-01', '0.23'],
    ),
  ],
  ['IT', state('Italy', 'Europe/Rome', [START, '0.22'])],
  ['LT', state('Lithuania', 'Europe/Vilnius', [START, '0.21'])],
  [
    'LU',
    state(
      'Luxembourg',
      'Europe/Luxembourg',
      [START, '0.17'],
      ['2023-01-01', '0.16'],
      ['2024-01-01', '0.17'],
    ),
  ],
  ['LV', state('Latvia', 'Europe/Riga', [START, '0.21'])],
  ['MT', state('Malta', 'Europe/Malta', [START, '0.18'])],
  ['NL', state('Netherlands', 'Europe/Amsterdam', [START, '0.21'])],
  ['PL', state('Poland', 'Europe/Warsaw', [START, '0.23'])],
  ['PT', state('Portugal', 'Europe/Lisbon', [START, '0.23'])],
  ['RO', state('Romania', 'Europe/Bucharest', [START, '0.19'], ['2025-08-01', '0.21'])],
  ['SE', state('Sweden', 'Europe/Stockholm', [START, '0.25'])],
  ['SI', state('Slovenia', 'Europe/Ljubljana', [START, '0.22'])],
  ['SK', state('Slovakia', 'Europe/Bratislava', [START, '0.20'], ['2025-01-01', '0.23'])],
])

/** ISO code of a country as people write it: Greece calls itself EL in VAT matters. */
export function vatCountry(country: string): string {
  const code = country.trim().toUpperCase()
  return code === 'EL' ? 'GR' : code
}

/** The 27 member states. */
export const EU_COUNTRIES: readonly string[] = [...MEMBER_STATES.keys()]

export function isMemberState(country: string): boolean {
  return MEMBER_STATES.has(country)
}

/** Standard VAT rate of a member state as a fraction at an instant (by its own calendar); null elsewhere. */
export function standardRate(country: string, at: Instant): Decimal | null {
  const memberState = MEMBER_STATES.get(country)
  if (!memberState) return null
  const day = at.toZonedDateTimeISO(memberState.timeZone).toPlainDate().toString()
  const dated = memberState.rates.findLast(({ from }) => from <= day) ?? memberState.rates[0]
  return dated ? parseDecimal(dated.rate) : null
}
