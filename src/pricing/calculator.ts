import { currencyDigits, type Currency } from '#src/kernel/currency.ts'
import { formatDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { formatExact } from '#src/kernel/exact.ts'
import { sumMinor } from '#src/kernel/money.ts'
import { earlier, lastInstant, type Instant } from '#src/kernel/time.ts'
import { applyCoupons } from './coupons.ts'
import { grantsOf } from './credit-input.ts'
import { creditLines } from './credit-lines.ts'
import { drawCredits } from './credits.ts'
import { documentTax, type TaxFor, type TaxLine } from './document-tax.ts'
import { parsePricingDocument, planOf } from './document.ts'
import { meteredBySegment } from './metered.ts'
import type { RatedLine } from './lines.ts'
import { metricsOf } from './plan-charges.ts'
import { rateSubscription, type RatingResult, type UnratedUsage } from './rate.ts'
import { planSegments, type SubscriptionTerms } from './segments.ts'
import type { PricingDocument } from './shapes.ts'
import { parseUsageInput, type UsageInput } from './usage-input.ts'

/** What `rate` prints (DESIGN §5): decimals and minor amounts as strings. */
export interface RateOutput {
  readonly currency: string
  readonly lines: readonly {
    readonly kind: string
    readonly metric?: string
    readonly description: string
    readonly quantity: string
    readonly unitPrice: string | null
    readonly amountMinor: string
  }[]
  readonly subtotalMinor: string
  readonly tax: readonly {
    readonly jurisdiction: string
    readonly rate: string
    readonly amountMinor: string
    readonly note?: string
  }[]
  readonly totalMinor: string
  readonly amounts: Readonly<Record<string, string>>
  /** Only where there is any: usage that is on no line, because the plan in force has no price for the metric. */
  readonly unrated?: readonly UnratedMetric[]
}

interface UnratedMetric {
  readonly metric: string
  readonly plan: string
  /** The total given, or the sum of the events. */
  readonly quantity: string
  readonly events?: number
  /** The stretch on that plan: start ≤ t < end. */
  readonly period: { readonly start: string; readonly end: string }
}

/** Names of the files the texts came from, for error messages. */
export interface SourceNames {
  readonly pricing?: string
  readonly usage?: string
}

/**
 * The pure calculator behind `rate`: a pricing document (YAML or JSON) and a USAGE.json, both as text.
 * `taxFor` is asked when the document's tax block has `sellerCountry`; else the block's own rate applies.
 * Usage of a metric without a price in the plan comes back under `unrated`: it is never dropped.
 * @throws invalid_input naming every field that is wrong.
 */
export function calculate(
  pricingText: string,
  usageText: string,
  taxFor?: TaxFor,
  names: SourceNames = {},
): RateOutput {
  const document = parsePricingDocument(pricingText, names.pricing)
  return calculateParsed(document, parseUsageInput(usageText, names.usage), taxFor)
}

/** The same for inputs that are parsed already. */
export function calculateParsed(
  document: PricingDocument,
  input: UsageInput,
  taxFor?: TaxFor,
): RateOutput {
  const terms = termsOf(document, input)
  const rated = rateSubscription({
    ...terms,
    addons: input.addons,
    usage: meteredBySegment(input, planSegments(terms)),
  })
  const digits = currencyDigits(rated.currency)
  const coupons = applyCoupons(input.coupons, rated.lines, {
    currency: rated.currency,
    period: input.period,
    rounding: { digits, rule: document.roundingRule },
    customerId: input.customer.id,
  })
  const beforeCredit = [...rated.lines, ...coupons.map(({ line }) => line)]
  const lines = [...beforeCredit, ...creditsOn(beforeCredit, input, terms, rated.currency)]
  const subtotalMinor = sumMinor(lines.map((line) => line.amountMinor))
  const tax = taxOf(document, input, subtotalMinor, rated, taxFor)
  const totalMinor = subtotalMinor + sumMinor(tax.map((line) => line.amountMinor))
  return {
    currency: rated.currency,
    lines: lines.map(printedLine),
    subtotalMinor: subtotalMinor.toString(),
    tax: tax.map((line) => ({ ...line, amountMinor: line.amountMinor.toString() })),
    totalMinor: totalMinor.toString(),
    amounts: Object.fromEntries(
      Object.entries(rated.amounts).map(([metric, exact]) => [metric, formatExact(exact)]),
    ),
    ...(rated.unrated.length === 0 ? {} : { unrated: rated.unrated.map(printedUnrated) }),
  }
}

function termsOf(document: PricingDocument, input: UsageInput): SubscriptionTerms {
  const { startedAt, canceledAt } = input
  return {
    document,
    planId: input.plan,
    period: input.period,
    timeZone: input.customer.timeZone,
    changes: input.changes.map(({ at, plan }) => ({ at, planId: plan })),
    ...(startedAt ? { startedAt } : {}),
    ...trialOf(document, input),
    ...(canceledAt ? { canceledAt } : {}),
  }
}

/** A trial runs from the start of the subscription by local calendar days; without a known start there is none. */
function trialOf(
  document: PricingDocument,
  { plan, startedAt, customer }: UsageInput,
): { trialEndsAt?: Instant } {
  const { trialDays } = planOf(document, plan)
  if (!startedAt || !trialDays) return {}
  const end = startedAt.toZonedDateTimeISO(customer.timeZone).add({ days: trialDays })
  return { trialEndsAt: end.toInstant() }
}

/** Prepaid credit pays what coupons have left, before tax. */
function creditsOn(
  lines: readonly RatedLine[],
  { credits, period, canceledAt }: UsageInput,
  terms: SubscriptionTerms,
  currency: Currency,
): RatedLine[] {
  if (credits.length === 0) return []
  const metrics = new Set(planSegments(terms).flatMap(({ plan }) => metricsOf(plan)))
  const grants = grantsOf(credits, { currency, metrics, period })
  const end = canceledAt === undefined ? period.end : earlier(period.end, canceledAt)
  const draws = drawCredits(grants, lines, lastInstant({ start: period.start, end }))
  return creditLines(draws, grants, period, currency)
}

function printedUnrated({ metric, planId, period, usage }: UnratedUsage): UnratedMetric {
  const [start, end] = [period.start.toString(), period.end.toString()]
  const printed = { metric, plan: planId, period: { start, end } }
  if ('quantity' in usage) return { ...printed, quantity: formatDecimal(usage.quantity) }
  const sum = sumMinor(usage.events.map((event) => event.quantity)) as Decimal
  return { ...printed, quantity: formatDecimal(sum), events: usage.events.length }
}

function taxOf(
  { tax }: PricingDocument,
  { customer, period }: UsageInput,
  subtotalMinor: bigint,
  { currency }: RatingResult,
  taxFor: TaxFor | undefined,
): readonly TaxLine[] {
  if (!tax) return []
  const { sellerCountry } = tax
  if (sellerCountry === undefined)
    return documentTax(tax, customer, subtotalMinor, currencyDigits(currency))
  if (!taxFor) throw invalidField('tax.sellerCountry', 'no tax rules are at hand for this seller')
  return taxFor({
    tax: { ...tax, sellerCountry },
    customer,
    subtotalMinor,
    currency,
    at: period.end,
  })
}

function printedLine(line: RatedLine): RateOutput['lines'][number] {
  return {
    kind: line.kind,
    ...(line.metric === undefined ? {} : { metric: line.metric }),
    description: line.description,
    quantity: formatDecimal(line.quantity),
    unitPrice: line.unitPrice === null ? null : formatDecimal(line.unitPrice),
    amountMinor: line.amountMinor.toString(),
  }
}
