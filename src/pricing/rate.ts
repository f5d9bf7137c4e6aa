import { currencyDigits, type Currency } from '#src/kernel/currency.ts'
import { ZERO } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'
import { addExact, EXACT_ZERO, type Exact } from '#src/kernel/exact.ts'
import { sumMinor } from '#src/kernel/money.ts'
import type { Instant, Period } from '#src/kernel/time.ts'
import { addOnLines, type HeldAddOn } from './addons.ts'
import { baseFeeLines } from './base-fee.ts'
import { capAt, liftTo } from './bounds.ts'
import { boundScope, rateCharge, type RatedCharge, type SegmentScope } from './charge-lines.ts'
import { planOf } from './document.ts'
import type { RatedLine } from './lines.ts'
import { chargesOf, metricsOf } from './plan-charges.ts'
import type { MeteredUsage } from './price-charge.ts'
import { NOTHING, shareOf } from './proration.ts'
import { compare } from './select.ts'
import { planSegments, type PlanSegment, type SubscriptionTerms } from './segments.ts'

/** Everything one billing period of a subscription is rated from. */
export interface RatingInput extends SubscriptionTerms {
  /** Until then no base fee is due. */
  readonly trialEndsAt?: Instant
  readonly addons: readonly HeldAddOn[]
  /** Usage by metric, one map for each of `planSegments(input)`, in that order. */
  readonly usage: readonly ReadonlyMap<string, MeteredUsage>[]
}

/** Usage that the plan in force has no price for. The caller reports it: it is never dropped. */
interface UnratedUsage {
  readonly metric: string
  readonly period: Period
  readonly usage: MeteredUsage
}

export interface RatingResult {
  readonly currency: Currency
  readonly lines: readonly RatedLine[]
  readonly subtotalMinor: bigint
  /** Per metric, with its charges' minimum and maximum, in whole currency units before rounding; keys sorted. */
  readonly amounts: Readonly<Record<string, Exact>>
  readonly unrated: readonly UnratedUsage[]
}

/**
 * Rates one period of a subscription: base fee and usage by segment, then add-ons. Pure (REQUIREMENTS P8): the same
 * input gives the same bytes, whatever the order of events. Each line is rounded once by its document's rule.
 * Base fee, add-ons, minimums and commitments are prorated; included usage, tiers and maximums are not.
 * @throws invalid_input for unknown plans or add-ons, mixed currencies, or a total where events are needed.
 */
export function rateSubscription(input: RatingInput): RatingResult {
  const segments = planSegments(input)
  if (segments.length !== input.usage.length)
    throw new AppError('internal', `${segments.length} segments, ${input.usage.length} usage maps`)
  const { currency } = planOf(input.document, input.planId)
  const digits = currencyDigits(currency)
  const baseFees = baseFeeLines(input, segments, input.trialEndsAt, digits)
  const rated = segments.map((segment, index) => {
    const scope = scopeOf(input, segment, index === segments.length - 1, digits)
    const charges = chargesIn(scope, input.usage[index] ?? new Map())
    return { charges, lines: segmentLines(scope, baseFees[index], charges) }
  })
  const lines = [
    ...rated.flatMap((segment) => segment.lines),
    ...addOnLines(input, segments, input.addons, digits),
  ]
  return {
    currency,
    lines,
    subtotalMinor: sumMinor(lines.map((line) => line.amountMinor)),
    amounts: amountsByMetric(rated.flatMap(({ charges }) => charges)),
    unrated: segments.flatMap((segment, index) => unratedIn(segment, input.usage[index])),
  }
}

function scopeOf(
  input: RatingInput,
  segment: PlanSegment,
  last: boolean,
  digits: number,
): SegmentScope {
  const { document, period } = segment
  // Without proration the plan that the period ends on owes its amounts in full, the others nothing.
  const owed = last || document.proration !== 'none'
  return {
    segment,
    timeZone: input.timeZone,
    share: owed ? shareOf(period, input.period, input.timeZone, document.proration) : NOTHING,
    rounding: { digits, rule: document.roundingRule },
  }
}

function chargesIn(scope: SegmentScope, usage: ReadonlyMap<string, MeteredUsage>): RatedCharge[] {
  return chargesOf(scope.segment.plan).map((charge) =>
    rateCharge(charge, usage.get(charge.charge.metric) ?? { quantity: ZERO }, scope),
  )
}

function segmentLines(
  scope: SegmentScope,
  baseFee: RatedLine | undefined,
  charges: readonly RatedCharge[],
): RatedLine[] {
  const { plan } = scope.segment
  const bound = boundScope(scope, plan.name ?? plan.id)
  const lines = charges.flatMap((charge) => charge.lines)
  if (plan.commitment) lines.push(...liftTo('commitment', plan.commitment.amount, lines, bound))
  if (baseFee) lines.unshift(baseFee)
  if (plan.minimum !== undefined) lines.push(...liftTo('minimum', plan.minimum, lines, bound))
  if (plan.maximum !== undefined) lines.push(...capAt(plan.maximum, lines, bound))
  return lines.map((line) => ({ ...line, planId: plan.id }))
}

function amountsByMetric(charges: readonly RatedCharge[]): Record<string, Exact> {
  const amounts = new Map<string, Exact>()
  for (const { metric, exact, lines } of charges)
    if (lines.length > 0) amounts.set(metric, addExact(amounts.get(metric) ?? EXACT_ZERO, exact))
  return Object.fromEntries([...amounts].sort(([a], [b]) => compare(a, b)))
}

function unratedIn(
  { plan, period }: PlanSegment,
  usage: ReadonlyMap<string, MeteredUsage> | undefined,
): UnratedUsage[] {
  const known = new Set(metricsOf(plan))
  return [...(usage ?? [])]
    .filter(([metric]) => !known.has(metric))
    .sort(([a], [b]) => compare(a, b))
    .map(([metric, used]) => ({ metric, period, usage: used }))
}
