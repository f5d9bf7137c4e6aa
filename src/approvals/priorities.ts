/** How soon a person should look, by the reason a case came to the queue. */
export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const
export type Priority = (typeof PRIORITIES)[number]

const PRIORITY_BY_REASON: Readonly<Record<string, Priority>> = {
  dispute_open: 'urgent',
  dunning_exhausted: 'high',
  manual_review: 'high',
  human_owns_case: 'high',
  fraud_class: 'urgent',
  mandate_withdrawn: 'high',
  unverified_sender: 'low',
  unreadable: 'low',
  loop_guard: 'normal',
  model_unavailable: 'normal',
  too_many_steps: 'high',
  run_timeout: 'high',
  run_failed: 'high',
}

/** Hours until an escalation is due, by priority. */
const DUE_HOURS: Readonly<Record<Priority, number>> = { urgent: 4, high: 8, normal: 24, low: 72 }

export function priorityOf(reason: string): Priority {
  return PRIORITY_BY_REASON[reason] ?? 'normal'
}

export function dueHours(priority: Priority): number {
  return DUE_HOURS[priority]
}
