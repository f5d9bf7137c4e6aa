import { territoryAt, territoryByCode, type Territory } from './territories.ts'
import { usState } from './us-rates.ts'

/** An address as customers have it; null: unknown. */
export interface TaxAddress {
  /** ISO 3166-1, or as VAT numbers write it (EL, XI). */
  readonly country: string | null
  /** "CA", "US-CA" */
  readonly region: string | null
  readonly postalCode: string | null
  readonly city: string | null
}

/** Where tax law sees the buyer. */
export interface Place {
  /** The country whose VAT or sales tax holds, ISO 3166-1. */
  readonly country: string
  readonly territory: Territory | null
  /** "ES-CN", "US-CA", "FR": who would levy the tax. */
  readonly jurisdiction: string
  /** All names it goes by, the most exact first: ["ES-CN", "ES"], ["US-CA", "US"], ["FR", "MC"]. */
  readonly names: readonly string[]
}

/**
 * Treated as a part of another country: Monaco as France, the Isle of Man as the United Kingdom (Art. 7 Directive
 * 2006/112/EC), Liechtenstein as Switzerland (customs and VAT treaty).
 */
const PART_OF: ReadonlyMap<string, string> = new Map([
  ['MC', 'FR'],
  ['IM', 'GB'],
  ['LI', 'CH'],
])

/** ISO code of a country as people write it: Greece calls itself EL in VAT matters. */
export function isoCountry(country: string): string {
  const code = country.trim().toUpperCase()
  return code === 'EL' ? 'GR' : code
}

/** ISO code of the country whose VAT law holds in `country`. */
export function vatCountry(country: string): string {
  const code = isoCountry(country)
  return PART_OF.get(code) ?? code
}

/** The place of an address; null while its country is unknown. */
export function placeOf(address: TaxAddress): Place | null {
  if (address.country === null || address.country.trim() === '') return null
  const given = isoCountry(address.country)
  const own = territoryByCode(given)
  if (own) return placed(own.country, own, given, null)
  const country = vatCountry(given)
  const region = regionCode(given, address.region)
  const postcode = compactPostcode(given, address.postalCode)
  return placed(
    country,
    territoryAt(country, { postcode, region, city: address.city }),
    given,
    region,
  )
}

function placed(
  country: string,
  territory: Territory | null,
  given: string,
  region: string | null,
): Place {
  const names = [
    territory?.code,
    region === null ? undefined : `${given}-${region}`,
    country,
    given,
  ].filter((name) => name !== undefined)
  const state = country === 'US' && region !== null ? `US-${region}` : country
  return {
    country,
    territory,
    jurisdiction: territory?.code ?? state,
    names: [...new Set(names)],
  }
}

/** The part after the country in ISO 3166-2, of "CA", "US-CA", "us-ca" or "California". */
function regionCode(country: string, region: string | null): string | null {
  const text = region?.trim().toUpperCase() ?? ''
  if (text === '') return null
  if (country === 'US') return usState(text)
  return text.startsWith(`${country}-`) ? text.slice(country.length + 1) : text
}

/** Without blanks and dashes; "D-27498", "AX-22100": letters in front are a country sign everywhere but in Britain. */
function compactPostcode(country: string, postalCode: string | null): string | null {
  const compact = postalCode?.toUpperCase().replace(/[\s-]/g, '') ?? ''
  if (compact === '') return null
  return country === 'GB' || country === 'IM' ? compact : compact.replace(/^[A-Z]{1,3}(?=\d)/, '')
}
