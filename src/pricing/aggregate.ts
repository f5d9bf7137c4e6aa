import { decimalOf, ZERO, type Decimal } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { Charge } from './charge-shapes.ts'
import type { UsageEvent } from './models/usage.ts'

/**
 * One quantity out of the events, which come in time order. Zero for no events.
 * An average is cut to 12 digits after the point, half away from zero.
 */
export function aggregate(
  charge: Pick<Charge, 'aggregation' | 'aggregationProperty'>,
  events: readonly UsageEvent[],
): Decimal {
  const last = events.at(-1)
  if (!last) return ZERO
  switch (charge.aggregation) {
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
      return decimalOf(distinctValues(charge.aggregationProperty ?? '', events))
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

function dividedNearest(sum: Decimal, count: bigint): Decimal {
  const size = sum < 0n ? -sum : sum
  const rounded = (2n * size + count) / (2n * count)
  return (sum < 0n ? -rounded : rounded) as Decimal
}

/** Events without the property count as nothing. */
function distinctValues(property: string, events: readonly UsageEvent[]): number {
  return new Set(events.flatMap((event) => event.properties[property] ?? [])).size
}
