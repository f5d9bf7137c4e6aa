import { judgeTaxId, normalizeTaxId } from '#src/customers/tax-id.ts'
import { formatDecimal } from '#src/kernel/decimal.ts'
import type { TaxFor } from '#src/pricing/document-tax.ts'
import { taxFor, taxMinor } from './rules.ts'
import type { TaxBuyer } from './sale.ts'

/**
 * The tax rules of a seller's country for the pure calculator (`rate`). It cannot ask VIES: a VAT ID whose format and
 * checksum hold is taken as valid, on the word of who gave it. It knows no registrations outside the seller's country.
 */
export const calculatorTax: TaxFor = ({ tax, customer, subtotalMinor, at }) =>
  taxFor({
    seller: { country: tax.sellerCountry, registrations: [], euConsumers: 'destination' },
    buyer: {
      country: customer.country,
      region: customer.region ?? null,
      postalCode: customer.postcode ?? null,
      city: null,
      taxId: customer.taxId ?? null,
      taxIdStatus: statusOf(customer.taxId),
      taxExempt: customer.taxExempt,
      locale: 'en',
    },
    // The end belongs to the next period: the service was complete just before.
    at: at.subtract({ nanoseconds: 1 }),
    documentTax: tax,
  }).map(({ jurisdiction, rate, note }) => ({
    jurisdiction,
    rate: formatDecimal(rate),
    amountMinor: taxMinor(subtotalMinor, rate),
    ...(note === null ? {} : { note }),
  }))

function statusOf(taxId: string | undefined): TaxBuyer['taxIdStatus'] {
  if (taxId === undefined) return 'none'
  return judgeTaxId(normalizeTaxId(taxId)) === 'pending' ? 'valid' : 'invalid'
}
