import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decideCharge,
  decideUnknown,
  lookUpDelayMinutes,
  statusAfter,
  type PaymentStatus,
} from './rules.ts'

const OUTCOMES = [
  'succeeded',
  'failed',
  'requires_action',
  'processing',
  'unknown',
  'canceled',
] as const

function after(outcomes: readonly (typeof OUTCOMES)[number][]): PaymentStatus {
  return outcomes.reduce<PaymentStatus>(
    (status, outcome) => statusAfter(status, outcome) ?? status,
    'created',
  )
}

describe('the status of a payment', () => {
  it('is the same whatever order its outcomes come in, and however often', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...OUTCOMES), { minLength: 1 }), (outcomes) => {
        const expected = after(outcomes)
        expect(after([...outcomes].reverse())).toBe(expected)
        expect(after([...outcomes, ...outcomes])).toBe(expected)
        expect(after([...outcomes].sort())).toBe(expected)
      }),
    )
  })

  it('never leaves success', () => {
    for (const outcome of OUTCOMES) expect(statusAfter('succeeded', outcome)).toBeNull()
    for (const outcome of OUTCOMES) expect(after([outcome, 'succeeded'])).toBe('succeeded')
  })

  it('is not made unknown by a lost answer once something is known', () => {
    expect(statusAfter('created', 'unknown')).toBe('unknown')
    for (const status of ['processing', 'requires_action', 'failed', 'canceled'] as const)
      expect(statusAfter(status, 'unknown')).toBeNull()
  })
})

describe('charging an invoice for a cause', () => {
  const payment = (status: PaymentStatus, cause = 'finalized') => ({
    status,
    cause,
    kind: 'card',
    paymentMethodId: 'pm_1',
    amountMinor: 100n,
  })
  const decide = (
    payments: ReturnType<typeof payment>[],
    change: Partial<Parameters<typeof decideCharge>[0]> = {},
  ) =>
    decideCharge({
      invoiceStatus: 'finalized',
      dueMinor: 100n,
      cause: 'finalized',
      cardId: 'pm_1',
      payments,
      ...change,
    })

  it.each([
    ['nothing was tried', [], {}, { kind: 'begin' }],
    ['the cause was tried', [payment('failed')], {}, { kind: 'refuse', reason: 'cause_done' }],
    ['it never happened', [payment('canceled')], {}, { kind: 'begin' }],
    ['another cause failed', [payment('failed', 'dunning:day3')], {}, { kind: 'begin' }],
    ['an answer is lost', [payment('unknown')], {}, { kind: 'refuse', reason: 'payment_open' }],
    ['the bank is slow', [payment('processing')], {}, { kind: 'refuse', reason: 'payment_open' }],
    ['a run was killed', [payment('created')], {}, { kind: 'continue' }],
    ['… and it was paid since', [payment('created')], { dueMinor: 0n }, { kind: 'look_up' }],
    ['it is paid', [], { invoiceStatus: 'paid' }, { kind: 'refuse', reason: 'not_finalized' }],
    ['it is credited', [], { dueMinor: 0n }, { kind: 'refuse', reason: 'nothing_due' }],
    [
      'a confirmation is awaited',
      [payment('requires_action')],
      { cause: 'dunning:day3', cardId: 'pm_2' },
      { kind: 'refuse', reason: 'payment_open' },
    ],
    [
      '… and another card is on file',
      [payment('requires_action')],
      { cause: 'card_updated:pm_2', cardId: 'pm_2' },
      { kind: 'cancel_first' },
    ],
  ])('when %s', (_when, payments, change, decision) => {
    expect(decide(payments, change)).toMatchObject(decision)
  })
})

describe('a lost answer the look-up does not find', () => {
  it('is repeated only while its key protects us, and given up only after that', () => {
    expect(decideUnknown(0)).toBe('look_again')
    expect(decideUnknown(9.9)).toBe('look_again')
    expect(decideUnknown(10)).toBe('send_again_with_same_key')
    expect(decideUnknown(22.9 * 60)).toBe('send_again_with_same_key')
    expect(decideUnknown(23 * 60)).toBe('give_up')
  })

  it('is looked up later each time, for ever', () => {
    const delays = Array.from({ length: 12 }, (_, index) => lookUpDelayMinutes(index))
    expect(delays).toEqual([...delays].sort((a, b) => a - b))
    expect(delays.at(-1)).toBe(1440)
  })
})
