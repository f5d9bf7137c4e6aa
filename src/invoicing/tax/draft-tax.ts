import { isInVies } from '#src/customers/tax-id.ts'
import type { Currency } from '#src/kernel/currency.ts'
import { lastInstant, rememberedOf, type Instant, type Period } from '#src/kernel/time.ts'
import { planSegments } from '#src/pricing/segments.ts'
import type { PricingDocument } from '#src/pricing/shapes.ts'
import type { BillingCase, DraftTax, InvoiceDraft, Seller } from '../decision.ts'
import { externalTax, missingField } from './external-tax.ts'
import { openQuestion, unsettledTaxId, type Hold } from './open-questions.ts'
import { taxFor, taxMinor } from './rules.ts'
import type { TaxInput } from './sale.ts'

/** The taxes of a draft, where they come from, and what they wait for. */
export type DraftTaxes = Pick<
  InvoiceDraft,
  'taxes' | 'hold' | 'taxCalculationId' | 'wantedCalculation'
>

interface NetAmount {
  readonly period: Period
  readonly currency: Currency
  readonly subtotalMinor: bigint
}

/**
 * Which taxes a draft carries: by our own table, or by the provider that its pricing document names, where this process
 * can ask one. Exempt regions are the document's own word, so nobody is asked about them.
 */
export function decideTax(
  billing: BillingCase,
  seller: Seller,
  { period, currency, subtotalMinor: netMinor }: NetAmount,
  contentHash: () => string,
  now: Instant,
): DraftTaxes {
  const taxes = taxesOn(billing, seller, period, netMinor)
  const own = { taxes, hold: null, taxCalculationId: null, wantedCalculation: null }
  // Nothing is taxed on nothing, whoever the customer is.
  if (netMinor === 0n) return own
  if (!isOutside(billing, seller)) return { ...own, hold: holdOn(billing, seller, period, now) }
  const { taxBuyer, taxIdRecord, street, calculations } = billing
  const isExempt = taxes.some(({ treatment }) => treatment === 'exempt')
  if (isExempt && (!taxBuyer.taxExempt || missingField(taxBuyer) !== null)) return own
  const sale = saleOf(billing, seller, period)
  // Where the provider has the seller registered is not known here: every number that VIES can confirm may matter.
  const matters = () => isInVies(taxBuyer.taxId ?? '')
  const hold = unsettledTaxId(taxBuyer, taxIdRecord, { ...seller.taxIdPolicy, matters }, now)
  if (hold) return { ...own, hold }
  const { taxCode } = seller
  const asked = { buyer: taxBuyer, street, taxCode, at: sale.at, currency, netMinor }
  return externalTax({ ...asked, contentHash: contentHash() }, calculations, now)
}

function isOutside(billing: BillingCase, { taxProvider }: Seller): boolean {
  return taxProvider !== null && documentOf(billing).tax?.provider === taxProvider
}

/** The pricing document that the period ends on. */
export function documentOf({ rating }: BillingCase): PricingDocument {
  return planSegments(rating).at(-1)?.document ?? rating.document
}

/** The taxes on a net amount of a period, by our own table. */
export function taxesOn(
  billing: BillingCase,
  seller: Seller,
  period: Period,
  baseMinor: bigint,
): DraftTax[] {
  const sale = saleOf(billing, seller, period)
  return taxFor(sale).map((component) => ({
    ...component,
    baseMinor,
    amountMinor: taxMinor(baseMinor, component.rate),
    taxPoint: sale.at,
  }))
}

/** What has to be known before a period's invoice may carry these taxes. */
export function holdOn(
  billing: BillingCase,
  seller: Seller,
  period: Period,
  now: Instant,
): Hold | null {
  const { taxIdRecord } = billing
  return openQuestion(saleOf(billing, seller, period), taxIdRecord, seller.taxIdPolicy, now)
}

/** The database keeps microseconds: rounded up there it would be the next period. */
const storedInstant = rememberedOf((at) =>
  at.round({ smallestUnit: 'microsecond', roundingMode: 'floor' }),
)

function saleOf(billing: BillingCase, seller: Seller, period: Period): TaxInput {
  return {
    seller: seller.tax,
    buyer: billing.taxBuyer,
    // Then the service has been rendered, and its rate holds, whenever the invoice is written.
    at: storedInstant(lastInstant(period)),
    documentTax: documentOf(billing).tax,
  }
}
