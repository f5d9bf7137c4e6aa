import { describe, expect, it } from 'vitest'
import { Temporal, type Instant } from '#src/kernel/time.ts'
import type { DeclineClass } from './decline-classes.ts'
import { decideFailure } from './failure-rules.ts'
import { adviceOf, toneOf } from './mail-rules.ts'
import { decideNext, wakeAt, type CaseFacts, type Circumstances } from './rules.ts'
import { dayStart, dunningPolicyOf } from './schedule.ts'
import { DUNNING_TRANSITIONS } from './states.ts'

const ZONE = 'Europe/Berlin'
const POLICY = dunningPolicyOf({ dunning: {} })
const at = (text: string): Instant => Temporal.Instant.from(text)
const FAILED = at('2026-03-01T12:00:00Z')
/** Start of the local day so many days after the failure. */
const day = (days: number): Instant => dayStart(FAILED, days, ZONE)

function opened(declineClass: DeclineClass): CaseFacts {
  const failure = { declineClass, paymentId: 'pay_1' }
  const setting = { now: FAILED, timeZone: ZONE, policy: POLICY }
  return { id: 'dun_1', pausedUntil: null, ...decideFailure(null, failure, setting) }
}

function when(now: Instant, change: Partial<Circumstances> = {}): Circumstances {
  return {
    now,
    timeZone: ZONE,
    policy: POLICY,
    accountStatus: 'past_due',
    manualHold: false,
    paymentInFlight: false,
    ...change,
  }
}

const kindsOf = (current: CaseFacts, circumstances: Circumstances): string[] => {
  const decision = decideNext(current, circumstances)
  return decision.kind === 'move' ? decision.actions.map(({ kind }) => kind) : [decision.kind]
}

/** The case after the decision for an instant was taken. */
function after(current: CaseFacts, circumstances: Circumstances): CaseFacts {
  const decision = decideNext(current, circumstances)
  if (decision.kind !== 'move') return current
  const { to: state, nextStep, nextStepAt, nextRetryAt } = decision
  return { ...current, state, nextStep, nextStepAt, nextRetryAt, pausedUntil: null }
}

describe('the first failure (DUNNING_POLICY §1, day 0)', () => {
  it.each<[DeclineClass, string, string | null, string | null, string | null]>([
    // class, state, retry, mail of its own, escalation
    ['soft', 'retry_scheduled', '2026-03-03T23:00:00Z', null, null],
    ['indeterminate', 'retry_scheduled', '2026-03-03T23:00:00Z', null, null],
    ['transient', 'retry_scheduled', '2026-03-01T16:00:00Z', null, null],
    ['delayed', 'retry_scheduled', '2026-03-02T12:00:00Z', null, null],
    ['customer_action', 'payment_attempted', null, 'day0', null],
    ['customer_action_hard', 'payment_attempted', null, 'day0', null],
    ['sca', 'payment_attempted', null, 'confirm:pay_1', null],
    ['fraud', 'payment_attempted', null, 'day0', 'fraud_class'],
    ['mandate_withdrawn', 'payment_attempted', null, null, 'mandate_withdrawn'],
    ['other_method', 'payment_attempted', null, 'day0', null],
    ['no_dunning', 'payment_attempted', null, null, null],
  ])('%s: %s, retry %s, mail %s, escalation %s', (declineClass, state, retry, mail, escalate) => {
    const setting = { now: FAILED, timeZone: ZONE, policy: POLICY }
    const outcome = decideFailure(null, { declineClass, paymentId: 'pay_1' }, setting)
    expect(outcome).toMatchObject({ state, mailStep: mail, escalate, failures: 1, nextStep: 1 })
    expect(outcome.nextRetryAt?.toString() ?? null).toBe(retry)
    expect(outcome.nextStepAt).toEqual(day(3))
    const frozen = declineClass === 'mandate_withdrawn' || declineClass === 'no_dunning'
    expect(outcome.frozenReason !== null).toBe(frozen)
  })

  it('writes after the second failure where the first is kept quiet', () => {
    const setting = { now: FAILED.add({ hours: 4 }), timeZone: ZONE, policy: POLICY }
    const failure = { declineClass: 'transient' as const, paymentId: 'pay_2' }
    const second = decideFailure(opened('transient'), failure, setting)
    expect(second).toMatchObject({ failures: 2, mailStep: 'day0' })
    expect(second.nextRetryAt?.toString()).toBe('2026-03-02T00:00:00Z')
  })
})

