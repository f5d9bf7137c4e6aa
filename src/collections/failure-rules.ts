import type { Instant } from '#src/kernel/time.ts'
import type { DeclineClass } from './decline-classes.ts'
import { FIRST_MAIL, firstMailIsDue } from './mail-rules.ts'
import { type CaseFacts } from './rules.ts'
import { isReviewed, type DunningState } from './states.ts'
import { dayStart, planRetry, type DunningPolicy } from './schedule.ts'

/** A charge that did not go through, as §1 reads it. */
export interface Failure {
  readonly declineClass: DeclineClass
  readonly paymentId: string
}

export interface FailureSetting {
  readonly now: Instant
  readonly timeZone: string
  readonly policy: DunningPolicy
}

/** What a failure makes of a case, and what it causes. */
export interface FailureOutcome {
  readonly state: DunningState
  readonly declineClass: DeclineClass
  readonly firstFailureAt: Instant
  readonly failures: number
  readonly nextStep: number | null
  readonly nextStepAt: Instant | null
  readonly nextRetryAt: Instant | null
  readonly frozenReason: string | null
  /** Name of the mail that goes out for this failure itself, beside the schedule's. */
  readonly mailStep: string | null
  readonly escalate: 'fraud_class' | 'mandate_withdrawn' | null
}

/** The outcome of a failed charge for an invoice whose case is open, or that has none yet. */
export function decideFailure(
  current: CaseFacts | null,
  failure: Failure,
  at: FailureSetting,
): FailureOutcome {
  const { declineClass } = failure
  const firstFailureAt = current?.firstFailureAt ?? at.now
  const failures = (current?.failures ?? 0) + 1
  const frozenReason = current?.frozenReason ?? freezing(declineClass)
  const schedule = current ?? firstStep(firstFailureAt, at)
  const blocked = frozenReason !== null || (current !== null && isReviewed(current.state))
  const nextRetryAt = blocked
    ? null
    : planRetry(at.policy, {
        declineClass,
        firstFailureAt,
        stepsTaken: (schedule.nextStep ?? at.policy.steps.length + 1) - 1,
        after: at.now,
        timeZone: at.timeZone,
      })
  const before = current?.state ?? 'payment_attempted'
  return {
    state: before === 'payment_attempted' && nextRetryAt ? 'retry_scheduled' : before,
    declineClass,
    firstFailureAt,
    failures,
    nextStep: schedule.nextStep,
    nextStepAt: schedule.nextStepAt,
    nextRetryAt,
    frozenReason,
    mailStep: frozenReason === null ? mailStepOf(failure, failures, schedule.nextStep) : null,
    escalate: escalationOf(current, declineClass),
  }
}

/** The confirmation link goes out for each charge that needs one; everything else only before the first step. */
function mailStepOf(failure: Failure, failures: number, nextStep: number | null): string | null {
  if (failure.declineClass === 'sca') return `confirm:${failure.paymentId}`
  return nextStep === 1 && firstMailIsDue(failure.declineClass, failures) ? FIRST_MAIL : null
}

function firstStep(firstFailureAt: Instant, at: FailureSetting) {
  const [step] = at.policy.steps
  return step
    ? { nextStep: 1, nextStepAt: dayStart(firstFailureAt, step.day, at.timeZone) }
    : { nextStep: null, nextStepAt: null }
}

function freezing(declineClass: DeclineClass): string | null {
  if (declineClass === 'mandate_withdrawn') return 'the mandate was withdrawn'
  return declineClass === 'no_dunning' ? 'a dispute or a refund is open' : null
}

function escalationOf(
  current: CaseFacts | null,
  declineClass: DeclineClass,
): FailureOutcome['escalate'] {
  if (current?.declineClass === declineClass) return null
  if (declineClass === 'fraud') return 'fraud_class'
  return declineClass === 'mandate_withdrawn' ? 'mandate_withdrawn' : null
}
