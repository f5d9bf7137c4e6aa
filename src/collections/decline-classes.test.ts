import { describe, expect, it } from 'vitest'
import { classifyDecline, isKnownDecline, isRetried, type DeclineClass } from './decline-classes.ts'

// DUNNING_POLICY §1, every code of every row.
const TABLE: readonly (readonly [DeclineClass, string])[] = [
  ['soft', 'insufficient_funds'],
  [
    'transient',
    'processing_error issuer_not_available try_again_later reenter_transaction approve_with_id',
  ],
  ['delayed', 'card_velocity_exceeded withdrawal_count_limit_exceeded'],
  ['indeterminate', 'card_declined do_not_honor generic_decline no_action_taken call_issuer'],
  [
    'customer_action',
    'expired_card incorrect_cvc invalid_cvc invalid_expiry_month invalid_expiry_year',
  ],
  [
    'customer_action_hard',
    'incorrect_number invalid_number incorrect_zip incorrect_address invalid_account',
  ],
  ['sca', 'authentication_required'],
  [
    'fraud',
    'lost_card stolen_card pickup_card fraudulent highest_risk_level merchant_blacklist restricted_card security_violation',
  ],
  [
    'mandate_withdrawn',
    'revocation_of_authorization revocation_of_all_authorizations stop_payment_order',
  ],
  ['other_method', 'transaction_not_allowed card_not_supported currency_not_supported'],
]
const ROWS = TABLE.flatMap(([name, codes]) => codes.split(' ').map((code) => [code, name] as const))

describe('decline code to class (DUNNING_POLICY §1)', () => {
  it.each(ROWS)('%s is %s, as decline code and as code', (code, name) => {
    const asDecline = { code: 'card_declined', declineCode: code, networkCode: null }
    expect(classifyDecline(asDecline)).toBe(name)
    expect(classifyDecline({ code, declineCode: null, networkCode: null })).toBe(name)
  })

  it.each([
    ['insufficient_funds', '03', 'customer_action_hard'],
    ['insufficient_funds', '21', 'mandate_withdrawn'],
    ['generic_decline', '41', 'fraud'],
    ['do_not_honor', 'r1', 'mandate_withdrawn'],
    ['do_not_honor', '57', 'other_method'],
    ['do_not_honor', '05', 'indeterminate'],
    ['generic_decline', '24', 'transient'],
    ['generic_decline', '25', 'delayed'],
    // Timing advice never allows what the code forbids.
    ['lost_card', '24', 'fraud'],
    ['expired_card', '25', 'customer_action'],
  ])('the network comes first: %s with %s is %s', (declineCode, networkCode, name) => {
    expect(classifyDecline({ code: 'card_declined', declineCode, networkCode })).toBe(name)
  })

  it('takes an unknown code for indeterminate, and knows that it is unknown', () => {
    const unknown = { code: 'brand_new', declineCode: 'brand_new_too', networkCode: '99' }
    expect(classifyDecline(unknown)).toBe('indeterminate')
    expect(isKnownDecline(unknown)).toBe(false)
    expect(isKnownDecline({ ...unknown, declineCode: 'do_not_honor' })).toBe(true)
  })

  it('charges again by itself only what §1 says', () => {
    const retried = TABLE.map(([name]) => name).filter(isRetried)
    expect(retried).toEqual(['soft', 'transient', 'delayed', 'indeterminate'])
  })
})
