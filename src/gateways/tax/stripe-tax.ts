import { Stripe } from 'stripe'
import { AppError } from '#src/kernel/errors.ts'
import type { Clock } from '#src/kernel/ids.ts'
import { earlier, later, type Instant } from '#src/kernel/time.ts'
import { guard, isLost, type Guarded, type Patience } from '../payments/stripe-resilience.ts'
import { stripeClient, type StripeAccess } from '../stripe-client.ts'
import type { CalculationAnswer, CalculationRequest, TaxCalculator } from './calculator.ts'
import { stripeAmount } from './stripe-amount.ts'
import { readCalculation } from './stripe-tax-answer.ts'

interface StripeTaxOptions extends StripeAccess {
  readonly clock: Clock
  readonly patience?: Patience
}

/** Stripe takes a tax date up to 31 days from its own present. An hour less: clocks differ. */
const TAX_DATE_REACH = { hours: 31 * 24 - 1 }

/** Stripe's word for a customer's confirmed tax number. */
const TAX_ID_TYPES: Readonly<Record<string, string>> = {
  CH: 'ch_vat',
  GB: 'gb_vat',
  NO: 'no_vat',
  XI: 'eu_vat',
}

/** Stripe Tax with the real SDK: a calculation changes nothing there and may be repeated; records have a reference. */
export function stripeTax(options: StripeTaxOptions): TaxCalculator {
  const stripe = stripeClient(options)
  const guarded = guard(options.patience ?? { attempts: 3, firstDelayMs: 500, atOnce: 8 })
  return {
    name: 'stripe_tax',
    calculate: (request) => calculate(stripe, guarded, request, options.clock.now()),
    record: ({ providerRef, reference }) =>
      recorded(guarded, () =>
        stripe.tax.transactions.createFromCalculation(
          { calculation: providerRef, reference },
          { idempotencyKey: `tax:${reference}` },
        ),
      ),
    reverse: async ({ transactionRef, reference, grossMinor, currency }) => {
      const part =
        grossMinor === 'all'
          ? { mode: 'full' as const }
          : { mode: 'partial' as const, flat_amount: -stripeAmount(grossMinor, currency) }
      await recorded(guarded, () =>
        stripe.tax.transactions.createReversal(
          { ...part, original_transaction: transactionRef, reference },
          { idempotencyKey: `tax:${reference}` },
        ),
      )
    },
  }
}

async function calculate(
  stripe: Stripe,
  guarded: Guarded,
  request: CalculationRequest,
  now: Instant,
): Promise<CalculationAnswer> {
  const taxPoint = within(request.taxPoint, now)
  try {
    const answer = await guarded('repeatable', () =>
      stripe.tax.calculations.create(paramsOf(request, taxPoint)),
    )
    return readCalculation(request, taxPoint, answer)
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError)
      return { kind: 'refused', reason: refusalOf(error) }
    if (error instanceof AppError || isLost(error) || error instanceof Stripe.errors.StripeError)
      return { kind: 'unavailable', reason: `Stripe Tax gives no answer: ${shortly(error)}` }
    throw error
  }
}

function within(taxPoint: Instant, now: Instant): Instant {
  return earlier(later(taxPoint, now.subtract(TAX_DATE_REACH)), now.add(TAX_DATE_REACH))
}

function paramsOf(
  request: CalculationRequest,
  taxPoint: Instant,
): Stripe.Tax.CalculationCreateParams {
  const { address, taxId, exempt, currency } = request
  return {
    currency: currency.toLowerCase(),
    tax_date: Math.floor(taxPoint.epochMilliseconds / 1000),
    line_items: [
      {
        amount: stripeAmount(request.netMinor, currency),
        reference: 'net',
        tax_behavior: 'exclusive',
        tax_code: request.taxCode,
      },
    ],
    customer_details: {
      address_source: 'billing',
      address: {
        country: address.country,
        ...(address.line1 === null ? {} : { line1: address.line1 }),
        ...(address.line2 === null ? {} : { line2: address.line2 }),
        ...(address.city === null ? {} : { city: address.city }),
        ...(address.region === null ? {} : { state: address.region }),
        ...(address.postalCode === null ? {} : { postal_code: address.postalCode }),
      },
      ...(taxId === null
        ? {}
        : { tax_ids: [{ type: TAX_ID_TYPES[taxId.slice(0, 2)] ?? 'eu_vat', value: taxId }] }),
      ...(exempt ? { taxability_override: 'customer_exempt' as const } : {}),
    },
    expand: ['line_items.data.tax_breakdown'],
  }
}

/** Stripe's parameters under the names people here know. */
const FIELDS: readonly (readonly [RegExp, string])[] = [
  [/postal_code/, 'address.postalCode'],
  [/\[state\]/, 'region'],
  [/\[city\]/, 'address.city'],
  [/\[line1\]/, 'address.line1'],
  [/\[country\]/, 'country'],
  [/tax_ids/, 'taxId'],
  [/currency/, 'currency'],
]

function refusalOf(error: Stripe.errors.StripeInvalidRequestError): string {
  const field =
    FIELDS.find(([pattern]) => pattern.test(error.param ?? ''))?.[1] ??
    (error.code === 'customer_tax_location_invalid' ? 'address' : null)
  return `${field === null ? '' : `${field}: `}Stripe Tax refuses: ${shortly(error)}`
}

function shortly(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replaceAll(/\s+/g, ' ').slice(0, 200)
}

/** The id of what was recorded. The SDK hands on a failure that does not look like Stripe's as if it were an answer. */
async function recorded(
  guarded: Guarded,
  call: () => Promise<{ readonly id?: unknown }>,
): Promise<string> {
  try {
    return await guarded('repeatable', async () => {
      const { id } = await call()
      if (typeof id !== 'string')
        throw new Stripe.errors.StripeAPIError({ type: 'api_error', message: 'no transaction' })
      return id
    })
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError)
      throw new AppError('refused', `Stripe Tax refuses: ${shortly(error)}`, { cause: error })
    if (error instanceof Stripe.errors.StripeError)
      throw new AppError('unavailable', `Stripe Tax gives no answer: ${shortly(error)}`, {
        cause: error,
      })
    throw error
  }
}
