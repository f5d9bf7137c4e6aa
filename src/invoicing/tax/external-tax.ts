import type { StoredTax, taxCalculations } from '#db/schema/invoicing.ts'
import type { CalculationRequest } from '#src/gateways/tax/calculator.ts'
import { hashOf } from '#src/kernel/canonical.ts'
import { ZERO, parseDecimal } from '#src/kernel/decimal.ts'
import { isBefore, parseInstant, type Instant } from '#src/kernel/time.ts'
import type { DraftTax } from '../decision.ts'
import type { DraftTaxes } from './draft-tax.ts'
import { noteText, type TaxNote } from './notes.ts'
import type { Hold } from './open-questions.ts'
import { isoCountry } from './place.ts'
import type { TaxBuyer } from './sale.ts'

/** An answer of the provider that is on file. */
export type Calculation = typeof taxCalculations.$inferSelect

/** What a provider has to be asked; with the same hash an answer on file still holds. */
export interface WantedCalculation {
  readonly request: CalculationRequest
  readonly requestHash: string
}

interface Sale {
  readonly buyer: TaxBuyer
  readonly street: { readonly line1: string | null; readonly line2: string | null }
  readonly taxCode: string
  readonly at: Instant
  readonly currency: CalculationRequest['currency']
  readonly netMinor: bigint
  /** Hash of the lines the net amount is made of: another content is calculated anew. */
  readonly contentHash: string
}

/** Countries whose tax is not decided by the country alone, and what Stripe Tax needs of them. */
const NEEDED: Readonly<Record<string, { readonly path: string; readonly of: keyof TaxBuyer }>> = {
  US: { path: 'address.postalCode', of: 'postalCode' },
  CA: { path: 'region', of: 'region' },
}

/** Takes the answer on file, or says what is missing for one: an address, the provider's answer, somebody's doing. */
export function externalTax(sale: Sale, onFile: readonly Calculation[], now: Instant): DraftTaxes {
  const missing = missingField(sale.buyer)
  if (missing !== null)
    return held('address_missing', `${missing}: Stripe Tax needs it to calculate the tax`, null)
  const wanted = wantedFor(sale)
  const found = onFile.find(({ requestHash }) => requestHash === wanted.requestHash)
  switch (found?.status) {
    case 'calculated':
      return found.expiresAt !== null && isBefore(now, found.expiresAt)
        ? {
            taxes: taxesOf(found, sale),
            taxCalculationId: found.id,
            hold: null,
            wantedCalculation: null,
          }
        : held('tax_calculation', 'the calculation has expired and is made anew', wanted)
    case 'refused':
      return held('tax_refused', found.reason ?? 'Stripe Tax refuses', wanted)
    case 'unavailable':
      return held('tax_calculation', `${found.reason ?? ''}; it is asked again`, wanted)
    case undefined:
      return held('tax_calculation', 'the tax is being calculated by Stripe Tax', wanted)
  }
}

function held(
  code: Hold['code'],
  reason: string,
  wantedCalculation: WantedCalculation | null,
): DraftTaxes {
  return { taxes: [], taxCalculationId: null, hold: { code, reason }, wantedCalculation }
}

/** The field of an address that a provider needs and is not there; null when it is complete. */
export function missingField(buyer: TaxBuyer): string | null {
  if (buyer.country === null) return 'country'
  const needed = NEEDED[isoCountry(buyer.country)]
  return needed && !buyer[needed.of] ? needed.path : null
}

function wantedFor(sale: Sale): WantedCalculation {
  const { buyer } = sale
  const request: CalculationRequest = {
    currency: sale.currency,
    netMinor: sale.netMinor,
    taxPoint: sale.at,
    taxCode: sale.taxCode,
    address: {
      ...sale.street,
      city: buyer.city,
      region: buyer.region,
      postalCode: buyer.postalCode,
      country: isoCountry(buyer.country ?? ''),
    },
    // Stripe does not check the number: one that is not confirmed is not sent.
    taxId: buyer.taxIdStatus === 'valid' ? buyer.taxId : null,
    exempt: buyer.taxExempt,
  }
  const requestHash = hashOf({
    ...request,
    taxPoint: request.taxPoint.toString(),
    contentHash: sale.contentHash,
  })
  return { request, requestHash }
}

function taxesOf(calculation: Calculation, { buyer }: Sale): DraftTax[] {
  return calculation.taxes.map((tax) => ({
    jurisdiction: tax.jurisdiction,
    rate: tax.treatment === 'taxed' ? parseDecimal(tax.rate) : ZERO,
    rateSince: null,
    treatment: tax.treatment,
    note: noteOf(tax, buyer.locale),
    baseMinor: BigInt(tax.baseMinor),
    amountMinor: BigInt(tax.amountMinor),
    taxPoint: parseInstant(tax.taxPoint),
  }))
}

function noteOf({ reason, jurisdiction }: StoredTax, locale: string): string | null {
  if (reason === null) return null
  const notes: Readonly<Record<string, TaxNote>> = {
    reverse_charge: { kind: 'reverse_charge' },
    not_collecting: { kind: 'not_registered' },
    customer_exempt: { kind: 'exempt_customer' },
  }
  return noteText(notes[reason] ?? { kind: 'not_taxed', place: jurisdiction }, locale)
}
