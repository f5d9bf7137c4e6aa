import { currencyDigits, type Currency } from '#src/kernel/currency.ts'
import { ZERO } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'
import { addExact, EXACT_ZERO, roundToMinor, type Exact } from '#src/kernel/exact.ts'
import { sumMinor } from '#src/kernel/money.ts'
import type { Instant, Period } from '#src/kernel/time.ts'
import { addOnLines, type HeldAddOn } from './addons.ts'
import { baseFeeLines } from './base-fee.ts'
import { capAt, liftTo, type BoundScope } from './bounds.ts'
import { describePart, metricName, overagePart } from './describe.ts'
import { planOf } from './document.ts'
import type { RatedLine } from './lines.ts'
import { FREE_POSITION, type PricedPart } from './models/part.ts'
import { chargesOf, metricsOf, type PlanCharge } from './plan-charges.ts'
import { priceCharge, type MeteredUsage } from './price-charge.ts'
import { shareOf, type Rounding, type Share } from './proration.ts'
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
export interface UnratedUsage {
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

/** One segment under rating. */
interface Scope {
  readonly segment: PlanSegment
  readonly timeZone: string
  readonly share: Share
  readonly rounding: Rounding
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
  const bySegment = segments.map((segment, index) =>
    segmentLines(scopeOf(input, segment, digits), baseFees[index], input.usage[index] ?? new Map()),
  )
  const lines = [...bySegment.flat(), ...addOnLines(input, segments, input.addons, digits)]
  return {
    currency,
    lines,
    subtotalMinor: sumMinor(lines.map((line) => line.amountMinor)),
    amounts: amountsByMetric(lines),
    unrated: segments.flatMap((segment, index) => unratedIn(segment, input.usage[index])),
  }
}

function scopeOf(input: RatingInput, segment: PlanSegment, digits: number): Scope {
  const { document, period } = segment
  return {
    segment,
    timeZone: input.timeZone,
    share: shareOf(period, input.period, input.timeZone, document.proration),
    rounding: { digits, rule: document.roundingRule },
  }
}

function segmentLines(
  scope: Scope,
  baseFee: RatedLine | undefined,
  usage: ReadonlyMap<string, MeteredUsage>,
): RatedLine[] {
  const { plan } = scope.segment
  const bound = boundScope(scope, plan.name ?? plan.id)
  const lines = chargesOf(plan).flatMap((charge) =>
    chargeLines(charge, usage.get(charge.charge.metric) ?? { quantity: ZERO }, scope),
  )
  if (plan.commitment) lines.push(...liftTo('commitment', plan.commitment.amount, lines, bound))
  if (baseFee) lines.unshift(baseFee)
  if (plan.minimum !== undefined) lines.push(...liftTo('minimum', plan.minimum, lines, bound))
  if (plan.maximum !== undefined) lines.push(...capAt(plan.maximum, lines, bound))
  return lines
}

function chargeLines({ charge, kind }: PlanCharge, usage: MeteredUsage, scope: Scope): RatedLine[] {
  const { currency } = scope.segment.plan
  const name = metricName(charge.metric, charge.name)
  const groups = priceCharge(charge, usage, currency, scope.timeZone)
  const lines = groups.flatMap(({ label, parts }) =>
    parts.map((part) => {
      const over = kind === 'overage' && part.position !== FREE_POSITION
      const shown = over ? overagePart(part, charge.freeUnits) : part
      return partLine(part, kind, charge.metric, describePart(name, label, shown), scope)
    }),
  )
  const bound = { ...boundScope(scope, name), metric: charge.metric }
  if (charge.minimum !== undefined) lines.push(...liftTo('minimum', charge.minimum, lines, bound))
  if (charge.maximum !== undefined) lines.push(...capAt(charge.maximum, lines, bound))
  return lines
}

function partLine(
  part: PricedPart,
  kind: PlanCharge['kind'],
  metric: string,
  description: string,
  { segment, rounding }: Scope,
): RatedLine {
  return {
    kind: part.position === FREE_POSITION ? 'included' : kind,
    metric,
    description,
    quantity: part.quantity,
    unitPrice: part.unitPrice,
    amountMinor: roundToMinor(part.amount, rounding.digits, rounding.rule),
    exact: part.amount,
    period: segment.period,
  }
}

function boundScope({ segment, share, rounding }: Scope, subject: string): BoundScope {
  return { subject, period: segment.period, share, rounding }
}

function amountsByMetric(lines: readonly RatedLine[]): Record<string, Exact> {
  const amounts = new Map<string, Exact>()
  for (const { metric, exact } of lines)
    if (metric !== undefined)
      amounts.set(metric, addExact(amounts.get(metric) ?? EXACT_ZERO, exact))
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
