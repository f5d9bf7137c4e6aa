import type { FieldProblem } from '#src/kernel/errors.ts'
import { contains } from '#src/kernel/time.ts'
import { aggregate } from './aggregate.ts'
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
  const events = eventsBySegment(input, segments, problems)
  const measured = events.map(
    (byMetric) =>
      new Map<string, MeteredUsage>(
        [...byMetric].map(([metric, list]) => [metric, { events: list }]),
      ),
  )
  for (const [metric, quantity] of Object.entries(input.usage)) {
    const path = `usage.${metric}`
    const listed = input.events.filter((event) => event.metric === metric).map(eventOf)
    if (listed.length > 0) {
      if (!agrees(metric, quantity, listed, segments))
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
    : 'the plan changes within the period: give this usage under "events", so that each falls to its plan'
}

function eventsBySegment(
  input: UsageInput,
  segments: readonly PlanSegment[],
  problems: FieldProblem[],
): Map<string, UsageEvent[]>[] {
  const bySegment = segments.map(() => new Map<string, UsageEvent[]>())
  for (const [index, event] of input.events.entries()) {
    const at = segments.findIndex(({ period }) => contains(period, event.timestamp))
    const held = bySegment[at]
    if (!held) {
      const message = 'lies outside the time in which the subscription was active in this period'
      problems.push({ path: `events[${index}].timestamp`, message })
      continue
    }
    const list = held.get(event.metric)
    if (list) list.push(eventOf(event))
    else held.set(event.metric, [eventOf(event)])
  }
  return bySegment
}

function eventOf({ timestamp, quantity, properties }: UsageInput['events'][number]): UsageEvent {
  return { at: timestamp, quantity, properties }
}

/** A total beside events must be their sum, or what a charge on the metric aggregates them to. */
function agrees(
  metric: string,
  quantity: bigint,
  events: readonly UsageEvent[],
  segments: readonly PlanSegment[],
): boolean {
  const ordered = inTimeOrder(events)
  const charges = segments.flatMap(({ plan }) =>
    plan.charges.filter((charge) => charge.metric === metric),
  )
  return [{ aggregation: 'sum' as const }, ...charges].some(
    (charge) => aggregate(charge, ordered) === quantity,
  )
}
