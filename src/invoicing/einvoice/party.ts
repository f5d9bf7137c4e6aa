import type { Party } from '#db/schema/invoicing.ts'
import { isCountry } from '#src/kernel/country.ts'
import type { FieldProblem } from '#src/kernel/errors.ts'
import { isoCountry } from '../tax/place.ts'
import type { TradeAddress, TradeParty } from './model.ts'
import type { TaxCategory } from './tax-category.ts'

/** What EN 16931 asks of the two parties and they do not have. */
export function partyProblems(
  seller: Party,
  buyer: Party,
  { code }: Pick<TaxCategory, 'code'>,
): FieldProblem[] {
  const missing = (path: string, message: string, value: string | null | undefined) =>
    value?.trim() ? [] : [{ path, message }]
  return [
    ...missing('seller.name', 'the seller has no name (BT-27)', seller.name),
    ...missing('seller.lines', 'the seller has no address (BG-5)', seller.lines.join('')),
    ...missing('seller.country', 'the seller has no country (BT-40)', seller.country),
    ...missing('seller.taxId', 'the seller has no VAT ID or tax number (BR-CO-26)', seller.taxId),
    ...missing('buyer.name', 'the customer has no name (BT-44)', buyer.name),
    ...missing('buyer.country', 'the customer has no country (BT-55)', buyer.country),
    ...(code === 'AE'
      ? missing('buyer.taxId', 'reverse charge needs the VAT ID (BR-AE-02)', buyer.taxId)
      : []),
  ]
}

/** BG-4. Outside the scope of tax no VAT ID may stand (BR-O-02): it is the tax number then. */
export function sellerParty(party: Party, { code }: Pick<TaxCategory, 'code'>): TradeParty {
  const asVatId = code !== 'O' && isVatId(party.taxId)
  return {
    ...commonOf(party),
    // BR-CO-26: a seller is identified by its VAT ID or by something else.
    identifier: asVatId ? null : party.taxId,
    registration: null,
    vatId: asVatId ? compact(party.taxId) : null,
    taxNumber: asVatId ? null : party.taxId,
  }
}

/** BG-7; `account` is the number we know the customer by. */
export function buyerParty(
  party: Party,
  account: string,
  { code }: Pick<TaxCategory, 'code'>,
): TradeParty {
  const asVatId = code !== 'O' && isVatId(party.taxId)
  return {
    ...commonOf(party),
    identifier: account,
    registration: asVatId ? null : party.taxId,
    vatId: asVatId ? compact(party.taxId) : null,
    taxNumber: null,
  }
}

function commonOf(party: Party): Pick<TradeParty, 'name' | 'email' | 'address'> {
  return { name: party.name, email: party.email, address: addressOf(party) }
}

/** BR-CO-09: the code of the issuing country in front; Greece and Northern Ireland have their own. */
function isVatId(taxId: string | null): boolean {
  const country = compact(taxId)?.slice(0, 2) ?? ''
  return country === 'XI' || isCountry(isoCountry(country))
}

function compact(taxId: string | null): string | null {
  return taxId?.replace(/[\s.-]/g, '').toUpperCase() ?? null
}

const POSTCODE_AND_CITY =
  /^(?<postcode>(?:[A-Z]{1,2}-)?\d{3,6}(?:[ -]\d{2,4})?(?: [A-Z]{2})?) (?<city>\D.*)$/

/** Ours are lines; the last is taken apart where it reads like "20457 Hamburg". */
function addressOf(party: Party): TradeAddress {
  const lines = party.lines.map((line) => line.trim()).filter((line) => line !== '')
  const place = POSTCODE_AND_CITY.exec(lines.at(-1) ?? '')?.groups
  const [line1, line2, ...rest] = place ? lines.slice(0, -1) : lines
  return {
    line1: line1 ?? null,
    line2: line2 ?? null,
    line3: rest.length > 0 ? rest.join(', ') : null,
    city: place?.['city'] ?? null,
    postcode: place?.['postcode'] ?? null,
    region: party.region,
    country: isoCountry(party.country ?? ''),
  }
}
