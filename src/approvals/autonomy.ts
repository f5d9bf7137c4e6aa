import { sha256 } from '#src/kernel/canonical.ts'
import type { ProposalKind } from './shapes.ts'

/**
 * `execute` when its limits hold, `once` = alone once per dunning case and asked for after that, `ask` = always a
 * person first.
 */
export type AutonomyLevel = 'execute' | 'once' | 'ask'

/** What agents may do alone (ROUTING_POLICY §4), unless an organisation sets otherwise. */
export const AUTONOMY: Readonly<Record<ProposalKind, AutonomyLevel>> = {
  send_reply: 'execute',
  ask_back: 'execute',
  attach_invoice: 'execute',
  send_update_card_link: 'execute',
  send_dunning_message: 'execute',
  usage_alert: 'execute',
  schedule_retry: 'execute',
  stop_dunning: 'execute',
  pause_dunning: 'once',
  promise_to_pay: 'once',
  payment_plan: 'ask',
  propose_credit: 'ask',
  usage_cap: 'ask',
  escalate: 'ask',
}

/**
 * What no setting goes beyond. Credits never pass without a person; a payment plan and a usage cap are carried out by
 * one, so there is nothing to do alone; an escalation is a person.
 */
export const CEILING: typeof AUTONOMY = {
  ...AUTONOMY,
  pause_dunning: 'execute',
  promise_to_pay: 'execute',
}

/**
 * What no setting goes below: code stops dunning where a decline or a dispute forbids it, and a mail that a person
 * would have to release first stops nothing.
 */
export const FLOOR: Partial<typeof AUTONOMY> = { stop_dunning: 'execute' }

const LEVELS: readonly AutonomyLevel[] = ['ask', 'once', 'execute']

/** Whether the first lets agents do more alone than the second. */
export function isAbove(level: AutonomyLevel, other: AutonomyLevel): boolean {
  return LEVELS.indexOf(level) > LEVELS.indexOf(other)
}

/** What holds for each kind: the organisation's setting, within ceiling and floor whatever is stored. */
export function autonomyOf(settings: Readonly<Record<string, AutonomyLevel>>): typeof AUTONOMY {
  const levels = Object.entries(AUTONOMY).map(([name, usual]) => {
    const kind = name as ProposalKind
    const set = Object.hasOwn(settings, kind) ? (settings[kind] ?? usual) : usual
    const capped = isAbove(set, CEILING[kind]) ? CEILING[kind] : set
    return [kind, FLOOR[kind] ?? capped]
  })
  return Object.fromEntries(levels) as typeof AUTONOMY
}

/** Answers of people that a level above the usual is earned with, over so many days, and how sure it has to be. */
export const EARNED_ANSWERS = 50
export const EARNED_LOWER_BOUND = 0.95
export const EARNED_DAYS = 90

/** One in so many that only a raised level lets pass is asked all the same, or nobody would ever find out. */
const SPOT_CHECK_EVERY = 10

/** By the proposal's own key: the same one is checked or not, however often it is judged. */
export function isSpotChecked(key: string): boolean {
  return Number.parseInt(sha256(key).slice(0, 8), 16) % SPOT_CHECK_EVERY === 0
}

/** Pauses and promises of one case that go without a person where that is raised. */
export const MOST_PAUSES = 3

/** Days a pause or a promise may reach into the future without a person. */
export const LONGEST_PAUSE_DAYS = 14
/** Beyond this a date is no promise: it is refused, whoever asks. */
export const LONGEST_PROMISE_DAYS = 60
