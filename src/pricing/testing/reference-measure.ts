import type { ChargeJson, EventJson } from './reference-shapes.ts'
import { dayNumber, type Span } from './calendar.ts'
import {
  compared,
  divided,
  fraction,
  minus,
  NIL,
  plus,
  times,
  toDigits,
  total,
} from './fraction.ts'
import type { Fraction } from './fraction.ts'

/** One event of the second rater. */
export interface Used {
  readonly at: number
  readonly quantity: Fraction
  readonly properties: Readonly<Record<string, string>>
}

/** Where and when something is measured. */
export interface Measure {
  readonly span: Span
  readonly period: Span
  readonly timeZone: string
}

/** In time order; at one instant by quantity, then by the properties as sorted JSON. */
export function ordered(events: readonly EventJson[]): Used[] {
  const text = ({ properties }: Used) => JSON.stringify(Object.entries(properties).sort(byName))
  return events
    .map(({ timestamp, quantity, properties }) => ({
      at: Date.parse(timestamp),
      quantity: fraction(quantity),
      properties,
    }))
    .sort((a, b) => a.at - b.at || compared(a.quantity, b.quantity) || (text(a) < text(b) ? -1 : 1))
}

function byName(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] < b[0] ? -1 : 1
}

/** Only what the filter lets through, then apart by the values of groupBy; one empty group for nothing at all. */
export function groupsOf(charge: ChargeJson, events: readonly Used[]): Used[][] {
  const wanted = Object.entries(charge.filter ?? {})
  const left = events.filter(({ properties }) =>
    wanted.every(([name, values]) => values.some((value) => properties[name] === value)),
  )
  const groups = new Map<string, Used[]>()
  for (const event of left) {
    const key = JSON.stringify((charge.groupBy ?? []).map((name) => event.properties[name] ?? null))
    groups.set(key, [...(groups.get(key) ?? []), event])
  }
  return groups.size === 0 ? [[]] : [...groups.values()]
}

/** The largest event of each hour in UTC or each local day. */
export function peaks(bucket: string, events: readonly Used[], timeZone: string): Used[] {
  const found = new Map<number, Used>()
  for (const event of events) {
    const key = bucket === 'hour' ? Math.floor(event.at / 3_600_000) : dayNumber(event.at, timeZone)
    const held = found.get(key)
    if (!held || compared(event.quantity, held.quantity) > 0) found.set(key, event)
  }
  return [...found.values()]
}

/** One number out of a group, by the charge's aggregation. */
export function measured(charge: ChargeJson, events: readonly Used[], measure: Measure): Fraction {
  if (events.length === 0) return NIL
  const quantities = events.map(({ quantity }) => quantity)
  const sorted = [...quantities].sort(compared)
  switch (charge.aggregation ?? 'sum') {
    case 'sum':
      return total(quantities)
    case 'count':
      return fraction(events.length)
    case 'max':
      return sorted.at(-1) ?? NIL
    case 'min':
      return sorted[0] ?? NIL
    case 'latest':
      return quantities.at(-1) ?? NIL
    case 'average':
      return toDigits(divided(total(quantities), fraction(events.length)), 12)
    case 'unique':
      return fraction(uniqueValues(charge.aggregationProperty ?? '', events))
    case 'percentile':
      return percentile(charge, sorted)
    default:
      return weighted(charge, events, measure)
  }
}

function uniqueValues(property: string, events: readonly Used[]): number {
  const values = events.map(({ properties }) => properties[property])
  return new Set(values.filter((value) => value !== undefined)).size
}

function percentile(charge: ChargeJson, sorted: readonly Fraction[]): Fraction {
  const share = divided(fraction(charge.percentile ?? '100'), fraction(100))
  if (charge.percentileMethod !== 'linear') {
    // Count up until the values passed are at least the share of all.
    const enough = times(share, fraction(sorted.length))
    const index = sorted.findIndex((_, at) => compared(fraction(at + 1), enough) >= 0)
    return sorted[index] ?? NIL
  }
  const rank = times(share, fraction(sorted.length - 1))
  const below = sorted.filter((_, at) => compared(fraction(at), rank) <= 0).length - 1
  const [low, high] = [sorted[below] ?? NIL, sorted[below + 1] ?? sorted[below] ?? NIL]
  const part = minus(rank, fraction(below))
  return toDigits(plus(low, times(part, minus(high, low))), 12)
}

const LENGTHS_MS: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
}

/** Each value × the milliseconds it held inside the span, over the length it is measured in. */
function weighted(
  charge: ChargeJson,
  events: readonly Used[],
  { span, period }: Measure,
): Fraction {
  const parts = events.map((event, index) => {
    const from = Math.max(event.at, span[0])
    const to = Math.min(events[index + 1]?.at ?? span[1], span[1])
    return times(event.quantity, fraction(Math.max(0, to - from)))
  })
  const length = LENGTHS_MS[charge.weightedInterval ?? ''] ?? period[1] - period[0]
  return toDigits(divided(total(parts), fraction(length)), 12)
}