describe('the schedule (DUNNING_POLICY §3)', () => {
  it.each<[string, DeclineClass, number, string, string[]]>([
    ['soft', 'soft', 3, 'reminder_sent', ['charge', 'draft_mail']],
    ['indeterminate', 'indeterminate', 3, 'reminder_sent', ['charge', 'draft_mail']],
    ['a card to be replaced', 'customer_action', 3, 'reminder_sent', ['draft_mail']],
    ['fraud', 'fraud', 3, 'reminder_sent', ['draft_mail']],
  ])('day 3, %s', (_what, declineClass, days, state, actions) => {
    const current = opened(declineClass)
    expect(decideNext(current, when(day(days).subtract({ seconds: 1 })))).toEqual({
      kind: 'wait',
      until: day(3),
    })
    expect(decideNext(current, when(day(days)))).toMatchObject({ kind: 'move', to: state })
    expect(kindsOf(current, when(day(days)))).toEqual(actions)
  })

  it('runs its days one after the other: 3, 7 with a retry, 14 review before suspension, 28 a proposal', () => {
    let current = after(opened('indeterminate'), when(day(3)))
    expect(current).toMatchObject({ state: 'reminder_sent', nextStep: 2 })
    expect(current.nextStepAt).toEqual(day(7))
    expect(current.nextRetryAt).toEqual(day(7))
    expect(kindsOf(current, when(day(7)))).toEqual(['charge', 'draft_mail'])
    current = after(current, when(day(7)))
    expect(current).toMatchObject({ state: 'urgent_notice', nextRetryAt: null })
    expect(kindsOf(current, when(day(14)))).toEqual(['open_review', 'suspend', 'draft_mail'])
    current = after(current, when(day(14)))
    expect(current.state).toBe('manual_review')
    // Day 22 to 27 belongs to a person.
    expect(decideNext(current, when(day(27)))).toEqual({ kind: 'wait', until: day(28) })
    expect(kindsOf(current, when(day(28)))).toEqual(['propose_close'])
    current = after(current, when(day(28)))
    expect(current).toMatchObject({ state: 'manual_review', nextStep: null })
    expect(decideNext(current, when(day(60)))).toMatchObject({ kind: 'leave_alone' })
  })

  it('charges a soft decline on day 3 and no more, an unexplained one on 3 and 7', () => {
    expect(after(opened('soft'), when(day(3))).nextRetryAt).toBeNull()
    expect(after(opened('indeterminate'), when(day(3))).nextRetryAt).toEqual(day(7))
  })

  it('names each planned charge, so that the same one is made once', () => {
    const decision = decideNext(opened('soft'), when(day(3).add({ hours: 5 })))
    const seconds = day(3).epochMilliseconds / 1000
    expect(decision).toMatchObject({ actions: [{ cause: `dunning:day3:${seconds}` }, {}] })
  })

  it('lets the retry answer before the step is mailed', () => {
    expect(decideNext(opened('soft'), when(day(3)))).toMatchObject({
      actions: [{ kind: 'charge' }, { kind: 'draft_mail', at: day(3).add({ hours: 1 }) }],
    })
  })

  it.each([
    ['frozen', { frozenReason: 'dispute dp_1' }, {}, 'leave_alone'],
    ['held by a person', {}, { manualHold: true }, 'leave_alone'],
    ['recovered', { state: 'recovered' }, {}, 'leave_alone'],
    ['closed', { state: 'closed' }, {}, 'leave_alone'],
    ['paused', { pausedUntil: day(5) }, {}, 'wait'],
    ['a charge in flight', {}, { paymentInFlight: true }, 'wait'],
  ] as const)('stands still while %s', (_what, change, circumstances, kind) => {
    const current: CaseFacts = { ...opened('soft'), ...change }
    expect(decideNext(current, when(day(3), circumstances)).kind).toBe(kind)
  })

  it('takes one step at a time after a long sleep, never two stages in one day', () => {
    const late = day(20)
    const current = after(opened('customer_action'), when(late))
    expect(current).toMatchObject({ state: 'reminder_sent', nextStep: 2 })
    expect(current.nextStepAt).toEqual(late.add({ hours: 72 }))
    expect(decideNext(current, when(late)).kind).toBe('wait')
  })

  it('suspends after a deferral ran out, once', () => {
    const reviewed = after(
      { ...opened('customer_action'), state: 'urgent_notice', nextStep: 3, nextStepAt: day(14) },
      when(day(14)),
    )
    const deferred = { ...reviewed, pausedUntil: day(20) }
    expect(decideNext(deferred, when(day(19))).kind).toBe('wait')
    expect(wakeAt(deferred, day(15))).toEqual(day(20))
    expect(kindsOf(deferred, when(day(20)))).toEqual(['suspend'])
    expect(kindsOf(after(deferred, when(day(20))), when(day(20)))).toEqual(['wait'])
  })

  it.each([
    ['the clocks go forward', '2026-03-27T12:00:00Z', '2026-03-29T22:00:00Z'],
    ['the clocks go back', '2026-10-23T12:00:00Z', '2026-10-25T23:00:00Z'],
    ['29 February', '2028-02-27T12:00:00Z', '2028-02-29T23:00:00Z'],
    ['a month of 31 days', '2026-01-29T12:00:00Z', '2026-01-31T23:00:00Z'],
    ['just before midnight', '2026-03-01T22:59:59Z', '2026-03-03T23:00:00Z'],
    ['just after midnight', '2026-03-01T23:00:00Z', '2026-03-04T23:00:00Z'],
  ])('counts whole local days: %s', (_what, failed, third) => {
    const setting = { now: at(failed), timeZone: ZONE, policy: POLICY }
    const outcome = decideFailure(null, { declineClass: 'soft', paymentId: 'p' }, setting)
    expect(outcome.nextStepAt?.toString()).toBe(third)
  })
})

