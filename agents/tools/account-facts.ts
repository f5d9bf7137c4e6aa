import type { GraphState } from '#graph/state.ts'
import type { AccountEvidence } from '#src/approvals/evidence/account.ts'
import type { Facts } from '#src/approvals/gate-text.ts'
import { safeText } from './format.ts'

/** Who is spoken to and who speaks. */
export function accountFacts(account: AccountEvidence, trigger: GraphState['trigger']): Facts {
  const from = trigger.type === 'customer_query' ? trigger.payload.from.toLowerCase() : null
  const contact =
    account.contacts.find(({ email }) => from !== null && from.includes(email)) ??
    account.contacts[0]
  return {
    'account.name': safeText(account.name),
    'account.status': account.status,
    'contact.name': safeText(contact?.name ?? '') || safeText(account.name),
    'seller.name': account.sellerName,
    ...(account.planId === null ? {} : { 'account.plan': safeText(account.planId) }),
  }
}
