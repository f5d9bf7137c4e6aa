import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Temporal } from '#src/kernel/time.ts'
import type { DeclineClass } from './decline-classes.ts'
import { judgeCharge, type ChargeFacts, type PastAttempt } from './network-limits.ts'

const NOW = Temporal.Instant.from('2026-03-31T12:00:00Z')

function past(hoursAgo: number, change: Partial<PastAttempt> = {}): PastAttempt {
  return {
    at: NOW.subtract({ minutes: Math.round(hoursAgo * 60) }),
    currency: 'EUR',
    amountMinor: 1000n,
    networkCode: null,
    ...change,
  }
}

function facts(change: Partial<ChargeFacts>): ChargeFacts {
  return {
    now: NOW,
    brand: 'visa',
    currency: 'EUR',
    amountMinor: 1000n,
    cause: 'dunning:day3:1',
    attempts: [],
    attemptsInStep: 0,
    lastClass: null,
    hold: null,
    ...change,
  }
}

const many = (count: number, hoursAgo: number) =>
  Array.from({ length: count }, () => past(hoursAgo))

describe('network limits and product caps (DUNNING_POLICY §2)', () => {
  it.each<[string, Partial<ChargeFacts>, boolean]>([
    ['a first charge', {}, true],
    ['14 failed in 30 days', { attempts: many(14, 100) }, true],
    ['15 failed in 30 days', { attempts: many(15, 100) }, false],
    ['15 failed, just over 30 days ago', { attempts: many(15, 30 * 24) }, true],
    ['Mastercard: 9 in 24 hours', { brand: 'MasterCard', attempts: many(9, 20) }, true],
    ['Mastercard: 10 in 24 hours', { brand: 'mastercard', attempts: many(10, 20) }, false],
    ['Mastercard: 10, 25 hours ago', { brand: 'mastercard', attempts: many(10, 25) }, true],
    ['Visa has no limit a day', { brand: 'visa', attempts: many(10, 20) }, true],
    ['3 in this step', { attemptsInStep: 3 }, true],
    ['4 in this step', { attemptsInStep: 4 }, false],
    ['an answer that forbids any', { attempts: [past(2000, { networkCode: 'R0' })] }, false],
    ['advice that forbids any', { attempts: [past(1, { networkCode: '03' })] }, false],
    ['a hold', { hold: 'frozen: dispute' }, false],
  ])('%s: allowed %#', (_what, change, allowed) => {
    expect(judgeCharge(facts(change)).allowed).toBe(allowed)
  })

  it.each<[DeclineClass, boolean, boolean]>([
    ['soft', true, true],
    ['transient', true, true],
    ['delayed', true, true],
    ['indeterminate', true, true],
    ['customer_action', false, true],
    ['sca', false, true],
    ['customer_action_hard', false, false],
    ['fraud', false, false],
    ['mandate_withdrawn', false, false],
    ['other_method', false, false],
    ['no_dunning', false, false],
  ])(
    'after %s on this card: by itself %s, once the card was entered again %s',
    (lastClass, alone, again) => {
      expect(judgeCharge(facts({ lastClass })).allowed).toBe(alone)
      expect(judgeCharge(facts({ lastClass, cause: 'card_updated:pm_2' })).allowed).toBe(again)
    },
  )

  it('never lets a card exceed a limit, whenever it is asked', () => {
    const hours = fc.array(fc.integer({ min: 0, max: 60 * 24 }), { maxLength: 80 })
    fc.assert(
      fc.property(hours, fc.constantFrom('visa', 'mastercard', 'amex'), (asked, brand) => {
        const start = NOW.subtract({ hours: 60 * 24 })
        const made: PastAttempt[] = []
        for (const hour of [...asked].sort((a, b) => a - b)) {
          const now = start.add({ hours: hour })
          if (judgeCharge(facts({ now, brand, attempts: made })).allowed)
            made.push({ at: now, currency: 'EUR', amountMinor: 1000n, networkCode: null })
        }
        const within = (first: PastAttempt, window: number) =>
          made.filter(({ at }) => {
            const distance = at.epochMilliseconds - first.at.epochMilliseconds
            return distance >= 0 && distance < window * 3_600_000
          }).length
        for (const first of made) {
          expect(within(first, 30 * 24)).toBeLessThanOrEqual(15)
          expect(within(first, 24)).toBeLessThanOrEqual(brand === 'mastercard' ? 10 : 15)
        }
      }),
    )
  })
})