describe("an organisation's own schedule", () => {
  it("can say Stripe's default: 8 tries in 2 weeks", () => {
    const days = [1, 3, 5, 7, 9, 11, 13, 14]
    const policy = dunningPolicyOf({ dunning: { retries: { soft: { days } } } })
    const setting = { now: FAILED, timeZone: ZONE, policy }
    const charges: string[] = []
    const failure = { declineClass: 'soft' as const, paymentId: 'p' }
    let current: CaseFacts = {
      id: 'd',
      pausedUntil: null,
      ...decideFailure(null, failure, setting),
    }
    for (let passed = 0; passed <= 20; passed += 1) {
      const decision = decideNext(current, when(day(passed), { policy }))
      if (decision.kind !== 'move') continue
      current = after(current, when(day(passed), { policy }))
      for (const action of decision.actions)
        if (action.kind === 'charge') charges.push(action.cause)
    }
    expect(new Set(charges).size).toBe(8)
  })

  it.each([
    [
      {
        steps: [
          { day: 7, does: 'urge' },
          { day: 3, does: 'remind' },
        ],
      },
      'steps.1.day',
    ],
    [
      {
        steps: [
          { day: 3, does: 'review' },
          { day: 7, does: 'remind' },
        ],
      },
      'steps.1.does',
    ],
    [{ retries: { soft: { days: [0] } } }, 'retries.soft.days.0'],
    [{ stepz: [] }, '(body)'],
  ])('is refused where it makes no sense: %#', (dunning, path) => {
    expect(() => dunningPolicyOf({ dunning })).toThrow(path)
  })
})

describe('what a mail says', () => {
  it('treats an unexplained decline like a card to replace once no retry is left', () => {
    expect(adviceOf('indeterminate', true)).toBe('bank')
    expect(adviceOf('indeterminate', false)).toBe('update_card')
  })

  it('names neither fraud nor balance', () => {
    expect(adviceOf('fraud', false)).toBe('generic')
    expect(adviceOf('soft', false)).toBe('neutral')
  })

  it('belongs to the stage the case is in, or is not sent', () => {
    const urged: CaseFacts = { ...opened('customer_action'), state: 'urgent_notice', nextStep: 3 }
    const tones = ['day0', 'day3', 'day7', 'day14', 'day28', 'nonsense'].map((step) =>
      toneOf(step, urged, POLICY),
    )
    expect(tones).toEqual([null, null, 'urgent', null, null, null])
  })
})

describe('the dunning states', () => {
  it('lead to recovered from everywhere, and nowhere from there', () => {
    const open = Object.entries(DUNNING_TRANSITIONS).filter(([state]) => state !== 'recovered')
    for (const [, to] of open) expect(to).toContain('recovered')
    expect(DUNNING_TRANSITIONS.recovered).toEqual([])
  })

  it('never lead backwards', () => {
    const order = Object.keys(DUNNING_TRANSITIONS)
    for (const [from, targets] of Object.entries(DUNNING_TRANSITIONS))
      for (const to of targets) expect(order.indexOf(to)).toBeGreaterThan(order.indexOf(from))
  })
})
