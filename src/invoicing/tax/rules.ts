import { decimalOf, DECIMAL_SCALE, ZERO, type Decimal } from '#src/kernel/decimal.ts'
import { exactRatio, roundExact } from '#src/kernel/exact.ts'
import type { Instant } from '#src/kernel/time.ts'
import { rateAt } from './dated-rates.ts'
import { noteText, type TaxNote } from './notes.ts'
import { placeOf, vatCountry, type Place } from './place.ts'
import { isRegistered, registeredTax, taxIdCountry } from './registrations.ts'
import type { TaxComponent, TaxInput, Verdict } from './sale.ts'
import type { Territory } from './territories.ts'
import { isMemberState, standardRate } from './vat-rates.ts'

/**
 * Which taxes an invoice carries (REQUIREMENTS I4), from the seller's and the buyer's place and VAT ID. What we sell
 * is an electronically supplied service: to a business it is taxed where that business is (Art. 44 Directive
 * 2006/112/EC, who owes it: Art. 196), to a consumer where he lives (Art. 58), below 10,000 € a year at the seller's if
 * the seller chose so (Art. 59c). A VAT ID whose check is pending is not taken as valid: the country's rate is charged
 * and the note says so; whether such an invoice may be sent is for open-questions.ts.
 */
export function taxFor(input: TaxInput): readonly TaxComponent[] {
  const verdict = decide(input)
  if (verdict === null) return []
  const { note } = verdict
  return [{ ...verdict, note: note === null ? null : noteText(note, input.buyer.locale) }]
}

/** Tax of a component on a net amount: rounded once, half away from zero. */
export function taxMinor(netMinor: bigint, rate: Decimal): bigint {
  return roundExact(exactRatio(netMinor * rate, DECIMAL_SCALE), 'nearest')
}

function decide(input: TaxInput): Verdict | null {
  const { seller, buyer, documentTax } = input
  const place = placeOf(buyer)
  const name = place?.jurisdiction ?? null
  if (buyer.taxExempt)
    return exempt(name ?? seller.country ?? 'exempt', { kind: 'exempt_customer' })
  const exemptName = place?.names.find((known) => documentTax?.exemptRegions.includes(known))
  if (exemptName !== undefined)
    return exempt(name ?? exemptName, { kind: 'exempt_region', place: exemptName })
  if (seller.country === null) return documentRate(input, name)
  const home = vatCountry(seller.country)
  if (place === null) return sellersRate(input, home)
  if (place.country === home || place.territory?.vatOf === home) return domestic(input, home, place)
  return isMemberState(home) ? abroad(input, home, place) : fromOutside(input, place)
}

function domestic(input: TaxInput, home: string, place: Place): Verdict | null {
  const { territory } = place
  if (territory?.rates) return territoryRate(territory, input.at)
  // Northern Ireland is domestic to a seller in Britain, Büsingen to one in Switzerland.
  if (territory && territory.vatOf !== home)
    return (
      registeredTax(input, place) ??
      (isMemberState(home) ? outside(territory) : notRegistered(place))
    )
  const rate = standardRate(home, input.at)
  if (rate) return taxed(home, rate)
  return (
    registeredTax(input, place) ??
    documentRate(input, place.jurisdiction) ??
    (home === 'US' ? notRegistered(place) : null)
  )
}

/** A seller in the EU to another country. */
function abroad(input: TaxInput, home: string, place: Place): Verdict {
  const { territory, country } = place
  if (territory?.standing === 'outside' || !isMemberState(country))
    return registeredTax(input, place) ?? outsideEu(place)
  if (hasValidTaxId(input, country)) return reverseCharge(country)
  const note = consumerNote(input, country)
  const rate = standardRate(home, input.at)
  // The threshold is for sellers established in one member state and registered for tax in no other.
  if (input.seller.euConsumers === 'origin' && rate && !isRegistered(input, [country]))
    return taxed(home, rate, note ?? { kind: 'below_threshold' })
  return memberStateRate(input, place, note)
}

/** A seller outside the EU collects abroad where it registered: in a country, or in the one-stop shop as "EU". */
function fromOutside(input: TaxInput, place: Place): Verdict {
  const { territory, country } = place
  if (territory?.standing === 'outside' || !isMemberState(country))
    return registeredTax(input, place) ?? notRegistered(place)
  if (hasValidTaxId(input, country)) return reverseCharge(country)
  if (!isRegistered(input, [country, 'EU'])) return notRegistered(place)
  return memberStateRate(input, place, consumerNote(input, country))
}

/** A VAT ID counts where it belongs to the customer's own country: only there is the customer known as a business. */
function hasValidTaxId({ buyer }: TaxInput, country: string): boolean {
  return buyer.taxIdStatus === 'valid' && taxIdCountry(buyer.taxId, country) === country
}

function consumerNote({ buyer }: TaxInput, country: string): TaxNote | null {
  if (buyer.taxIdStatus === 'pending') return { kind: 'pending' }
  const other = buyer.taxIdStatus === 'valid' && taxIdCountry(buyer.taxId, country) !== country
  return other ? { kind: 'other_tax_id' } : null
}

function sellersRate(input: TaxInput, home: string): Verdict | null {
  const rate = standardRate(home, input.at)
  return rate ? taxed(home, rate, { kind: 'country_unknown' }) : documentRate(input, home)
}

function memberStateRate(input: TaxInput, place: Place, note: TaxNote | null): Verdict {
  if (place.territory?.rates) return territoryRate(place.territory, input.at, note)
  const rate = standardRate(place.country, input.at)
  if (!rate) throw new Error(`no rate of ${place.country}`)
  return taxed(place.country, rate, note)
}

function documentRate(input: TaxInput, jurisdiction: string | null): Verdict | null {
  const given = input.documentTax?.defaultRate ?? ZERO
  if (given === ZERO) return null
  const rate = given > decimalOf(1) ? ((given / 100n) as Decimal) : given
  return taxed(jurisdiction ?? 'default', { rate, since: null })
}

function taxed(
  jurisdiction: string,
  { rate, since }: { readonly rate: Decimal; readonly since: string | null },
  note: TaxNote | null = null,
): Verdict {
  return { jurisdiction, rate, rateSince: since, treatment: 'taxed', note }
}

function territoryRate(territory: Territory, at: Instant, note: TaxNote | null = null): Verdict {
  if (!territory.rates) throw new Error(`no rate of ${territory.code}`)
  return taxed(territory.code, rateAt(territory.rates, at), note)
}

function outsideEu(place: Place): Verdict {
  return place.territory
    ? outside(place.territory)
    : untaxed(place.jurisdiction, { kind: 'outside_eu' })
}

function notRegistered(place: Place): Verdict {
  return untaxed(place.jurisdiction, { kind: 'not_registered' })
}

function outside({ code, name }: Territory): Verdict {
  return untaxed(
    code,
    code === 'XI' ? { kind: 'northern_ireland' } : { kind: 'outside_territory', place: name },
  )
}

function untaxed(jurisdiction: string, note: TaxNote): Verdict {
  return { jurisdiction, rate: ZERO, rateSince: null, treatment: 'outside_scope', note }
}

function exempt(jurisdiction: string, note: TaxNote): Verdict {
  return { jurisdiction, rate: ZERO, rateSince: null, treatment: 'exempt', note }
}

function reverseCharge(country: string): Verdict {
  return {
    jurisdiction: country,
    rate: ZERO,
    rateSince: null,
    treatment: 'reverse_charge',
    note: { kind: 'reverse_charge' },
  }
}
