import { parseDecimal, type Decimal } from '#src/kernel/decimal.ts'

interface StateRate {
  readonly name: string
  /** State rate on software as a service sold to businesses, as a fraction; null: the state does not tax it. */
  readonly rate: string | null
  readonly note?: string
}

/**
 * A lookup table, no more: the state's own rate on software as a service, without county, city and district taxes,
 * as of 2026. Where local taxes matter a tax provider has to answer (REQUIREMENTS I4, Stripe Tax adapter).
 */
const STATES: ReadonlyMap<string, StateRate> = new Map<string, StateRate>([
  ['AL', { name: 'Alabama', rate: null }],
  ['AK', { name: 'Alaska', rate: null }],
  ['AZ', { name: 'Arizona', rate: '0.056' }],
  ['AR', { name: 'Arkansas', rate: null }],
  ['CA', { name: 'California', rate: null }],
  ['CO', { name: 'Colorado', rate: null }],
  ['CT', { name: 'Connecticut', rate: '0.01', note: 'business use' }],
  ['DC', { name: 'District of Columbia', rate: '0.06' }],
  ['DE', { name: 'Delaware', rate: null }],
  ['FL', { name: 'Florida', rate: null }],
  ['GA', { name: 'Georgia', rate: null }],
  ['HI', { name: 'Hawaii', rate: '0.04' }],
  ['IA', { name: 'Iowa', rate: null }],
  ['ID', { name: 'Idaho', rate: null }],
  ['IL', { name: 'Illinois', rate: null }],
  ['IN', { name: 'Indiana', rate: null }],
  ['KS', { name: 'Kansas', rate: null }],
  ['KY', { name: 'Kentucky', rate: '0.06' }],
  ['LA', { name: 'Louisiana', rate: '0.05' }],
  ['MA', { name: 'Massachusetts', rate: '0.0625' }],
  ['MD', { name: 'Maryland', rate: '0.03', note: 'business use' }],
  ['ME', { name: 'Maine', rate: null }],
  ['MI', { name: 'Michigan', rate: null }],
  ['MN', { name: 'Minnesota', rate: null }],
  ['MO', { name: 'Missouri', rate: null }],
  ['MS', { name: 'Mississippi', rate: null }],
  ['MT', { name: 'Montana', rate: null }],
  ['NC', { name: 'North Carolina', rate: null }],
  ['ND', { name: 'North Dakota', rate: null }],
  ['NE', { name: 'Nebraska', rate: null }],
  ['NH', { name: 'New Hampshire', rate: null }],
  ['NJ', { name: 'New Jersey', rate: null }],
  ['NM', { name: 'New Mexico', rate: '0.04875' }],
  ['NV', { name: 'Nevada', rate: null }],
  ['NY', { name: 'New York', rate: '0.04' }],
  ['OH', { name: 'Ohio', rate: '0.0575', note: 'business use' }],
  ['OK', { name: 'Oklahoma', rate: null }],
  ['OR', { name: 'Oregon', rate: null }],
  ['PA', { name: 'Pennsylvania', rate: '0.06' }],
  ['RI', { name: 'Rhode Island', rate: '0.07' }],
  ['SC', { name: 'South Carolina', rate: '0.06' }],
  ['SD', { name: 'South Dakota', rate: '0.042' }],
  ['TN', { name: 'Tennessee', rate: '0.07' }],
  ['TX', { name: 'Texas', rate: '0.05', note: '6.25% on 80% of data processing charges' }],
  ['UT', { name: 'Utah', rate: '0.0485' }],
  ['VA', { name: 'Virginia', rate: null }],
  ['VT', { name: 'Vermont', rate: null }],
  ['WA', { name: 'Washington', rate: '0.065' }],
  ['WI', { name: 'Wisconsin', rate: null }],
  ['WV', { name: 'West Virginia', rate: '0.06' }],
  ['WY', { name: 'Wyoming', rate: null }],
])

const BY_NAME: ReadonlyMap<string, string> = new Map(
  [...STATES].map(([code, { name }]) => [name.toUpperCase(), code]),
)

/** "CA" of "CA", "US-CA", "us-ca" or "California". */
export function usState(region: string): string {
  const text = region.trim().toUpperCase()
  return BY_NAME.get(text) ?? text.replace(/^US-/, '')
}

/** The state's rate on software as a service; null for a code that is no state. `rate` is null where it is not taxed. */
export function usStateRate(
  state: string,
): { readonly name: string; readonly rate: Decimal | null; readonly note: string | null } | null {
  const found = STATES.get(state)
  if (!found) return null
  return {
    name: found.name,
    rate: found.rate === null ? null : parseDecimal(found.rate),
    note: found.note ?? null,
  }
}
