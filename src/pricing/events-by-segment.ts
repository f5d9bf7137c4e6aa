import type { FieldProblem } from '#src/kernel/errors.ts'
import { contains, isBefore } from '#src/kernel/time.ts'
import type { UsageEvent } from './models/usage.ts'
import { opensWithEarlier } from './plan-charges.ts'
import type { MeteredUsage } from './price-charge.ts'
import type { PlanSegment } from './segments.ts'
import type { UsageInput } from './usage-input.ts'

/**
 * Events by segment and metric, each by its instant. Events from before the first segment have a place only where a
 * weighted sum opens with them; every other one outside is added to `problems`.
 */
export function eventsBySegment(
  events: UsageInput['events'],
  segments: readonly PlanSegment[],
  problems: FieldProblem[],
): Map<string, MeteredUsage>[] {
  const opening = new Set(
    events
      .map(({ metric }) => metric)
      .filter((metric) => segments.some(({ plan }) => opensWithEarlier(plan, metric))),
  )
  const earlier = new Map<string, UsageEvent[]>()
  const inside = segments.map(() => new Map<string, UsageEvent[]>())
  for (const [index, event] of events.entries()) {
    const [first] = segments
    const isOpening =
      first && opening.has(event.metric) && isBefore(event.timestamp, first.period.start)
    const at = segments.findIndex(({ period }) => contains(period, event.timestamp))
    const held = isOpening ? earlier : inside[at]
    if (held) addTo(held, event.metric, usageEventOf(event))
    else
      problems.push({
        path: `events[${index}].timestamp`,
        message: 'lies outside the time in which the subscription was active in this period',
      })
  }
  return segments.map(({ plan }, index) => {
    const usage = new Map<string, MeteredUsage>()
    for (const [metric, list] of inside[index] ?? []) usage.set(metric, { events: list })
    for (const metric of opening) {
      const before = [earlier, ...inside.slice(0, index)].flatMap((held) => held.get(metric) ?? [])
      if (before.length > 0 && opensWithEarlier(plan, metric))
        usage.set(metric, { events: inside[index]?.get(metric) ?? [], before })
    }
    return usage
  })
}

/** An event of USAGE.json as rating looks at it. */
export function usageEventOf(event: UsageInput['events'][number]): UsageEvent {
  const { timestamp, quantity, properties } = event
  return { at: timestamp, quantity, properties }
}

function addTo(held: Map<string, UsageEvent[]>, metric: string, event: UsageEvent): void {
  const list = held.get(metric)
  if (list) list.push(event)
  else held.set(metric, [event])
}
