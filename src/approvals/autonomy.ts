import type { ProposalKind } from './shapes.ts'

/**
 * What agents may do alone (ROUTING_POLICY §4): `execute` when its limits hold, `once` = alone once per dunning case
 * and asked for after that, `ask` = always a person first.
 */
export const AUTONOMY: Readonly<Record<ProposalKind, 'execute' | 'once' | 'ask'>> = {
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

/** Days a pause or a promise may reach into the future without a person. */
export const LONGEST_PAUSE_DAYS = 14
/** Beyond this a date is no promise: it is refused, whoever asks. */
export const LONGEST_PROMISE_DAYS = 60
