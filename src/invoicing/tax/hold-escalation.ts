/** Reason of an escalation about a draft whose tax is not settled. */
export const TAX_HOLD = 'tax_hold'

/** What such an escalation waits under: one draft. */
export function holdRun(subscriptionId: string, period: string): string {
  return `none:tax:${subscriptionId}:${period}`
}
