import type { TextKey } from '../texts/keys.ts'

/** The step that collections mails right after the first failure. */
export const FIRST_STEP = 'day0'

/** Why a decline class is a person's business, or null when the schedule may go on (DUNNING_POLICY §1). */
export function handOverReason(declineClass: string): string | null {
  if (declineClass === 'fraud') return 'fraud_class'
  if (declineClass === 'mandate_withdrawn') return 'mandate_withdrawn'
  return null
}

/** The first mail's text by decline class: what the customer can do, never what the bank said. */
export function firstTextFor(declineClass: string): TextKey {
  switch (declineClass) {
    case 'indeterminate':
      return 'dunning.bank'
    case 'customer_action':
    case 'customer_action_hard':
      return 'dunning.update_card'
    case 'sca':
      return 'dunning.confirm'
    case 'other_method':
      return 'dunning.other_method'
    case 'fraud':
      return 'dunning.generic'
    default:
      return 'dunning.first'
  }
}
