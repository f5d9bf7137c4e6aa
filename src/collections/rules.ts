import { earlier, isBefore, type Instant } from '#src/kernel/time.ts'
import type { DeclineClass } from './decline-classes.ts'
import { DUNNING_TRANSITIONS, isReviewed, type DunningState } from './states.ts'
import { dayStart, planRetry, stepName, type DunningPolicy, type Step } from './schedule.ts'

/** A case as the rules see it. `nextStep` counts the steps taken plus one; null when none is left. */
export interface CaseFacts {
  readonly id: string
  readonly state: DunningState
  readonly declineClass: DeclineClass
  readonly firstFailureAt: Instant
  readonly failures: number
  readonly nextStep: number | null
  readonly nextStepAt: Instant | null
  readonly nextRetryAt: Instant | null
  readonly pausedUntil: Instant | null
  readonly frozenReason: string | null
}

export interface Circumstances {
  readonly now: Instant
  readonly timeZone: string
  readonly policy: DunningPolicy
  readonly accountStatus: 'trial' | 'active' | 'past_due' | 'suspended' | 'churned'
  /** Set by a human: leave the account alone. */
  readonly manualHold: boolean
  /** A charge of the invoice whose end is not known: nothing moves until it is. */
  readonly paymentInFlight: boolean
}

export type Action =
  | { readonly kind: 'charge'; readonly cause: string }
  | { readonly kind: 'draft_mail'; readonly step: string; readonly at: Instant }
  | { readonly kind: 'open_review' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'propose_close' }

export interface Move {
  readonly kind: 'move'
  readonly to: DunningState
  /** Name of the step taken, or null when only a retry or a resumption is due. */
  readonly step: string | null
  readonly nextStep: number | null
  readonly nextStepAt: Instant | null
  readonly nextRetryAt: Instant | null
  readonly actions: readonly Action[]
}

export type Decision =
  | { readonly kind: 'leave_alone'; readonly reason: string }
  | { readonly kind: 'wait'; readonly until: Instant }
  | Move

// A step that comes late (a pause, an outage) pushes the next one: nobody gets two stages in one day.
const LATE_GAP_HOURS = 72
// The retry's answer decides whether, and what, the step's mail says.
const MAIL_AFTER_RETRY_HOURS = 1
const IN_FLIGHT_WAIT_HOURS = 1

/** What is due in a case now. Taking the decision twice in a row finds nothing the second time. */
export function decideNext(current: CaseFacts, at: Circumstances): Decision {
  const alone = reasonToLeaveAlone(current, at)
  if (alone) return { kind: 'leave_alone', reason: alone }
  if (current.pausedUntil && isBefore(at.now, current.pausedUntil))
    return { kind: 'wait', until: current.pausedUntil }
  const stepDue = isDue(current.nextStepAt, at.now)
  const retryDue = isDue(current.nextRetryAt, at.now)
  const deferralOver =
    current.pausedUntil !== null && isReviewed(current.state) && at.accountStatus === 'past_due'
  if (!stepDue && !retryDue && !deferralOver) return nextWake(current, at.now)
  if (at.paymentInFlight)
    return { kind: 'wait', until: at.now.add({ hours: IN_FLIGHT_WAIT_HOURS }) }
  const move = advance(current, at, { stepDue, retryDue })
  return deferralOver ? { ...move, actions: [{ kind: 'suspend' }, ...move.actions] } : move
}

/** When a case has to be looked at again; null when only a person or the money can move it. */
export function wakeAt(current: CaseFacts, now: Instant): Instant | null {
  if (current.pausedUntil && isBefore(now, current.pausedUntil)) return current.pausedUntil
  const [step, retry] = [current.nextStepAt, current.nextRetryAt]
  return step && retry ? earlier(step, retry) : (step ?? retry)
}

function nextWake(current: CaseFacts, now: Instant): Decision {
  const until = wakeAt(current, now)
  return until ? { kind: 'wait', until } : { kind: 'leave_alone', reason: 'nothing is scheduled' }
}

function reasonToLeaveAlone(current: CaseFacts, at: Circumstances): string | null {
  if (current.state === 'recovered' || current.state === 'closed') return current.state
  if (current.frozenReason !== null) return `frozen: ${current.frozenReason}`
  return at.manualHold ? 'manual hold' : null
}

function isDue(at: Instant | null, now: Instant): boolean {
  return at !== null && !isBefore(now, at)
}

const STATE_AFTER: Readonly<Record<Step['does'], DunningState | null>> = {
  remind: 'reminder_sent',
  urge: 'urgent_notice',
  review: 'manual_review',
  // Only a human closes: the code proposes it and the state stays.
  propose_close: null,
}

function advance(
  current: CaseFacts,
  at: Circumstances,
  due: { stepDue: boolean; retryDue: boolean },
): Move {
  const { policy } = at
  const taken = (current.nextStep ?? policy.steps.length + 1) - 1 + (due.stepDue ? 1 : 0)
  const step = due.stepDue ? policy.steps[taken - 1] : undefined
  const to = toState(current.state, step)
  const name = stepName(policy, taken)
  const charge: Action[] =
    due.retryDue && !isReviewed(current.state) && current.nextRetryAt
      ? [{ kind: 'charge', cause: `dunning:${name}:${seconds(current.nextRetryAt)}` }]
      : []
  const mailAt = charge.length > 0 ? at.now.add({ hours: MAIL_AFTER_RETRY_HOURS }) : at.now
  return {
    kind: 'move',
    to,
    step: step ? name : null,
    ...nextStepAfter(current, at, taken, due.stepDue),
    nextRetryAt: isReviewed(to) ? null : retryAfter(current, at, taken, due.retryDue),
    actions: [...charge, ...(step ? actionsOf(step, name, mailAt) : [])],
  }
}

/** Review comes before suspension (DUNNING_POLICY §3): first the queue item, then the limit, then one notice. */
function actionsOf(step: Step, name: string, at: Instant): Action[] {
  const mail: Action = { kind: 'draft_mail', step: name, at }
  switch (step.does) {
    case 'remind':
    case 'urge':
      return [mail]
    case 'review':
      return [{ kind: 'open_review' }, { kind: 'suspend' }, mail]
    case 'propose_close':
      return [{ kind: 'propose_close' }]
  }
}

function toState(from: DunningState, step: Step | undefined): DunningState {
  const to = step ? STATE_AFTER[step.does] : null
  return to && DUNNING_TRANSITIONS[from].includes(to) ? to : from
}

function nextStepAfter(
  current: CaseFacts,
  at: Circumstances,
  taken: number,
  stepDue: boolean,
): Pick<Move, 'nextStep' | 'nextStepAt'> {
  if (!stepDue) return { nextStep: current.nextStep, nextStepAt: current.nextStepAt }
  const next = at.policy.steps[taken]
  if (!next) return { nextStep: null, nextStepAt: null }
  const planned = dayStart(current.firstFailureAt, next.day, at.timeZone)
  const late = !isBefore(at.now, planned)
  return {
    nextStep: taken + 1,
    nextStepAt: late ? at.now.add({ hours: LATE_GAP_HOURS }) : planned,
  }
}

function retryAfter(
  current: CaseFacts,
  at: Circumstances,
  taken: number,
  retryDue: boolean,
): Instant | null {
  if (!retryDue) return current.nextRetryAt
  return planRetry(at.policy, {
    declineClass: current.declineClass,
    firstFailureAt: current.firstFailureAt,
    stepsTaken: taken,
    after: at.now,
    timeZone: at.timeZone,
  })
}

function seconds(at: Instant): number {
  return Math.floor(at.epochMilliseconds / 1000)
}
