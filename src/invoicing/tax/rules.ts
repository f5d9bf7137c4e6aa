import { decimalOf, ZERO, type Decimal } from '#src/kernel/decimal.ts'
import { DECIMAL_SCALE } from '#src/kernel/decimal.ts'
import { exactRatio, roundExact } from '#src/kernel/exact.ts'
import type { Instant } from '#src/kernel/time.ts'
import { isMemberState, standardRate, vatCountry } from './eu-rates.ts'
import { territoryOf, type Territory } from './territories.ts'
import { usState, usStateRate } from './us-rates.ts'

export interface TaxBuyer {
  /** ISO 3166-1; null: unknown. */
  readonly country: string | null
  readonly region: string | null
  readonly postalCode: string | null
  readonly taxId: string | null
  readonly taxIdStatus: 'none' | 'valid' | 'invalid' | 'pending'
  readonly taxExempt: boolean
}

export interface TaxInput {
  readonly seller: {
    /** null: nobody said where the seller sits; then the pricing document's default rate decides. */
    readonly country: string | null
    /** Where the seller collects tax besides its own country: "US-NY", "GB", "CH". */
    readonly registrations: readonly string[]
  }
  readonly buyer: TaxBuyer
  /** The tax point: which rate is in force. */
  readonly at: Instant
  readonly documentTax?:
    | {
        /** A fraction up to 1, per cent above. */
        readonly defaultRate: Decimal
        readonly exemptRegions: readonly string[]
      }
    | undefined
}

/** One tax on the whole net amount. A rate of zero carries the note that says why. */
interface TaxComponent {
  /** "DE", "US-NY", "ES-CN": the account tax_payable:<jurisdiction>. */
  readonly jurisdiction: string
  /** Fraction: 0.19. */
  readonly rate: Decimal
  /** For the invoice; null where the rate speaks for itself. */
  readonly note: string | null
}

export interface TaxDecision {
  readonly components: readonly TaxComponent[]
}

const REVERSE_CHARGE =
  'Reverse charge: VAT is due from the recipient (Art. 196 Directive 2006/112/EC)'
const PENDING = 'VAT ID not confirmed yet: the rate of the customer’s country applies'
const OUTSIDE_EU = 'Not subject to EU VAT: place of supply is outside the European Union'

/**
 * Which taxes an invoice carries (REQUIREMENTS I4), from the seller's and the buyer's place and VAT ID.
 * A VAT ID whose check is pending is not guessed to be valid: the country's rate is charged and the note says so.
 */
export function taxFor(input: TaxInput): TaxDecision {
  const component = decide(input)
  return { components: component === null ? [] : [component] }
}

/** Tax of a component on a net amount: rounded once, half away from zero. */
export function taxMinor(netMinor: bigint, rate: Decimal): bigint {
  return roundExact(exactRatio(netMinor * rate, DECIMAL_SCALE), 'nearest')
}

function decide(input: TaxInput): TaxComponent | null {
  const { seller, buyer, documentTax } = input
  const country = buyer.country === null ? null : vatCountry(buyer.country)
  const place = placeName(country, buyer.region)
  if (buyer.taxExempt) return none(place ?? seller.country ?? 'exempt', 'Tax-exempt customer')
  if (country !== null && isExemptRegion(place, country, documentTax?.exemptRegions ?? []))
    return none(place ?? country, `Exempt region ${place ?? country}`)
  if (seller.country === null) return documentRate(input, place)
  const sellerCountry = vatCountry(seller.country)
  if (country === null) return sellersRate(input, sellerCountry)
  if (isMemberState(sellerCountry)) return fromMemberState(input, sellerCountry, country)
  return fromElsewhere(input, sellerCountry, country)
}

function fromMemberState(input: TaxInput, seller: string, country: string): TaxComponent | null {
  const territory = territoryOf(country, input.buyer.postalCode)
  if (territory && territory.rate === null)
    return registered(input, country) ?? none(territory.code, outsideNote(territory))
  if (!isMemberState(country))
    return (
      registered(input, country) ??
      none(placeName(country, input.buyer.region) ?? country, OUTSIDE_EU)
    )
  if (country === seller) return memberStateRate(input, country, territory, null)
  switch (input.buyer.taxIdStatus) {
    case 'valid':
      return none(country, REVERSE_CHARGE)
    case 'pending':
      return memberStateRate(input, country, territory, PENDING)
    case 'none':
    case 'invalid':
      return memberStateRate(input, country, territory, null)
  }
}

/** A seller outside the EU collects at home and where it registered. */
function fromElsewhere(input: TaxInput, seller: string, country: string): TaxComponent | null {
  const place = placeName(country, input.buyer.region)
  const local = registered(input, country)
  if (local) return local
  if (country === seller && country !== 'US') return documentRate(input, place)
  return documentRateAtHome(input, country === seller, place)
}

function documentRateAtHome(
  input: TaxInput,
  atHome: boolean,
  place: string | null,
): TaxComponent | null {
  return atHome
    ? documentRate(input, place)
    : none(place ?? 'none', 'Seller is not registered there')
}

/** The tax of a place outside the EU where the seller is registered; null where it is not. */
function registered(input: TaxInput, country: string): TaxComponent | null {
  const { buyer, seller, at } = input
  const registrations = seller.registrations.map((name) => name.toUpperCase())
  if (country === 'US') {
    if (buyer.region === null) return null
    const jurisdiction = `US-${usState(buyer.region)}`
    if (!registrations.includes(jurisdiction)) return null
    const state = usStateRate(buyer.region)
    if (!state) return null
    if (state.rate === null)
      return none(jurisdiction, `${state.name} does not tax software as a service`)
    return { jurisdiction, rate: state.rate, note: state.note }
  }
  if (!registrations.includes(country)) return null
  const rate = standardRate(country, at)
  if (rate === null) return null
  return buyer.taxIdStatus === 'valid'
    ? none(country, REVERSE_CHARGE)
    : { jurisdiction: country, rate, note: buyer.taxIdStatus === 'pending' ? PENDING : null }
}

function sellersRate(input: TaxInput, seller: string): TaxComponent | null {
  return isMemberState(seller)
    ? memberStateRate(input, seller, null, 'Country of the customer unknown: seller’s rate')
    : documentRate(input, seller)
}

function memberStateRate(
  input: TaxInput,
  country: string,
  territory: Territory | null,
  note: string | null,
): TaxComponent {
  const rate = territory?.rate ?? standardRate(country, input.at) ?? ZERO
  return { jurisdiction: territory?.code ?? country, rate, note }
}

function documentRate(input: TaxInput, place: string | null): TaxComponent | null {
  const given = input.documentTax?.defaultRate ?? ZERO
  if (given === ZERO) return null
  const rate = given > decimalOf(1) ? ((given / 100n) as Decimal) : given
  return { jurisdiction: place ?? 'default', rate, note: null }
}

function placeName(country: string | null, region: string | null): string | null {
  if (country === null) return null
  if (country !== 'US' || region === null) return country
  return `US-${usState(region)}`
}

function isExemptRegion(
  place: string | null,
  country: string,
  exemptRegions: readonly string[],
): boolean {
  return exemptRegions.includes(country) || (place !== null && exemptRegions.includes(place))
}

function outsideNote(territory: Territory): string {
  return territory.code === 'XI'
    ? `${OUTSIDE_EU} (Northern Ireland belongs to it for goods only)`
    : `Not subject to EU VAT: ${territory.name} lies outside its area`
}

function none(jurisdiction: string, note: string): TaxComponent {
  return { jurisdiction, rate: ZERO, note }
}
