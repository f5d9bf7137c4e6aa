import { ZERO, type Decimal } from '#src/kernel/decimal.ts'
import { compareExact, EXACT_ZERO, exactOf, roundToMinor, type Exact } from '#src/kernel/exact.ts'
import { sumMinor } from '#src/kernel/money.ts'
import { capAt, exactSum, liftTo, type BoundScope } from './bounds.ts'
import type { Charge } from './charge-shapes.ts'
import { describeUsage, overageNotes } from './describe.ts'
import type { Floors } from './floors.ts'
import type { RatedLine } from './lines.ts'
import { FREE_POSITION, type PricedPart } from './models/part.ts'
import { phrase, type LineWording } from './phrases.ts'
import type { PlanCharge } from './plan-charges.ts'
import {
  priceCharge,
  type MeteredUsage,
  type PricedGroup,
  type PricingScope,
} from './price-charge.ts'
import { shareOfPrice, type Rounding, type Share } from './proration.ts'
import type { PlanSegment } from './segments.ts'

/** One segment under rating. */
export interface SegmentScope {
  readonly segment: PlanSegment
  readonly pricing: PricingScope
  /** What share of its amounts per period the segment owes. */
  readonly share: Share
  readonly floors: Floors
  readonly rounding: Rounding
}

/** A charge with its lines. `exact` is its amount held between minimum and maximum, before any rounding. */
export interface RatedCharge {
  readonly metric: string
  readonly lines: readonly RatedLine[]
  readonly exact: Exact
}

/** A line per priced part, then what the charge's own minimum and maximum change. */
export function rateCharge(
  { charge, kind, key, name }: PlanCharge,
  usage: MeteredUsage,
  scope: SegmentScope,
): RatedCharge {
  const { metric } = charge
  const priced = priceCharge(charge, usage, scope.pricing)
  const groups = scope.segment.freeTrial ? priced.map(freeOfCharge) : priced
  const lines = groups.flatMap(({ label, parts }) =>
    parts.map((part) => {
      const over = kind === 'overage' && part.position !== FREE_POSITION
      const notes = over ? overageNotes(charge) : part.notes
      const wording = { subject: name, group: label, price: part.price, notes }
      return partLine(part, kind, metric, wording, scope)
    }),
  )
  // Between the exact amounts: a bound finer than the currency's digits leaves no line and still holds.
  const exact = heldBetween(exactSum(lines), charge, scope.share)
  const bound = { ...boundScope(scope, name), metric }
  const { minimum } = charge
  if (minimum !== undefined)
    lines.push(...liftTo('minimum', minimum, scope.floors.get(key) ?? 0n, lines, bound))
  if (charge.maximum !== undefined) lines.push(...capAt(charge.maximum, lines, bound))
  return { metric, lines, exact }
}

/** What was used in a free trial is shown, in one line a group. */
function freeOfCharge({ label, parts }: PricedGroup): PricedGroup {
  const quantity = sumMinor(parts.map((part) => part.quantity)) as Decimal
  if (quantity === 0n) return { label, parts: [] }
  const part = {
    position: FREE_POSITION,
    quantity,
    unitPrice: ZERO,
    price: phrase('free'),
    notes: [],
    amount: EXACT_ZERO,
  }
  return { label, parts: [part] }
}

export function boundScope(
  { segment, share, rounding }: SegmentScope,
  subject: string,
): BoundScope {
  return { subject, currency: segment.plan.currency, period: segment.period, share, rounding }
}

function heldBetween(amount: Exact, { minimum, maximum }: Charge, share: Share): Exact {
  const low = minimum === undefined ? amount : shareOfPrice(minimum, share)
  const high = maximum === undefined ? undefined : exactOf(maximum)
  const lifted = compareExact(amount, low) < 0 ? low : amount
  return high && compareExact(lifted, high) > 0 ? high : lifted
}

function partLine(
  part: PricedPart,
  kind: PlanCharge['kind'],
  metric: string,
  wording: LineWording,
  { segment, rounding }: SegmentScope,
): RatedLine {
  return {
    kind: part.position === FREE_POSITION ? 'included' : kind,
    metric,
    description: describeUsage(wording, part.quantity, segment.plan.currency),
    wording,
    quantity: part.quantity,
    unitPrice: part.unitPrice,
    amountMinor: roundToMinor(part.amount, rounding.digits, rounding.rule),
    exact: part.amount,
    period: segment.period,
  }
}
