import { z } from 'zod'
import { formatDecimal, parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { sumMinor } from '#src/kernel/money.ts'
import { Temporal, type Instant } from '#src/kernel/time.ts'
import type { CalculatedTax, CalculationAnswer, CalculationRequest } from './calculator.ts'
import { minorOfStripe, stripeAmount } from './stripe-amount.ts'

const Part = z.object({
  amount: z.number().int(),
  taxable_amount: z.number().int(),
  taxability_reason: z.string(),
  jurisdiction: z.object({
    country: z.string(),
    state: z.string().nullable(),
    level: z.string(),
    display_name: z.string(),
  }),
  tax_rate_details: z.object({ percentage_decimal: z.string() }).nullable(),
})

const Calculation = z.object({
  id: z.string(),
  currency: z.string(),
  amount_total: z.number().int(),
  tax_amount_exclusive: z.number().int(),
  expires_at: z.number().int(),
  line_items: z.object({ data: z.array(z.object({ tax_breakdown: z.array(Part) })).length(1) }),
})

const UNREADABLE = {
  kind: 'unavailable',
  reason: 'Stripe Tax answered something unreadable',
} as const

/**
 * Reads a calculation. What does not add up, or is about another amount or currency, is no answer: no invoice is made
 * from it.
 */
export function readCalculation(
  request: CalculationRequest,
  taxPoint: Instant,
  answer: unknown,
): CalculationAnswer {
  const parsed = Calculation.safeParse(answer)
  if (!parsed.success) return UNREADABLE
  const { id, currency, amount_total, tax_amount_exclusive, expires_at, line_items } = parsed.data
  const asked = stripeAmount(request.netMinor, request.currency)
  if (currency.toUpperCase() !== request.currency || amount_total !== asked + tax_amount_exclusive)
    return UNREADABLE
  const taxes = (line_items.data[0]?.tax_breakdown ?? []).map((part) => taxOf(part, request))
  const complete = taxes.filter((tax) => tax !== null)
  const total = minorOfStripe(tax_amount_exclusive, request.currency)
  if (complete.length < taxes.length || sumMinor(complete.map((tax) => tax.amountMinor)) !== total)
    return UNREADABLE
  return {
    kind: 'calculated',
    providerRef: id,
    expiresAt: Temporal.Instant.fromEpochMilliseconds(expires_at * 1000),
    taxPoint,
    taxes: worthNaming(complete),
  }
}

function taxOf(part: z.infer<typeof Part>, request: CalculationRequest): CalculatedTax | null {
  const { currency } = request
  const amountMinor = minorOfStripe(part.amount, currency)
  const baseMinor = minorOfStripe(part.taxable_amount, currency)
  const rate = fraction(part.tax_rate_details?.percentage_decimal ?? '0')
  if (amountMinor === null || baseMinor === null || rate === null) return null
  const treatment = treatmentOf(part.taxability_reason, amountMinor)
  return {
    jurisdiction: jurisdictionOf(part.jurisdiction),
    rate: treatment === 'taxed' ? rate : '0',
    treatment,
    reason: treatment === 'taxed' ? null : part.taxability_reason,
    baseMinor: treatment === 'taxed' ? baseMinor : request.netMinor,
    amountMinor,
  }
}

/** State, county and city that all levy nothing are one line of an invoice, and none beside what is levied. */
function worthNaming(taxes: readonly CalculatedTax[]): readonly CalculatedTax[] {
  const taxed = taxes.filter(({ treatment }) => treatment === 'taxed')
  return taxed.length > 0 ? taxed : taxes.slice(0, 1)
}

function fraction(percent: string): string | null {
  try {
    return formatDecimal((parseDecimal(percent) / 100n) as Decimal)
  } catch {
    return null
  }
}

/** "US-WA" of the state, "US-WA King County" below it, "DE" of a country. */
function jurisdictionOf(place: z.infer<typeof Part>['jurisdiction']): string {
  const { country, state, level } = place
  if (level === 'country' || state === null) return country
  const region = `${country}-${state}`
  return level === 'state' ? region : `${region} ${place.display_name}`.slice(0, 100)
}

function treatmentOf(reason: string, amountMinor: bigint): CalculatedTax['treatment'] {
  if (amountMinor !== 0n) return 'taxed'
  if (reason === 'reverse_charge') return 'reverse_charge'
  if (reason === 'customer_exempt' || reason === 'product_exempt') return 'exempt'
  return reason.endsWith('_rated') && reason !== 'zero_rated' ? 'taxed' : 'outside_scope'
}
