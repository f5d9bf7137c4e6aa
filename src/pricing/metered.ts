import type { FieldProblem } from '#src/kernel/errors.ts'
import type { Period } from '#src/kernel/time.ts'
import { aggregate } from './aggregate.ts'
import { eventsBySegment, usageEventOf } from './events-by-segment.ts'
import type { UsageEvent } from './models/usage.ts'
import { metricNeedsEvents, metricsOf } from './plan-charges.ts'
import type { MeteredUsage } from './price-charge.ts'
import { invalidSource } from './problems.ts'
import { inTimeOrder } from './select.ts'
import type { PlanSegment } from './segments.ts'
import type { UsageInput } from './usage-input.ts'

/**
 * Hands the calculator's usage to the segments: events by their instants, totals to the one segment there is.
 * @throws invalid_input naming each usage metric or event that has no place, or contradicts itself.
 */
export function meteredBySegment(
  input: UsageInput,
  segments: readonly PlanSegment[],
): Map<string, MeteredUsage>[] {
  const problems: FieldProblem[] = []
  const measured = eventsBySegment(input.events, segments, problems)
  const listed = Map.groupBy(input.events, ({ metric }) => metric)
  for (const [metric, quantity] of Object.entries(input.usage)) {
    const path = `usage.${metric}`
    const events = listed.get(metric)?.map(usageEventOf)
    if (events) {
      if (!agrees(metric, quantity, events, segments, input.period))
        problems.push({ path, message: 'contradicts the events given for the same metric' })
    } else if (segments.length === 1 || quantity === 0n) {
      const at = segmentKnowing(metric, segments)
      const plan = segments[at]?.plan
      if (plan && quantity !== 0n && metricNeedsEvents(plan, metric))
        problems.push({ path, message: NEEDS_EVENTS })
      measured[at]?.set(metric, { quantity })
    } else problems.push({ path, message: whyNoPlace(segments) })
  }
  if (problems.length > 0) throw invalidSource('usage', problems)
  return measured
}

const NEEDS_EVENTS = 'its charge looks at single events: give them under "events", not a total'

/** The first segment whose plan has the metric; else the first, where its lack of a price comes out. */
function segmentKnowing(metric: string, segments: readonly PlanSegment[]): number {
  return Math.max(
    0,
    segments.findIndex(({ plan }) => metricsOf(plan).includes(metric)),
  )
}

function whyNoPlace(segments: readonly PlanSegment[]): string {
  return segments.length === 0
    ? 'the subscription was not active in this period'
    : 'the plan changes or a free trial ends within the period: give this usage under "events", so that each falls to its plan'
}

/** A total beside events must be their sum, or what a charge on the metric aggregates them to. */
function agrees(
  metric: string,
  quantity: bigint,
  events: readonly UsageEvent[],
  segments: readonly PlanSegment[],
  window: Period,
): boolean {
  const [first, last] = [segments[0], segments.at(-1)]
  // Outside the active time it is the events that are refused, each by its index.
  if (!first || !last) return true
  const segment = { start: first.period.start, end: last.period.end }
  const ordered = inTimeOrder(events)
  const charges = segments.flatMap(({ plan }) =>
    plan.charges.filter((charge) => charge.metric === metric),
  )
  return [{ aggregation: 'sum' as const }, ...charges].some(
    (charge) => aggregate(charge, ordered, { segment, window }) === quantity,
  )
}
