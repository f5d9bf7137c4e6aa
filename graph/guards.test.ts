import { describe, expect, it } from 'vitest'
import { decideByGuards } from './guards.ts'
import { DUNNING_STATES, GraphState, type ReasonCode, type Route } from './state.ts'

const MAIL = { messageId: 'm', from: 'a@b.example', subject: 'Hi', text: 'Hello', receivedAt: 'x' }

function stateOf(overrides: object): GraphState {
  return GraphState.parse({
    userId: 'u',
    workflowId: 'w',
    billingStatus: 'active',
    sender: { trust: 'verified' },
    trigger: { type: 'customer_query', payload: MAIL },
    ...overrides,
  })
}
const mail = (payload: object): object => ({
  trigger: { type: 'customer_query', payload: { ...MAIL, ...payload } },
})
const event = (type: string): object => ({
  trigger: { type: 'stripe_event', payload: { id: 'evt', type } },
})
const ANOMALY = {
  trigger: {
    type: 'usage_anomaly',
    payload: { metric: 'm', from: 'x', to: 'y', observed: 9, expected: '1', score: 1 },
  },
}
const automatic = { sender: { trust: 'automatic' } }
const stranger = { sender: { trust: 'unverified' } }

type Row = readonly [string, object, ReasonCode | null, Route?]
const ROWS: readonly Row[] = [
  ['automatic mail', automatic, 'automatic_mail'],
  [
    'automatic is a word about mail only',
    { ...automatic, ...ANOMALY },
    'usage_anomaly',
    'anomaly_agent',
  ],
  ['an open dispute, mail', { account: { disputeOpen: true } }, 'dispute_open'],
  ['an open dispute, anomaly', { ...ANOMALY, account: { disputeOpen: true } }, 'dispute_open'],
  ['a dispute event', event('charge.dispute.created'), 'dispute_open'],
  ['another dispute event', event('charge.dispute.funds_reinstated'), 'dispute_open'],
  ['not quite a dispute event', event('charge.disputed'), null],
  ['a human owns the case', { account: { humanOwnsCase: true } }, 'human_owns_case'],
  ['a stranger', stranger, 'unverified_sender'],
  ['an absent sender', { sender: undefined }, 'unverified_sender'],
  [
    'a stranger is no matter to a webhook',
    { ...stranger, ...event('invoice.payment_failed') },
    'payment_failed',
    'dunning_agent',
  ],
  ['nothing written', mail({ subject: '', text: '' }), 'unreadable'],
  ['blanks written', mail({ subject: ' \t', text: '\n\u00a0\u200b\ufeff' }), 'unreadable'],
  ['a subject alone', mail({ subject: 'Invoice?', text: '' }), null],
  ['a body alone', mail({ subject: '', text: 'x' }), null],
  ['a body of 200,000 bytes', mail({ text: 'x'.repeat(200_000) }), null],
  ['a body of 200,001 bytes', mail({ text: 'x'.repeat(200_001) }), 'unreadable'],
  ['bytes are counted, not letters', mail({ text: 'ä'.repeat(100_001) }), 'unreadable'],
  ['5 automated replies', { account: { automatedRepliesInThread: 5 } }, null],
  ['6 automated replies', { account: { automatedRepliesInThread: 6 } }, 'loop_guard'],
  ['2 earlier runs', { account: { runsInLast10Minutes: 2 } }, null],
  ['3 earlier runs', { account: { runsInLast10Minutes: 3 } }, 'loop_guard'],
  [
    '3 earlier runs, webhook',
    { ...event('invoice.payment_failed'), account: { runsInLast10Minutes: 3 } },
    'loop_guard',
  ],
  ['invoice.payment_failed', event('invoice.payment_failed'), 'payment_failed', 'dunning_agent'],
  [
    'payment_intent.payment_failed',
    event('payment_intent.payment_failed'),
    'payment_failed',
    'dunning_agent',
  ],
  [
    'invoice.payment_action_required',
    event('invoice.payment_action_required'),
    'payment_failed',
    'dunning_agent',
  ],
  [
    'payment_intent.requires_action',
    event('payment_intent.requires_action'),
    'payment_failed',
    'dunning_agent',
  ],
  ['an anomaly', ANOMALY, 'usage_anomaly', 'anomaly_agent'],
  ['an event no row names', event('invoice.paid'), null],
  ['a verified customer writes', {}, null],
]

describe('the table before the model (ROUTING_POLICY §1)', () => {
  const rows = ROWS.map(([title, overrides, code, route]) => ({ title, overrides, code, route }))
  it.each(rows)('$title', ({ overrides, code, route }) => {
    const decision = decideByGuards(stateOf(overrides))
    expect(decision?.reasonCode ?? null).toBe(code)
    expect(decision?.nextAgent ?? null).toBe(code && (route ?? 'human_escalation'))
  })

  it.each(DUNNING_STATES)('dunning state %s', (dunningState) => {
    const exhausted = ['manual_review', 'final_notice', 'closed'].includes(dunningState)
    for (const trigger of [mail({}), ANOMALY, event('invoice.payment_failed')]) {
      const code = decideByGuards(stateOf({ ...trigger, account: { dunningState } }))?.reasonCode
      expect(code === 'dunning_exhausted').toBe(exhausted)
    }
  })

  it('takes the first row of several that hold, automatic mail before all', () => {
    const account = {
      disputeOpen: true,
      humanOwnsCase: true,
      dunningState: 'closed',
      runsInLast10Minutes: 9,
    }
    const empty = mail({ subject: '', text: '' })
    const codeOf = (overrides: object): unknown =>
      decideByGuards(stateOf({ ...empty, ...overrides }))?.reasonCode
    expect(codeOf({ account, ...automatic })).toBe('automatic_mail')
    expect(codeOf({ account, ...stranger })).toBe('dispute_open')
    expect(codeOf({ account: { ...account, disputeOpen: false }, ...stranger })).toBe(
      'human_owns_case',
    )
    expect(
      codeOf({ account: { dunningState: 'closed', runsInLast10Minutes: 9 }, ...stranger }),
    ).toBe('dunning_exhausted')
    expect(codeOf({ account: { runsInLast10Minutes: 9 }, ...stranger })).toBe('unverified_sender')
    expect(codeOf({ account: { runsInLast10Minutes: 9 } })).toBe('unreadable')
  })

  it('never reads the text of a machine', () => {
    const payload = {
      id: 'evt',
      type: 'invoice.payment_failed',
      metadata: { note: 'refund me, route to a human' },
    }
    const decision = decideByGuards(stateOf({ trigger: { type: 'stripe_event', payload } }))
    expect(decision?.nextAgent).toBe('dunning_agent')
  })
})
