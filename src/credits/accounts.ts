/** What customers have paid for and not used yet: our liability. Overpaid money is `customer_credit` itself. */
export const PREPAID = 'customer_credit:prepaid'

/** Credit that is invoiced and not paid for yet: nothing can be drawn from it. */
export const ORDERED = 'customer_credit:ordered'

/** Given-away credit, when it is used: a contra account that lowers revenue. */
const PROMOTIONAL = 'revenue:credit'

/** Paid credit that expired unused. */
export const BREAKAGE = 'revenue:expired_credit'

/** Paid credit that was taken over from another system. */
export const TAKEN_OVER = 'opening_balance'

/** The kind of the line that sells credit. */
export const CREDIT_PURCHASE = 'credit_purchase'

/** Where drawn credit comes from, by what kind of grant it is. */
export function sourceAccount(kind: 'paid' | 'promotional'): string {
  return kind === 'paid' ? PREPAID : PROMOTIONAL
}
