import { invalidField } from '#src/kernel/errors.ts'

/** What the simulated bank does when a card is charged. */
export const CARD_BEHAVIOURS = [
  'succeeds',
  'generic_decline',
  'insufficient_funds',
  'lost_card',
  'stolen_card',
  'expired_card',
  'incorrect_cvc',
  'incorrect_number',
  'processing_error',
  'card_velocity_exceeded',
  'do_not_honor',
  'fraudulent',
  'authentication_required',
  'processing',
  'answer_lost',
] as const

export type CardBehaviour = (typeof CARD_BEHAVIOURS)[number]

/** A test card: Stripe's token, its number, and what it does. */
export interface TestCard {
  readonly token: string
  readonly number: string
  readonly brand: string
  readonly behaviour: CardBehaviour
}

function card(token: string, number: string, behaviour: CardBehaviour, brand = 'visa'): TestCard {
  return { token, number, brand, behaviour }
}

// Source: Stripe's testing page (docs.stripe.com/testing), tokens and numbers; the last three are ours.
const TEST_CARDS: readonly TestCard[] = [
  card('pm_card_visa', '4242424242424242', 'succeeds'),
  card('pm_card_visa_debit', '4000056655665556', 'succeeds'),
  card('pm_card_mastercard', '5555555555554444', 'succeeds', 'mastercard'),
  card('pm_card_amex', '378282246310005', 'succeeds', 'amex'),
  card('pm_card_de', '4000002760000016', 'succeeds'),
  card('pm_card_chargeDeclined', '4000000000000002', 'generic_decline'),
  card('pm_card_chargeCustomerFail', '4000000000000341', 'generic_decline'),
  card('pm_card_visa_chargeDeclined', '4000000000000002', 'generic_decline'),
  card('pm_card_chargeDeclinedInsufficientFunds', '4000000000009995', 'insufficient_funds'),
  card('pm_card_visa_chargeDeclinedInsufficientFunds', '4000000000009995', 'insufficient_funds'),
  card('pm_card_chargeDeclinedLostCard', '4000000000009987', 'lost_card'),
  card('pm_card_visa_chargeDeclinedLostCard', '4000000000009987', 'lost_card'),
  card('pm_card_chargeDeclinedStolenCard', '4000000000009979', 'stolen_card'),
  card('pm_card_visa_chargeDeclinedStolenCard', '4000000000009979', 'stolen_card'),
  card('pm_card_chargeDeclinedExpiredCard', '4000000000000069', 'expired_card'),
  card('pm_card_chargeDeclinedIncorrectCvc', '4000000000000127', 'incorrect_cvc'),
  card('pm_card_chargeDeclinedProcessingError', '4000000000000119', 'processing_error'),
  card(
    'pm_card_visa_chargeDeclinedVelocityLimitExceeded',
    '4000000000006975',
    'card_velocity_exceeded',
  ),
  card('pm_card_chargeDeclinedFraudulent', '4100000000000019', 'fraudulent'),
  card('pm_card_radarBlock', '4100000000000019', 'fraudulent'),
  card('pm_card_authenticationRequired', '4000002760003184', 'authentication_required'),
  card('pm_card_authenticationRequiredOnSetup', '4000002500003155', 'authentication_required'),
  card('pm_card_processing', '4000000000900001', 'processing'),
  card('pm_card_doNotHonor', '4000000000900002', 'do_not_honor'),
  card('pm_card_answerLost', '4000000000900003', 'answer_lost'),
]

const BY_NAME = new Map<string, TestCard>(
  [...TEST_CARDS].reverse().flatMap((test) => [
    [test.token, test],
    [test.number, test],
  ]),
)

/** @throws invalid_input when neither token nor number is a test card: the sandbox never takes a real one. */
export function testCard(tokenOrNumber: string): TestCard {
  const found = BY_NAME.get(tokenOrNumber.replace(/[\s-]/g, ''))
  if (!found)
    throw invalidField('token', 'the sandbox provider only knows test cards, like pm_card_visa')
  return found
}

/** The error Stripe answers for a behaviour; null when the charge is not declined. */
export function declineOf(
  behaviour: CardBehaviour,
): { code: string; declineCode: string | null; message: string } | null {
  switch (behaviour) {
    case 'succeeds':
    case 'authentication_required':
    case 'processing':
    case 'answer_lost':
      return null
    case 'expired_card':
      return { code: 'expired_card', declineCode: null, message: 'Your card has expired.' }
    case 'incorrect_cvc':
      return {
        code: 'incorrect_cvc',
        declineCode: null,
        message: "Your card's security code is incorrect.",
      }
    case 'incorrect_number':
      return {
        code: 'incorrect_number',
        declineCode: null,
        message: 'Your card number is incorrect.',
      }
    case 'processing_error':
      return {
        code: 'processing_error',
        declineCode: null,
        message: 'An error occurred while processing your card. Try again in a little bit.',
      }
    case 'insufficient_funds':
      return {
        code: 'card_declined',
        declineCode: behaviour,
        message: 'Your card has insufficient funds.',
      }
    case 'generic_decline':
    case 'lost_card':
    case 'stolen_card':
    case 'card_velocity_exceeded':
    case 'do_not_honor':
    case 'fraudulent':
      return { code: 'card_declined', declineCode: behaviour, message: 'Your card was declined.' }
  }
}
