import * as jsvat from 'jsvat'

export type TaxIdStatus = 'none' | 'valid' | 'invalid' | 'pending'

const EU_CODES = [
  'AT',
  'BE',
  'BG',
  'CY',
  'CZ',
  'DE',
  'DK',
  'EE',
  'EL',
  'ES',
  'FI',
  'FR',
  'HR',
  'HU',
  'IE',
  'IT',
  'LT',
  'LU',
  'LV',
  'MT',
  'NL',
  'PL',
  'PT',
  'RO',
  'SE',
  'SI',
  'SK',
]

/** Upper case without spaces, dots, dashes and slashes; Greece's GR becomes EL, as VIES writes it. */
export function normalizeTaxId(text: string): string {
  const compact = text.toUpperCase().replace(/[\s./-]/g, '')
  return compact.startsWith('GR') ? `EL${compact.slice(2)}` : compact
}

/** Known by their checksums though no register is asked: VIES has only the member states and Northern Ireland. */
const OTHER_CODES = ['GB', 'CHE', 'NO']

/**
 * What format and checksum alone can say (REQUIREMENTS I4): a well-formed EU number is `pending`, since only VIES
 * (or the organisation, which may state it) can call it valid; anything else that claims to be one is `invalid`.
 * So are British, Swiss and Norwegian numbers; those of other countries stay `pending`.
 */
export function judgeTaxId(normalized: string): Exclude<TaxIdStatus, 'valid'> {
  const code = normalized.slice(0, 2)
  // Northern Ireland: British numbers under XI. jsvat knows them as GB only.
  if (code === 'XI') return isWellFormed(`GB${normalized.slice(2)}`) ? 'pending' : 'invalid'
  const judged =
    EU_CODES.includes(code) || OTHER_CODES.some((other) => normalized.startsWith(other))
  return !judged || isWellFormed(normalized) ? 'pending' : 'invalid'
}

/** Whether VIES knows numbers of this kind: the member states' and Northern Ireland's (XI). */
export function isInVies(normalized: string): boolean {
  const code = normalized.slice(0, 2)
  return code === 'XI' || EU_CODES.includes(code)
}

function isWellFormed(number: string): boolean {
  return jsvat.checkVAT(number, jsvat.countries).isValid
}
