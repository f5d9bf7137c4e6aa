import type { Instant } from '#src/kernel/time.ts'
import { chargesOf, metricNeedsEvents } from '#src/pricing/plan-charges.ts'
import { planSegments } from '#src/pricing/segments.ts'
import type { BillingCase } from './decision.ts'

/**
 * Whether a period can be rated without its raw events: buckets hold whole UTC hours of sums, counts and extremes.
 * @throws invalid_input where the document does not fit the subscription.
 */
export function bucketsSuffice({ rating }: Pick<BillingCase, 'rating'>): boolean {
  return planSegments(rating).every(
    ({ plan, period }) =>
      isWholeHour(period.start) &&
      isWholeHour(period.end) &&
      chargesOf(plan).every(
        ({ charge }) =>
          ['sum', 'count', 'max', 'min'].includes(charge.aggregation) &&
          !metricNeedsEvents(plan, charge.metric),
      ),
  )
}

function isWholeHour({ epochMilliseconds }: Instant): boolean {
  return epochMilliseconds % 3_600_000 === 0
}
