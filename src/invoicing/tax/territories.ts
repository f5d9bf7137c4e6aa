import { parseDecimal, type Decimal } from '#src/kernel/decimal.ts'

/** A part of a country that VAT treats differently from the rest. `rate` null: outside the EU's VAT area. */
export interface Territory {
  readonly code: string
  readonly name: string
  readonly rate: Decimal | null
}

interface TerritoryRule {
  readonly country: string
  /** Matched against the postcode without spaces, dashes and country prefix. */
  readonly postcodes: RegExp
  readonly code: string
  readonly name: string
  readonly rate?: string
}

// Source: Council Directive 2006/112/EC, Art. 6 (excluded territories) and Art. 105 (Azores, Madeira), Art. 104 (Austria).
const RULES: readonly TerritoryRule[] = [
  { country: 'ES', postcodes: /^(35|38)\d{3}$/, code: 'ES-CN', name: 'Canary Islands' },
  { country: 'ES', postcodes: /^51\d{3}$/, code: 'ES-CE', name: 'Ceuta' },
  { country: 'ES', postcodes: /^52\d{3}$/, code: 'ES-ML', name: 'Melilla' },
  { country: 'IT', postcodes: /^(23030|23041)$/, code: 'IT-LIVIGNO', name: 'Livigno' },
  { country: 'IT', postcodes: /^22061$/, code: 'IT-CAMPIONE', name: 'Campione d’Italia' },
  { country: 'DE', postcodes: /^78266$/, code: 'DE-BUESINGEN', name: 'Büsingen am Hochrhein' },
  { country: 'DE', postcodes: /^27498$/, code: 'DE-HELGOLAND', name: 'Heligoland' },
  { country: 'FI', postcodes: /^22\d{3}$/, code: 'AX', name: 'Åland Islands' },
  { country: 'GR', postcodes: /^6308[67]$/, code: 'GR-69', name: 'Mount Athos' },
  { country: 'FR', postcodes: /^97[1-8]\d{2}$/, code: 'FR-OVERSEAS', name: 'French overseas' },
  { country: 'FR', postcodes: /^98[4678]\d{2}$/, code: 'FR-OVERSEAS', name: 'French overseas' },
  { country: 'GB', postcodes: /^BT\d/i, code: 'XI', name: 'Northern Ireland' },
  { country: 'PT', postcodes: /^9[0-3]\d{5}$/, code: 'PT-30', name: 'Madeira', rate: '0.22' },
  { country: 'PT', postcodes: /^9[5-9]\d{5}$/, code: 'PT-20', name: 'Azores', rate: '0.16' },
  {
    country: 'AT',
    postcodes: /^(6691|699[123])$/,
    code: 'AT-JUNGHOLZ',
    name: 'Jungholz and Mittelberg',
    rate: '0.19',
  },
]

/** Own ISO codes for what is a territory of a member state: they name it without a postcode. */
const BY_COUNTRY: ReadonlyMap<string, { code: string; name: string }> = new Map([
  ['AX', { code: 'AX', name: 'Åland Islands' }],
  ['IC', { code: 'ES-CN', name: 'Canary Islands' }],
  ['EA', { code: 'ES-CE', name: 'Ceuta and Melilla' }],
  ['XI', { code: 'XI', name: 'Northern Ireland' }],
  ...['GP', 'MQ', 'GF', 'RE', 'YT', 'MF', 'BL', 'PM', 'WF', 'PF', 'NC'].map(
    (country) => [country, { code: 'FR-OVERSEAS', name: 'French overseas' }] as const,
  ),
])

/** The special territory an address lies in, or null. `country` is an ISO code. */
export function territoryOf(country: string, postalCode: string | null): Territory | null {
  const own = BY_COUNTRY.get(country)
  if (own) return { ...own, rate: null }
  if (postalCode === null) return null
  const compact = postalCode.toUpperCase().replace(/[\s-]/g, '')
  // "D-27498", "AX-22100": letters in front are a country sign everywhere but in Britain.
  const postcode = country === 'GB' ? compact : compact.replace(/^[A-Z]{1,3}/, '')
  const rule = RULES.find(
    (candidate) => candidate.country === country && candidate.postcodes.test(postcode),
  )
  if (!rule) return null
  return {
    code: rule.code,
    name: rule.name,
    rate: rule.rate === undefined ? null : parseDecimal(rule.rate),
  }
}
