import { ZERO } from '#src/kernel/decimal.ts'
import { rateAt } from './dated-rates.ts'
import { isoCountry, vatCountry, type Place } from './place.ts'
import type { TaxInput, Verdict } from './sale.ts'
import { hasOwnRates } from './territories.ts'
import { usStateRate } from './us-rates.ts'
import { standardRate } from './vat-rates.ts'

/**
 * Countries that make the recipient owe the tax where he is a registered business (VATA 1994 s. 8; Norwegian
 * merverdiavgiftsloven § 3-30). Switzerland does not once the seller is registered there (Art. 45 MWSTG).
 */
const REVERSE_CHARGE_AT_HOME: ReadonlySet<string> = new Set(['GB', 'NO'])

/** Whether the seller is registered under one of these names. */
export function isRegistered(
  { seller }: Pick<TaxInput, 'seller'>,
  names: readonly string[],
): boolean {
  return seller.registrations.some((name) => names.includes(registrationName(name)))
}

/** "GB" of "gb", "GR" of "EL", "US-NY" of "us-ny". */
export function registrationName(name: string): string {
  return isoCountry(name)
}

/** Whether these tables know a rate for a place a seller says it is registered in. */
export function isKnownRegistration(name: string): boolean {
  if (name === 'EU') return true
  if (name.startsWith('US-')) return usStateRate(name.slice(3)) !== null
  return RATED.has(name) || hasOwnRates(name)
}

const RATED: ReadonlySet<string> = new Set(
  'AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IT LT LU LV MT NL NO PL PT RO SE SI SK'.split(
    ' ',
  ),
)

/** The tax of a place outside the EU's VAT area where the seller is registered; null where it is not. */
export function registeredTax(input: TaxInput, place: Place): Verdict | null {
  const { territory } = place
  if (territory?.rates)
    return isRegistered(input, [territory.code])
      ? taxedAt(territory.code, rateAt(territory.rates, input.at))
      : null
  const country = territory === null ? place.country : territory.vatOf
  if (country === null) return null
  if (country === 'US') return stateTax(input, place)
  const rate = standardRate(country, input.at)
  if (!rate || !isRegistered(input, [country])) return null
  return REVERSE_CHARGE_AT_HOME.has(country) &&
    input.buyer.taxIdStatus === 'valid' &&
    taxIdCountry(input.buyer.taxId, country) === country
    ? {
        jurisdiction: country,
        rate: ZERO,
        rateSince: null,
        treatment: 'outside_scope',
        note: { kind: 'local_reverse_charge', place: country },
      }
    : {
        ...taxedAt(country, rate),
        note:
          input.buyer.taxIdStatus === 'pending' && REVERSE_CHARGE_AT_HOME.has(country)
            ? { kind: 'pending' }
            : null,
      }
}

function stateTax(input: TaxInput, { names }: Place): Verdict | null {
  const jurisdiction = names.find((name) => name.startsWith('US-'))
  if (jurisdiction === undefined || !isRegistered(input, [jurisdiction])) return null
  const state = usStateRate(jurisdiction.slice(3))
  if (!state) return null
  const { name, rate, note } = state
  if (rate === null)
    return {
      jurisdiction,
      rate: ZERO,
      rateSince: null,
      treatment: 'outside_scope',
      note: { kind: 'not_taxed', place: name },
    }
  return {
    ...taxedAt(jurisdiction, { rate, since: null }),
    note: note === null ? null : { kind: 'as_given', text: note },
  }
}

function taxedAt(
  jurisdiction: string,
  { rate, since }: { readonly rate: Verdict['rate']; readonly since: string | null },
): Verdict {
  return { jurisdiction, rate, rateSince: since, treatment: 'taxed', note: null }
}

/** The country a VAT number belongs to, by its first two letters; without such letters the customer's own. */
export function taxIdCountry(taxId: string | null, ownCountry: string): string {
  const prefix = /^[A-Z]{2}/.exec(taxId?.trim().toUpperCase() ?? '')?.[0]
  if (prefix === undefined) return ownCountry
  return prefix === 'XI' ? 'GB' : vatCountry(prefix)
}
