import { isBefore } from '#src/kernel/time.ts'
import { pricedMetrics } from '#src/pricing/plan-charges.ts'
import { planSegments, type PlanSegment } from '#src/pricing/segments.ts'
import type { BillingCase } from './decision.ts'

interface Stretch {
  readonly subscriptionId: string
  readonly segment: PlanSegment
}

/**
 * Why none of a customer's cases may be invoiced: a usage event names the customer and no subscription, so a metric that
 * two subscriptions price at one time would be billed by both. Null where that is not so.
 */
export function pricedTwice(cases: readonly BillingCase[]): string | null {
  if (cases.length < 2) return null
  const seen: Stretch[] = []
  for (const stretch of cases.flatMap(stretchesOf)) {
    for (const other of seen) {
      const metric = sharedMetric(stretch, other)
      if (metric !== undefined)
        return `${other.subscriptionId} and ${stretch.subscriptionId} both price "${metric}" at one time: its usage would be billed twice`
    }
    seen.push(stretch)
  }
  return null
}

function stretchesOf(billing: BillingCase): Stretch[] {
  try {
    const { subscriptionId } = billing
    return planSegments(billing.rating).map((segment) => ({ subscriptionId, segment }))
  } catch {
    // Terms that do not fit the document are refused with their own reason.
    return []
  }
}

function sharedMetric(a: Stretch, b: Stretch): string | undefined {
  if (a.subscriptionId === b.subscriptionId) return undefined
  const [one, two] = [a.segment.period, b.segment.period]
  if (!isBefore(one.start, two.end) || !isBefore(two.start, one.end)) return undefined
  const priced = pricedMetrics(b.segment.plan)
  return [...pricedMetrics(a.segment.plan)].find((metric) => priced.has(metric))
}
