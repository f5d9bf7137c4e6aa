import { decimalOf, ZERO, type Decimal } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'
import { ownValue } from '#src/kernel/own.ts'
import type { Charge } from './charge-shapes.ts'
import type { UsageEvent } from './models/usage.ts'
import { weightedSum, type MeasuredTime } from './weighted-sum.ts'

/** How a charge makes one quantity out of events. */
export type AggregationTerms = Pick<
  Charge,
  'aggregation' | 'aggregationProperty' | 'percentile' | 'percentileMethod' | 'weightedInterval'
>

/**
 * One quantity out of the events, which come in time order. Zero for no events. What does not end within 12 digits
 * after the point is rounded there, half away from zero. Only `weighted_sum` looks at `time`, and it alone may be
 * handed events from before: the last of them is the value that the measured time opens with.
 */
export function aggregate(
  terms: AggregationTerms,
  events: readonly UsageEvent[],
  time: MeasuredTime,
): Decimal {
  const last = events.at(-1)
  if (!last) return ZERO
  switch (terms.aggregation) {
    case 'sum':
      return sumOf(events)
    case 'count':
      return decimalOf(events.length)
    case 'max':
      return largest(events).quantity
    case 'min':
      return events.reduce(
        (least, event) => (event.quantity < least.quantity ? event : least),
        last,
      ).quantity
    case 'average':
      return dividedNearest(sumOf(events), BigInt(events.length))
    case 'latest':
      return last.quantity
    case 'unique':
      return decimalOf(distinctValues(terms.aggregationProperty ?? '', events))
    case 'percentile':
      return percentileOf(terms, events)
    case 'weighted_sum': {
      const { weight, per } = weightedSum(events, time, terms.weightedInterval)
      return dividedNearest(weight, per)
    }
  }
}

/** The event of the largest quantity, the earliest of equals. */
export function largest(events: readonly UsageEvent[]): UsageEvent {
  const [first, ...rest] = events
  if (!first) throw new AppError('internal', 'no events to choose from')
  return rest.reduce((most, event) => (event.quantity > most.quantity ? event : most), first)
}

function sumOf(events: readonly UsageEvent[]): Decimal {
  let sum = 0n
  for (const event of events) sum += event.quantity
  return sum as Decimal
}

function dividedNearest(sum: bigint, count: bigint): Decimal {
  const size = sum < 0n ? -sum : sum
  const rounded = (2n * size + count) / (2n * count)
  return (sum < 0n ? -rounded : rounded) as Decimal
}

/** Events without the property count as nothing. */
function distinctValues(property: string, events: readonly UsageEvent[]): number {
  return new Set(events.flatMap((event) => ownValue(event.properties, property) ?? [])).size
}

const HUNDRED = decimalOf(100)

/**
 * Nearest rank: the smallest value that at least p per cent of the events do not exceed, as 95th-percentile bandwidth
 * is billed. Linear: rank p × (n − 1) counted from zero, between its two neighbours.
 */
function percentileOf(
  { percentile = HUNDRED, percentileMethod }: AggregationTerms,
  events: readonly UsageEvent[],
): Decimal {
  const sorted = events.map((event) => event.quantity).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const valueAt = (index: bigint): Decimal => sorted[Number(index)] ?? ZERO
  const count = BigInt(sorted.length)
  if (percentileMethod !== 'linear')
    return valueAt((percentile * count + HUNDRED - 1n) / HUNDRED - 1n)
  const scaledRank = percentile * (count - 1n)
  const [below, rest] = [valueAt(scaledRank / HUNDRED), scaledRank % HUNDRED]
  const above = rest === 0n ? below : valueAt(scaledRank / HUNDRED + 1n)
  return dividedNearest(below * HUNDRED + (above - below) * rest, HUNDRED)
}
