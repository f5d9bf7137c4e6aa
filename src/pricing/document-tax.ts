import type { Currency } from '#src/kernel/currency.ts'
import { decimalOf, formatDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { exactOf, exactOfMinor, multiplyExact, roundToMinor } from '#src/kernel/exact.ts'
import type { Instant } from '#src/kernel/time.ts'
import type { DocumentTax } from './shapes.ts'
import type { RateCustomer } from './usage-input.ts'

/** What tax is asked about: one sale to one customer. */
interface TaxedSale {
  readonly tax: DocumentTax & { readonly sellerCountry: string }
  readonly customer: RateCustomer
  readonly subtotalMinor: bigint
  readonly currency: Currency
  /** The end of the period: the day the service was complete decides the rate. */
  readonly at: Instant
}

/** `rate` is a fraction as decimal text: "0.19". */
export interface TaxLine {
  readonly jurisdiction: string
  readonly rate: string
  readonly amountMinor: bigint
  readonly note?: string
}

/** The tax rules of a seller's country, handed in by whoever knows them. */
export type TaxFor = (sale: TaxedSale) => readonly TaxLine[]

/**
 * The document's own tax: nothing for exempt customers and regions, else `defaultRate` of the subtotal.
 * Tax is rounded half away from zero whatever the document's roundingRule, as tax law has it.
 */
export function documentTax(
  tax: DocumentTax,
  customer: RateCustomer,
  subtotalMinor: bigint,
  digits: number,
): TaxLine[] {
  const place = jurisdictionOf(customer)
  const exempt = tax.exemptRegions.some((region) => region === place || region === customer.country)
  const rate = fractionOf(tax.defaultRate)
  if (customer.taxExempt || exempt || rate === 0n) return []
  const exact = multiplyExact(exactOfMinor(subtotalMinor, digits), exactOf(rate))
  const amountMinor = roundToMinor(exact, digits, 'nearest')
  return [{ jurisdiction: place, rate: formatDecimal(rate), amountMinor }]
}

/** "US-OR" where the region is known, else "US". */
function jurisdictionOf({ country, region }: RateCustomer): string {
  if (region === undefined) return country
  const code = region.toUpperCase()
  return code.startsWith(`${country}-`) ? code : `${country}-${code}`
}

/** Up to 1 a fraction, above per cent. */
function fractionOf(rate: Decimal): Decimal {
  return rate <= decimalOf(1) ? rate : ((rate / 100n) as Decimal)
}
