import { isRetried, type DeclineClass } from './decline-classes.ts'
import type { CaseFacts } from './rules.ts'
import { stepName, type DunningPolicy } from './schedule.ts'

/** How a dunning mail sounds: by stage (DUNNING_POLICY §3). */
export type MailTone = 'first' | 'confirm' | 'reminder' | 'urgent' | 'suspended'

/** What the customer is asked to do (DUNNING_POLICY §1). `generic` and `neutral` name no cause. */
export type MailAdvice = 'neutral' | 'bank' | 'update_card' | 'confirm' | 'other_method' | 'generic'

/**
 * Failures after which the first message goes out by itself (DUNNING_POLICY §1, §3 day 0). Null: the class is charged
 * again first, and the customer hears of it on day 3 if that fails too; or a human looks before anybody writes.
 */
const FIRST_MAIL_AFTER: Readonly<Record<DeclineClass, number | null>> = {
  soft: null,
  indeterminate: null,
  transient: 2,
  delayed: 2,
  customer_action: 1,
  customer_action_hard: 1,
  other_method: 1,
  fraud: 1,
  // The confirmation link is a mail of its own.
  sca: null,
  mandate_withdrawn: null,
  no_dunning: null,
}

/** The mail that goes out for the failure itself, before the schedule's first step. */
export const FIRST_MAIL = 'day0'

const FRAUD_STOP = 'fraud: '

/** Why a case stands still whose first, generic mail may go out all the same (DUNNING_POLICY §1). */
export function fraudStop(reason: string): string {
  return `${FRAUD_STOP}${reason}`
}

export function isFraudStop(frozenReason: string): boolean {
  return frozenReason.startsWith(FRAUD_STOP)
}

/** Whether a frozen case's mail of a step may be written: the first one of a case stopped for fraud alone. */
export function mayWrite(step: string, { frozenReason }: CaseFacts): boolean {
  return frozenReason === null || (step === FIRST_MAIL && isFraudStop(frozenReason))
}

/** Whether a class is written to before the schedule's first step, after this many failures. */
export function firstMailIsDue(declineClass: DeclineClass, failures: number): boolean {
  const after = FIRST_MAIL_AFTER[declineClass]
  return after !== null && failures >= after
}

/** The tone of a step's mail, or null when the step has none or its moment has passed. */
export function toneOf(step: string, current: CaseFacts, policy: DunningPolicy): MailTone | null {
  if (step.startsWith('confirm:')) return current.declineClass === 'sca' ? 'confirm' : null
  // The first message is worth sending only while the case is still before its first step.
  if (step === FIRST_MAIL)
    return current.nextStep === 1 && firstMailIsDue(current.declineClass, current.failures)
      ? 'first'
      : null
  const latest = policy.steps[(current.nextStep ?? policy.steps.length + 1) - 2]
  // A mail that comes too late for its stage is not caught up: the next stage says more.
  if (!latest || step !== presentStep(current, policy)) return null
  switch (latest.does) {
    case 'remind':
      return 'reminder'
    case 'urge':
      return 'urgent'
    case 'review':
      return 'suspended'
    case 'propose_close':
      return null
  }
}

/** Name of the step the case is in: its mail is the one that may go out. */
export function presentStep(current: CaseFacts, policy: DunningPolicy): string {
  return stepName(policy, (current.nextStep ?? policy.steps.length + 1) - 1)
}

/**
 * What to advise. Once no automatic retry is left, an unexplained decline is treated like a card that has to be
 * replaced (§1: "then as hard"). Null: nobody writes, a human looks first.
 */
export function adviceOf(declineClass: DeclineClass, nextRetryPlanned: boolean): MailAdvice | null {
  switch (declineClass) {
    case 'soft':
    case 'transient':
    case 'delayed':
      return 'neutral'
    case 'indeterminate':
      return nextRetryPlanned ? 'bank' : 'update_card'
    case 'customer_action':
    case 'customer_action_hard':
      return 'update_card'
    case 'sca':
      return 'confirm'
    case 'fraud':
      return 'generic'
    case 'other_method':
      return 'other_method'
    case 'mandate_withdrawn':
    case 'no_dunning':
      return null
  }
}

/** Steps that an agent may still write a mail for: the stage the case is in. */
export function openMailSteps(current: CaseFacts, policy: DunningPolicy): string[] {
  const step = presentStep(current, policy)
  return toneOf(step, current, policy) === null ? [] : [step]
}

/** Whether an agent may plan another retry for the class (inside the limits). */
export function mayScheduleRetry(current: CaseFacts): boolean {
  return current.frozenReason === null && isRetried(current.declineClass)
}
