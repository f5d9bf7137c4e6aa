import type { Period } from '#src/kernel/time.ts'
import type { WeightedInterval } from './charge-shapes.ts'
import type { UsageEvent } from './models/usage.ts'

/** The stretch that usage is measured in, and the whole billing period that it is a part of. */
export interface MeasuredTime {
  readonly segment: Period
  readonly window: Period
}

const SECOND_NS = 1_000_000_000n
const INTERVALS_NS: Record<Exclude<WeightedInterval, 'period'>, bigint> = {
  second: SECOND_NS,
  minute: 60n * SECOND_NS,
  hour: 3_600n * SECOND_NS,
  day: 86_400n * SECOND_NS,
}

/**
 * Σ value × how long it held within the segment, as weight / per. Each event sets a value that holds until the next
 * one; the last event before the segment gives the value it opens with, without one that is nothing. Measured in
 * shares of the whole period, so 1 held throughout is 1 and segments add up; or in an interval of fixed length.
 */
export function weightedSum(
  events: readonly UsageEvent[],
  { segment, window }: MeasuredTime,
  interval: WeightedInterval = 'period',
): { readonly weight: bigint; readonly per: bigint } {
  const [start, end] = [segment.start.epochNanoseconds, segment.end.epochNanoseconds]
  let weight = 0n
  let until = end
  for (const event of events.toReversed()) {
    const at = event.at.epochNanoseconds
    const from = at > start ? at : start
    if (from < until) {
      weight += event.quantity * (until - from)
      until = from
    }
    if (at <= start) break
  }
  const per =
    interval === 'period'
      ? window.end.epochNanoseconds - window.start.epochNanoseconds
      : INTERVALS_NS[interval]
  return { weight, per }
}
