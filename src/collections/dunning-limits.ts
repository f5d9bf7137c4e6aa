import { later, type Instant } from '#src/kernel/time.ts'
import { mayScheduleRetry, openMailSteps } from './mail-rules.ts'
import { type CaseFacts, type Circumstances } from './rules.ts'
import { isReviewed } from './states.ts'
import { dayStart } from './schedule.ts'

/** What an agent may propose for a case now; approvals judge by it. */
export interface DunningLimits {
  readonly retryAllowed: boolean
  readonly earliestRetryAt: Instant
  readonly latestRetryAt: Instant
  /** Steps that may still be mailed. */
  readonly openSteps: readonly string[]
  /** Dispute, withdrawn mandate, manual hold, or the case has ended. */
  readonly frozen: boolean
}

// The network forbids hurry, and soft declines are never retried the same day (DUNNING_POLICY §1).
const SOONEST_HOURS = { soft: 24, transient: 1, delayed: 24, indeterminate: 24 } as const

/** The limits of a case: retries between a class's shortest wait and the review, mail for the present stage. */
export function dunningLimits(current: CaseFacts, at: Circumstances): DunningLimits {
  const ended = current.state === 'recovered' || current.state === 'closed'
  const frozen = current.frozenReason !== null || at.manualHold || ended
  return {
    retryAllowed: !frozen && !isReviewed(current.state) && mayScheduleRetry(current),
    earliestRetryAt: earliestRetry(current, at),
    latestRetryAt: latestRetry(current, at),
    openSteps: frozen ? [] : openMailSteps(current, at.policy),
    frozen,
  }
}

function earliestRetry(current: CaseFacts, at: Circumstances): Instant {
  const hours: Readonly<Record<string, number>> = SOONEST_HOURS
  const soonest = at.now.add({ hours: hours[current.declineClass] ?? 24 })
  return current.declineClass === 'soft'
    ? later(soonest, dayStart(at.now, 1, at.timeZone))
    : soonest
}

function latestRetry(current: CaseFacts, at: Circumstances): Instant {
  const review = at.policy.steps.find(({ does }) => does === 'review') ?? at.policy.steps.at(-1)
  return dayStart(current.firstFailureAt, review?.day ?? 0, at.timeZone)
}
