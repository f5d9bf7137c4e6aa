import { describe, expect, it } from 'vitest'
import { Temporal } from '#src/kernel/time.ts'
import { autonomyOf } from './autonomy.ts'
import { judgeProposal, type JudgeContext } from './rules.ts'
import type { Proposal } from './shapes.ts'

const NOW = Temporal.Instant.from('2026-03-04T10:00:00Z')
const CONTEXT: JudgeContext = {
  now: NOW,
  timeZone: 'Europe/Berlin',
  trigger: 'customer_query',
  senderTrust: 'verified',
  hasVerifiedContact: true,
  invoiceIds: ['inv_1'],
  facts: { 'invoice.total': '€1.00' },
  dunning: {
    caseId: 'case_1',
    invoiceId: 'inv_1',
    retryAllowed: true,
    earliestRetryAt: NOW,
    latestRetryAt: NOW.add({ hours: 240 }),
    openSteps: ['day0'],
    earlierPauses: 0,
    frozen: false,
  },
}
const EVENT = { trigger: 'stripe_event', senderTrust: null } as const
const PAUSED = { dunning: CONTEXT.dunning && { ...CONTEXT.dunning, earlierPauses: 1 } }
const FROZEN = { dunning: CONTEXT.dunning && { ...CONTEXT.dunning, frozen: true } }
const reply = { kind: 'send_reply', subject: 'Hi', text: 'It is {{fact:invoice.total}}.' } as const

type Row = [verdict: string, what: string, proposal: Proposal, change?: Partial<JudgeContext>]
const ROWS: Row[] = [
  ['execute', 'a reply to a verified sender', reply],
  ['refuse', 'a reply to a stranger', reply, { senderTrust: 'unverified' }],
  ['refuse', 'an answer to automatic mail', reply, { senderTrust: 'automatic' }],
  ['refuse', 'mail without a verified contact', reply, { hasVerifiedContact: false }],
  ['refuse', 'a number that is no fact', { ...reply, text: 'It is 5.' }],
  ['execute', 'the own invoice attached', { kind: 'attach_invoice', invoiceId: 'inv_1' }],
  ['refuse', "another account's invoice", { kind: 'attach_invoice', invoiceId: 'inv_2' }],
  ['execute', 'a promise in two weeks', { kind: 'promise_to_pay', date: '2026-03-18' }],
  ['ask', 'a promise after more than two weeks', { kind: 'promise_to_pay', date: '2026-03-19' }],
  ['refuse', 'a promise in the past', { kind: 'promise_to_pay', date: '2026-03-03' }],
  ['refuse', 'a promise for next year', { kind: 'promise_to_pay', date: '2027-03-03' }],
  ['refuse', 'a day that does not exist', { kind: 'promise_to_pay', date: '2026-02-30' }],
  ['ask', 'a second pause', { kind: 'pause_dunning', until: '2026-03-10' }, PAUSED],
  ['ask', 'a pause of a frozen case', { kind: 'pause_dunning', until: '2026-03-10' }, FROZEN],
  [
    'refuse',
    'a pause without a case',
    { kind: 'pause_dunning', until: '2026-03-10' },
    { dunning: null },
  ],
  [
    'refuse',
    'a retry because a message says so',
    { kind: 'schedule_retry', invoiceId: 'inv_1', at: '2026-03-05T10:00:00Z' },
  ],
  [
    'execute',
    'a retry inside the limits',
    { kind: 'schedule_retry', invoiceId: 'inv_1', at: '2026-03-05T10:00:00Z' },
    EVENT,
  ],
  [
    'refuse',
    'a retry before the limit',
    { kind: 'schedule_retry', invoiceId: 'inv_1', at: '2026-03-04T09:00:00Z' },
    EVENT,
  ],
  [
    'refuse',
    'a retry after the schedule',
    { kind: 'schedule_retry', invoiceId: 'inv_1', at: '2026-05-04T09:00:00Z' },
    EVENT,
  ],
  [
    'execute',
    'the mail of an open step',
    { kind: 'send_dunning_message', caseId: 'case_1', step: 'day0' },
    EVENT,
  ],
  [
    'refuse',
    'the mail of a closed step',
    { kind: 'send_dunning_message', caseId: 'case_1', step: 'day7' },
    EVENT,
  ],
  [
    'refuse',
    'the mail of a frozen case',
    { kind: 'send_dunning_message', caseId: 'case_1', step: 'day0' },
    { ...EVENT, ...FROZEN },
  ],
  [
    'ask',
    'a credit',
    { kind: 'propose_credit', invoiceId: 'inv_1', reason: 'r', factKey: 'invoice.total' },
  ],
  [
    'refuse',
    'a credit over an amount that is no fact',
    { kind: 'propose_credit', invoiceId: 'inv_1', reason: 'r', factKey: 'x' },
  ],
  ['ask', 'a payment plan', { kind: 'payment_plan', reason: 'r' }],
  ['ask', 'a cap', { kind: 'usage_cap', metric: 'api_calls', reason: 'r' }],
  ['ask', 'a hand-over', { kind: 'escalate', reason: 'r' }, { senderTrust: 'unverified' }],
]

describe('judging proposals', () => {
  it.each(ROWS)('%s: %s', (verdict, _what, proposal, change = {}) => {
    const keyed = { key: 'k', author: 'model' as const, proposal }
    expect(judgeProposal(keyed, { ...CONTEXT, ...change }).verdict).toBe(verdict)
  })
})

describe('what an organisation lets agents do alone', () => {
  const pauseAfter = (earlierPauses: number, key: string, level: 'execute' | 'ask' | null) =>
    judgeProposal(
      { key, author: 'rules', proposal: { kind: 'pause_dunning', until: '2026-03-10' } },
      {
        ...CONTEXT,
        dunning: CONTEXT.dunning && { ...CONTEXT.dunning, earlierPauses },
        autonomy: autonomyOf(level === null ? {} : { pause_dunning: level }),
      },
    ).verdict
  const asked = (earlierPauses: number, level: 'execute' | 'ask' | null) =>
    Array.from({ length: 200 }, (_, index) =>
      pauseAfter(earlierPauses, `run:${index}`, level),
    ).filter((verdict) => verdict === 'ask').length

  it('can be less: every pause is asked for', () => {
    expect(asked(0, 'ask')).toBe(200)
  })

  it('can be more: three pauses of a case, but one in ten of the further ones is looked at', () => {
    expect(asked(0, 'execute')).toBe(0)
    for (const earlier of [1, 2]) {
      expect(asked(earlier, 'execute')).toBeGreaterThan(5)
      expect(asked(earlier, 'execute')).toBeLessThan(40)
    }
    expect(asked(3, 'execute')).toBe(200)
    expect(asked(1, null)).toBe(200)
  })
})
