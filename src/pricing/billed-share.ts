import { isBefore, later, type Period } from '#src/kernel/time.ts'
import { NOTHING, shareOf, type Share } from './proration.ts'
import type { PlanSegment, SubscriptionTerms } from './segments.ts'

/** The part of a segment for which amounts per period are owed, and its share of the whole period. */
export interface BilledShare {
  readonly span: Period
  readonly share: Share
}

/**
 * What share of its plan's base fee, minimums and commitment each segment owes: its days after the trial, of those of
 * the whole period. Without proration the plan that the period ends on owes its amounts in full, the others nothing.
 */
export function billedShares(
  terms: SubscriptionTerms,
  segments: readonly PlanSegment[],
): BilledShare[] {
  const { trialEndsAt } = terms
  return segments.map(({ document, counted }, index) => {
    const start = trialEndsAt ? later(counted.start, trialEndsAt) : counted.start
    const span = { start, end: counted.end }
    const last = index === segments.length - 1
    const due = isBefore(start, counted.end) && (last || document.proration !== 'none')
    const share = due ? shareOf(span, terms.period, terms.timeZone, document.proration) : NOTHING
    return { span, share }
  })
}
