import { canonicalJson } from '#src/kernel/canonical.ts'
import { minDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { ownValue } from '#src/kernel/own.ts'
import type { Charge } from './charge-shapes.ts'
import type { UsageEvent } from './models/usage.ts'

/** Events of one combination of the charge's groupBy values; `label` reads "region eu", empty without groupBy. */
export interface EventGroup {
  readonly label: string
  readonly events: readonly UsageEvent[]
}

/** Time order, ties by quantity and properties: the order in which they came in has no say. */
export function inTimeOrder(events: readonly UsageEvent[]): UsageEvent[] {
  return events
    .map((event) => ({ event, at: event.at.epochNanoseconds }))
    .sort((a, b) => compare(a.at, b.at) || compareEqualTimes(a.event, b.event))
    .map(({ event }) => event)
}

function compareEqualTimes(a: UsageEvent, b: UsageEvent): number {
  return (
    compare(a.quantity, b.quantity) ||
    compare(canonicalJson(a.properties), canonicalJson(b.properties))
  )
}

/** By code unit, or by number: never by the machine's language. */
export function compare<T extends string | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Events that have one of the wanted values in every property the filter names. */
export function matching(
  filter: Charge['filter'],
  events: readonly UsageEvent[],
): readonly UsageEvent[] {
  const wanted = Object.entries(filter)
  if (wanted.length === 0) return events
  return events.filter(({ properties }) =>
    wanted.every(([property, values]) => {
      const value = ownValue(properties, property)
      return value !== undefined && values.includes(value)
    }),
  )
}

/** Groups in order of their values; an event without the property is in the group of "(none)". */
export function grouped(groupBy: readonly string[], events: readonly UsageEvent[]): EventGroup[] {
  if (groupBy.length === 0 || events.length === 0) return [{ label: '', events }]
  const groups = new Map<string, { label: string; events: UsageEvent[] }>()
  for (const event of events) {
    const values = groupBy.map((property) => ownValue(event.properties, property) ?? null)
    const key = JSON.stringify(values)
    const label = groupBy
      .map((property, index) => `${property} ${values[index] ?? '(none)'}`)
      .join(', ')
    const group = groups.get(key) ?? { label, events: [] }
    group.events.push(event)
    groups.set(key, group)
  }
  return [...groups].sort(([a], [b]) => compare(a, b)).map(([, group]) => group)
}

/** Events of one UTC hour or one local day each, in time order. */
export function bucketed(
  bucket: 'hour' | 'day',
  timeZone: string,
  events: readonly UsageEvent[],
): UsageEvent[][] {
  const buckets = new Map<string, UsageEvent[]>()
  for (const event of events) {
    const key =
      bucket === 'hour'
        ? event.at.toString().slice(0, 13)
        : event.at.toZonedDateTimeISO(timeZone).toPlainDate().toString()
    const held = buckets.get(key)
    if (held) held.push(event)
    else buckets.set(key, [event])
  }
  return [...buckets.values()]
}

/** Takes the first `freeUnits` off the events in time order; an event that is only partly free keeps its rest. */
export function withoutFree(
  events: readonly UsageEvent[],
  freeUnits: Decimal,
): { readonly free: Decimal; readonly rest: readonly UsageEvent[] } {
  if (freeUnits === 0n) return { free: freeUnits, rest: events }
  let left: bigint = freeUnits
  const rest = events.flatMap((event) => {
    if (event.quantity <= 0n) return [event]
    const spared = minDecimal(event.quantity, left as Decimal)
    left -= spared
    const quantity = (event.quantity - spared) as Decimal
    return quantity === 0n ? [] : [{ ...event, quantity }]
  })
  return { free: (freeUnits - left) as Decimal, rest }
}
