import { BigNumber } from 'bignumber.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calculate } from './calculator.ts'
import { documentText, usageText } from './sample.test-support.ts'

const DAYS = 31
const period = { start: '2026-03-01T00:00:00+01:00', end: '2026-04-01T00:00:00+02:00' }
const customer = { country: 'DE', timeZone: 'Europe/Berlin' }

/** Noon in Berlin of the n-th day of March, which has a day of 23 hours (the 29th). */
function noon(day: number): string {
  return `2026-03-${String(day).padStart(2, '0')}T${day < 29 ? '11' : '10'}:00:00Z`
}

const MODES = {
  ceil: BigNumber.ROUND_CEIL,
  floor: BigNumber.ROUND_FLOOR,
  nearest: BigNumber.ROUND_HALF_UP,
} as const

const rules = fc.constantFrom('ceil' as const, 'floor' as const, 'nearest' as const)
const cents = fc.integer({ min: 1, max: 99_999 })
/** Days on which the number of seats changes, and the numbers. */
const steps = fc.uniqueArray(fc.integer({ min: 2, max: DAYS }), { maxLength: 6 }).chain((days) =>
  fc.tuple(
    fc.constant([1, ...days.sort((a, b) => a - b)]),
    fc.array(fc.integer({ min: 0, max: 50 }), {
      minLength: days.length + 1,
      maxLength: days.length + 1,
    }),
  ),
)

/** Bookings as changing a quantity leaves them: each ends where the next begins. */
function bookings(days: readonly number[], seats: readonly number[]) {
  return days.map((day, index) => ({
    id: 'seats',
    quantity: seats[index] ?? 0,
    ...(index === 0 ? {} : { from: noon(day) }),
    ...(days[index + 1] === undefined ? {} : { to: noon(days[index + 1] ?? 0) }),
  }))
}

function subtotal(price: number, rule: string, addons: object[]): string {
  const offered = { addons: [{ id: 'seats', price: (price / 100).toFixed(2) }] }
  const text = documentText({}, { roundingRule: rule, ...offered })
  return calculate(text, usageText({ period, customer, addons })).subtotalMinor
}

describe('seats whose number changes within the period', () => {
  test('come to price × seats × local days, rounded once over all of them', () => {
    fc.assert(
      fc.property(cents, rules, steps, (price, rule, [days, seats]) => {
        const seatDays = days.reduce((sum, day, index) => {
          const until = days[index + 1] ?? DAYS + 1
          return sum + (until - day) * (seats[index] ?? 0)
        }, 0)
        // A single booking over the whole period has nothing to be split from.
        const expected = new BigNumber(price).times(seatDays).div(DAYS).integerValue(MODES[rule])
        expect(subtotal(price, rule, bookings(days, seats))).toBe(expected.toFixed())
      }),
      { numRuns: 300 },
    )
  })

  test('cost the full price to the cent where the number stays the same', () => {
    fc.assert(
      fc.property(
        cents,
        rules,
        steps,
        fc.integer({ min: 1, max: 50 }),
        (price, rule, [days], n) => {
          const same = bookings(
            days,
            days.map(() => n),
          )
          expect(subtotal(price, rule, same)).toBe(String(price * n))
        },
      ),
      { numRuns: 200 },
    )
  })

  test('up and down on one day is nothing', () => {
    const [morning, evening] = ['2026-03-10T08:00:00+01:00', '2026-03-10T20:00:00+01:00']
    const upAndDown = [
      { id: 'seats', quantity: 3, to: morning },
      { id: 'seats', quantity: 30, from: morning, to: evening },
      { id: 'seats', quantity: 3, from: evening },
    ]
    expect(subtotal(1000, 'nearest', upAndDown)).toBe('3000')
  })
})
