import { currencyDigits, type Currency } from '#src/kernel/currency.ts'
import { ZERO } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'
import { addExact, EXACT_ZERO, sumExact, type Exact } from '#src/kernel/exact.ts'
import { sumMinor } from '#src/kernel/money.ts'
import { earlier, type Instant, type Period } from '#src/kernel/time.ts'
import { addOnLines, type HeldAddOn } from './addons.ts'
import { baseFeeLines } from './base-fee.ts'
import { billedShares, type BilledShare } from './billed-share.ts'
import { capAt, commitmentLines, liftTo } from './bounds.ts'
import { boundScope, rateCharge, type RatedCharge, type SegmentScope } from './charge-lines.ts'
import { planOf } from './document.ts'
import { COMMITMENT, MINIMUM, segmentFloors } from './floors.ts'
import type { RatedLine } from './lines.ts'
import { chargesOf, metricsOf } from './plan-charges.ts'
import type { MeteredUsage } from './price-charge.ts'
import { NOTHING } from './proration.ts'
import { compare } from './select.ts'
import { planSegments, type PlanSegment, type SubscriptionTerms } from './segments.ts'

/** Everything one billing period of a subscription is rated from. */
export interface RatingInput extends SubscriptionTerms {
  /** Where the period is still running: a value that holds is weighed up to here, not to the period's end. */
  readonly asOf?: Instant
  readonly addons: readonly HeldAddOn[]
  /** Usage by metric, one map for each of `planSegments(input)`, in that order. */
  readonly usage: readonly ReadonlyMap<string, MeteredUsage>[]
}

/** Usage that the plan in force has no price for. The caller reports it: it is never dropped. */
export interface UnratedUsage {
  readonly metric: string
  readonly planId: string
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
 * Base fee, add-ons, minimums and commitments are prorated; included usage, tiers and maximums are per segment, whole.
 * @throws invalid_input for unknown plans or add-ons, mixed currencies, or a total where events are needed.
 */
export function rateSubscription(input: RatingInput): RatingResult {
  const segments = planSegments(input)
  if (segments.length !== input.usage.length)
    throw new AppError('internal', `${segments.length} segments, ${input.usage.length} usage maps`)
  const { currency } = planOf(input.document, input.planId)
  const digits = currencyDigits(currency)
  const billed = billedShares(input, segments)
  const scopes = scopesOf(input, segments, billed, digits)
  const baseFees = baseFeeLines(input, segments, billed, digits)
  const rated = scopes.map((scope, index) => {
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

function scopesOf(
  input: RatingInput,
  segments: readonly PlanSegment[],
  billed: readonly BilledShare[],
  digits: number,
): SegmentScope[] {
  const { timeZone, period: window, asOf } = input
  const scopes = segments.map((segment, index) => {
    const { document, plan, period } = segment
    const end = asOf ? earlier(period.end, asOf) : period.end
    return {
      segment,
      plan,
      pricing: { timeZone, time: { segment: { start: period.start, end }, window } },
      share: billed[index]?.share ?? NOTHING,
      rounding: { digits, rule: document.roundingRule },
    }
  })
  const floors = segmentFloors(scopes)
  return scopes.map((scope, index) => ({ ...scope, floors: floors[index] ?? new Map() }))
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
  const { floors } = scope
  const { plan } = scope.segment
  const { commitment, minimum, maximum } = plan
  const bound = boundScope(scope, plan.name ?? plan.id)
  const lines = charges.flatMap((charge) => charge.lines)
  if (commitment)
    lines.push(
      ...commitmentLines(
        commitment,
        floors.get(COMMITMENT) ?? 0n,
        { lines, exact: sumExact(charges.map(({ exact }) => exact)) },
        bound,
      ),
    )
  if (baseFee) lines.unshift(baseFee)
  if (minimum !== undefined)
    lines.push(...liftTo('minimum', minimum, floors.get(MINIMUM) ?? 0n, lines, bound))
  if (maximum !== undefined) lines.push(...capAt(maximum, lines, bound))
  return lines.map((line) => ({ ...line, planId: plan.id }))
}

function amountsByMetric(charges: readonly RatedCharge[]): Record<string, Exact> {
  const amounts = new Map<string, Exact>()
  for (const { metric, exact, lines } of charges)
    if (lines.length > 0 || exact.numerator !== 0n)
      amounts.set(metric, addExact(amounts.get(metric) ?? EXACT_ZERO, exact))
  return Object.fromEntries([...amounts].sort(([a], [b]) => compare(a, b)))
}

function unratedIn(
  { plan, planId, period }: PlanSegment,
  usage: ReadonlyMap<string, MeteredUsage> | undefined,
): UnratedUsage[] {
  const known = new Set(metricsOf(plan))
  return [...(usage ?? [])]
    .filter(([metric]) => !known.has(metric))
    .sort(([a], [b]) => compare(a, b))
    .map(([metric, used]) => ({ metric, planId, period, usage: used }))
}
