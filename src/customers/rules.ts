/** Account lifecycle (REQUIREMENTS C2). */
export type AccountStatus = 'trial' | 'active' | 'past_due' | 'suspended' | 'churned'

/**
 * Where an account may go from each state. Recoveries lead back to active; a human may lift a suspension to past_due
 * (deferral); a churned account comes back only by subscribing again.
 */
export const ACCOUNT_TRANSITIONS: Readonly<Record<AccountStatus, readonly AccountStatus[]>> = {
  trial: ['active', 'past_due', 'churned'],
  active: ['past_due', 'suspended', 'churned'],
  past_due: ['active', 'suspended', 'churned'],
  suspended: ['active', 'past_due', 'churned'],
  churned: ['active'],
}

export type StatusDecision =
  | { readonly kind: 'already_there' }
  | { readonly kind: 'move'; readonly from: AccountStatus; readonly to: AccountStatus }
  | { readonly kind: 'refused'; readonly from: AccountStatus; readonly to: AccountStatus }

/** Whether an account may go from its state to another; asking twice changes nothing. */
export function decideStatus(from: AccountStatus, to: AccountStatus): StatusDecision {
  if (from === to) return { kind: 'already_there' }
  return { kind: ACCOUNT_TRANSITIONS[from].includes(to) ? 'move' : 'refused', from, to }
}
