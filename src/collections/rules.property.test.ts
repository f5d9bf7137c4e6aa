import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Temporal, type Instant } from '#src/kernel/time.ts'
import { isRetried, type DeclineClass } from './decline-classes.ts'
import { decideFailure } from './failure-rules.ts'
import { adviceOf, toneOf } from './mail-rules.ts'
import { nextMailSlot } from './mail-slot.ts'
import { decideNext, type CaseFacts } from './rules.ts'
import { dunningPolicyOf } from './schedule.ts'
import { DUNNING_TRANSITIONS, type DunningState } from './states.ts'

const POLICY = dunningPolicyOf({ dunning: {} })
const START = Temporal.Instant.from('2026-03-20T12:00:00Z')
const CLASSES: readonly DeclineClass[] = [
  'soft',
  'transient',
  'delayed',
  'indeterminate',
  'customer_action',
  'customer_action_hard',
  'sca',
  'fraud',
  'mandate_withdrawn',
  'other_method',
]

type Event =
  | { kind: 'hours'; hours: number }
  | { kind: 'fail'; of: number; declineClass: DeclineClass }
  | { kind: 'recover' | 'freeze' | 'resume'; of: number }
  | { kind: 'pause'; of: number; days: number }

const which = fc.integer({ min: 0, max: 1 })
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('hours' as const),
      hours: fc.integer({ min: 1, max: 200 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('fail' as const),
      of: which,
      declineClass: fc.constantFrom(...CLASSES),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('recover' as const, 'freeze' as const, 'resume' as const),
      of: which,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('pause' as const),
      of: which,
      days: fc.integer({ min: 1, max: 20 }),
    }),
  },
)

interface Seen {
  readonly mails: { readonly key: string; readonly at: Instant }[]
  readonly charges: { readonly cause: string; readonly of: CaseFacts }[]
  readonly states: DunningState[][]
}

/** Two invoices of one customer, with different clocks, lived through. */
function live(events: readonly Event[], timeZone: string): Seen {
  let now = START
  const cases: (CaseFacts | null)[] = [null, null]
  const seen: Seen = { mails: [], charges: [], states: [[], []] }
  let failures = 0

  const put = (index: number, next: CaseFacts) => {
    cases[index] = next
    seen.states[index]?.push(next.state)
  }
  const mail = (current: CaseFacts, step: string) => {
    const key = `${current.id}:${step}`
    const tone = toneOf(step, current, POLICY)
    const advice = adviceOf(current.declineClass, current.nextRetryAt !== null)
    if (tone === null || tone === 'confirm' || advice === null) return
    if (seen.mails.some((earlier) => earlier.key === key)) return
    const times = seen.mails.map(({ at }) => at)
    const at = nextMailSlot(now, timeZone, 'unknown', times)
    if (at) seen.mails.push({ key, at })
  }
  const settle = (index: number) => {
    // Twice: the second look must find nothing.
    for (const round of [1, 2]) {
      const current = cases[index]
      if (!current) return
      const decision = decideNext(current, {
        now,
        timeZone,
        policy: POLICY,
        accountStatus: 'past_due',
        manualHold: false,
        paymentInFlight: false,
      })
      if (decision.kind !== 'move') continue
      expect(round).toBe(1)
      const { to: state, nextStep, nextStepAt, nextRetryAt } = decision
      const next = { ...current, state, nextStep, nextStepAt, nextRetryAt, pausedUntil: null }
      put(index, next)
      for (const action of decision.actions) {
        if (action.kind === 'charge')
          seen.charges.push({ cause: `${current.id}:${action.cause}`, of: current })
        if (action.kind === 'draft_mail') mail(next, action.step)
      }
    }
  }
  const apply = (happened: Event) => {
    if (happened.kind === 'hours') {
      now = now.add({ hours: happened.hours })
      return
    }
    const current = cases[happened.of] ?? null
    if (happened.kind === 'fail') {
      if (current && DUNNING_TRANSITIONS[current.state].length === 0) return
      failures += 1
      const failure = { declineClass: happened.declineClass, paymentId: `pay_${failures}` }
      const outcome = decideFailure(current, failure, { now, timeZone, policy: POLICY })
      const next = {
        id: `dun_${happened.of}`,
        pausedUntil: current?.pausedUntil ?? null,
        ...outcome,
      }
      put(happened.of, next)
      if (outcome.mailStep !== null) mail(next, outcome.mailStep)
      return
    }
    if (!current || current.state === 'recovered') return
    if (happened.kind === 'recover')
      put(happened.of, {
        ...current,
        state: 'recovered',
        nextStep: null,
        nextStepAt: null,
        nextRetryAt: null,
      })
    if (happened.kind === 'freeze')
      put(happened.of, { ...current, frozenReason: 'dispute', nextRetryAt: null })
    if (happened.kind === 'resume')
      put(happened.of, { ...current, frozenReason: null, pausedUntil: null })
    if (happened.kind === 'pause')
      put(happened.of, { ...current, pausedUntil: now.add({ hours: happened.days * 24 }) })
  }
  for (const happened of events) {
    apply(happened)
    settle(0)
    settle(1)
  }
  return seen
}

it('holds every promise of DUNNING_POLICY for any sequence of events and jumps in time', () => {
  const zones = fc.constantFrom(
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kolkata',
  )
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), zones, (events, zone) => {
      const { mails, charges, states } = live(events, zone)

      // At most one mail per (case, step); four per cycle, 72 hours apart, never in quiet hours.
      expect(new Set(mails.map(({ key }) => key)).size).toBe(mails.length)
      const times = mails.map(({ at }) => at).sort((a, b) => Temporal.Instant.compare(a, b))
      for (const [index, at] of times.entries()) {
        const local = at.toZonedDateTimeISO(zone)
        expect(local.dayOfWeek <= 5 && local.hour >= 8 && local.hour < 20).toBe(true)
        const hoursTo = (later: Instant | undefined) =>
          later ? (later.epochMilliseconds - at.epochMilliseconds) / 3_600_000 : Infinity
        expect(hoursTo(times[index + 1])).toBeGreaterThanOrEqual(72)
        expect(hoursTo(times[index + 4])).toBeGreaterThanOrEqual(28 * 24)
      }

      // Each planned charge is made once, for a class that may be charged, by a case that is not stopped.
      expect(new Set(charges.map(({ cause }) => cause)).size).toBe(charges.length)
      for (const { of } of charges) {
        expect(isRetried(of.declineClass)).toBe(true)
        expect(of.frozenReason).toBeNull()
      }

      // Forwards only, recovered is final, closed is never reached without a person.
      const order = Object.keys(DUNNING_TRANSITIONS)
      for (const path of states) {
        expect(path).not.toContain('closed')
        const steps = path.map((state) => order.indexOf(state))
        expect(steps).toEqual([...steps].sort((a, b) => a - b))
      }
    }),
    { numRuns: 400 },
  )
})
