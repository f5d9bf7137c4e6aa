/** What kind of failure a decline is (DUNNING_POLICY §1); everything else follows from it. */
export type DeclineClass =
  | 'soft'
  | 'transient'
  | 'delayed'
  | 'indeterminate'
  | 'customer_action'
  | 'customer_action_hard'
  | 'sca'
  | 'fraud'
  | 'mandate_withdrawn'
  | 'other_method'
  | 'no_dunning'

export interface Decline {
  /** Stripe's error code ("card_declined", "expired_card"). */
  readonly code: string
  readonly declineCode: string | null
  /** The network's advice code where there is one, else the issuer's raw answer. */
  readonly networkCode: string | null
}

// DUNNING_POLICY §1, row by row.
const CODES: Readonly<Record<DeclineClass, string>> = {
  soft: 'insufficient_funds',
  transient:
    'processing_error issuer_not_available try_again_later reenter_transaction approve_with_id',
  delayed: 'card_velocity_exceeded withdrawal_count_limit_exceeded',
  indeterminate: 'card_declined do_not_honor generic_decline no_action_taken call_issuer',
  customer_action:
    'expired_card incorrect_cvc invalid_cvc invalid_expiry_month invalid_expiry_year no_card',
  customer_action_hard:
    'incorrect_number invalid_number incorrect_zip incorrect_address invalid_account',
  sca: 'authentication_required requires_action authentication_not_handled',
  fraud:
    'lost_card stolen_card pickup_card fraudulent highest_risk_level merchant_blacklist restricted_card security_violation',
  mandate_withdrawn:
    'revocation_of_authorization revocation_of_all_authorizations stop_payment_order',
  other_method: 'transaction_not_allowed card_not_supported currency_not_supported',
  no_dunning: 'dispute_open refund_pending',
}

const CLASS_OF_CODE = new Map<string, DeclineClass>(
  Object.entries(CODES).flatMap(([name, codes]) =>
    codes.split(' ').map((code) => [code, name as DeclineClass] as const),
  ),
)

// Visa's answers and Mastercard's advice that forbid any retry (DUNNING_POLICY §2), by what they mean.
const NEVER_BY_NETWORK = new Map<string, DeclineClass>([
  ['03', 'customer_action_hard'],
  ['21', 'mandate_withdrawn'],
  ['04', 'fraud'],
  ['07', 'fraud'],
  ['41', 'fraud'],
  ['43', 'fraud'],
  ['12', 'other_method'],
  ['57', 'other_method'],
  ['14', 'customer_action_hard'],
  ['15', 'customer_action_hard'],
  ['46', 'customer_action_hard'],
  ['R0', 'mandate_withdrawn'],
  ['R1', 'mandate_withdrawn'],
  ['R3', 'mandate_withdrawn'],
])

// Mastercard's "retry after one hour" and "after 24 hours". They time a retry, they never allow one.
const TIMING_BY_NETWORK = new Map<string, DeclineClass>([
  ['24', 'transient'],
  ['25', 'delayed'],
])

const RETRIED: readonly DeclineClass[] = ['soft', 'transient', 'delayed', 'indeterminate']

/** Whether the class may be charged again by itself, on the same card, without the customer. */
export function isRetried(declineClass: DeclineClass): boolean {
  return RETRIED.includes(declineClass)
}

/** Whether the network forbids any further charge on that card (DUNNING_POLICY §2). */
export function forbidsAnyRetry(networkCode: string | null): boolean {
  return networkCode !== null && NEVER_BY_NETWORK.has(networkCode.toUpperCase())
}

/** Whether §1 knows the decline; an unknown one is logged where it is recorded. */
export function isKnownDecline(decline: Decline): boolean {
  return (
    forbidsAnyRetry(decline.networkCode) ||
    CLASS_OF_CODE.has(decline.declineCode ?? '') ||
    CLASS_OF_CODE.has(decline.code)
  )
}

/** DUNNING_POLICY §1. Precedence: network advice code, decline code, code, unknown = indeterminate. */
export function classifyDecline(decline: Decline): DeclineClass {
  const network = decline.networkCode?.toUpperCase() ?? ''
  const never = NEVER_BY_NETWORK.get(network)
  if (never) return never
  const byCode =
    CLASS_OF_CODE.get(decline.declineCode ?? '') ??
    CLASS_OF_CODE.get(decline.code) ??
    'indeterminate'
  const timed = TIMING_BY_NETWORK.get(network)
  return timed && isRetried(byCode) ? timed : byCode
}

/** A class as it is kept in the database. */
export function parseDeclineClass(text: string): DeclineClass {
  return Object.hasOwn(CODES, text) ? (text as DeclineClass) : 'indeterminate'
}
