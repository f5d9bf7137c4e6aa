import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { monthlyPeriod } from '#src/kernel/time.ts'
import { calculate } from './calculator.ts'
import { documentText, usageText } from './sample.test-support.ts'

const calls = { metric: 'calls', model: 'per_unit', unitPrice: '1' }
const plan = (id: string, basePrice: string, more: object = {}) => ({
  id,
  basePrice,
  currency: 'USD',
  charges: [calls],
  ...more,
})
const TIERS = [plan('small', '31'), plan('big', '310')]

/** "cents description" of each line, in a month of a zone. */
function billed(
  [month, anchorDay, timeZone]: readonly [string, number, string],
  usage: object,
  top: object = {},
): string[] {
  const { start, end } = monthlyPeriod(month, anchorDay, timeZone)
  const period = { start: start.toString(), end: end.toString() }
  const text = documentText({}, { tiers: TIERS, ...top })
  const given = { plan: 'small', period, customer: { country: 'DE', timeZone }, ...usage }
  return calculate(text, usageText(given)).lines.map(
    ({ amountMinor, description }) => `${amountMinor} ${description}`,
  )
}

const event = (timestamp: string) => ({ metric: 'calls', timestamp, quantity: '1' })
const to = (planId: string, at: string) => ({ plan: planId, at })

describe('days at the edges of calendar and clock', () => {
  test.each([
    [
      'clocks put forward: 23 hours are a day',
      ['2026-03', 1, 'Europe/Berlin'],
      { startedAt: '2026-03-28T23:00:00Z' },
      ['300 small: base fee, 3 of 31 days (2026-03-29 to 2026-03-31)'],
    ],
    [
      'clocks put back: 25 hours are a day',
      ['2026-10', 1, 'Europe/Berlin'],
      { canceledAt: '2026-10-25T23:00:00Z' },
      ['2500 small: base fee, 25 of 31 days (2026-10-01 to 2026-10-25)'],
    ],
    [
      'the hour that comes twice belongs to its day both times',
      ['2026-10', 1, 'Europe/Berlin'],
      { changes: [to('big', '2026-10-25T00:30:00Z'), to('small', '2026-10-25T01:30:00Z')] },
      [
        '2400 small: base fee, 24 of 31 days (2026-10-01 to 2026-10-24)',
        '700 small: base fee, 7 of 31 days (2026-10-25 to 2026-10-31)',
      ],
    ],
    [
      'a zone half an hour off: half past six in the evening in UTC is midnight',
      ['2026-01', 1, 'Asia/Kolkata'],
      { startedAt: '2026-01-20T18:30:00Z' },
      ['1100 small: base fee, 11 of 31 days (2026-01-21 to 2026-01-31)'],
    ],
    [
      'a zone three quarters off, a minute before midnight',
      ['2026-01', 1, 'Asia/Kathmandu'],
      { startedAt: '2026-01-20T18:14:00Z' },
      ['1200 small: base fee, 12 of 31 days (2026-01-20 to 2026-01-31)'],
    ],
    [
      'midnight that does not exist: the day begins at one',
      ['2026-04', 1, 'Africa/Cairo'],
      { startedAt: '2026-04-23T22:00:00Z' },
      ['723 small: base fee, 7 of 30 days (2026-04-24 to 2026-04-30)'],
    ],
    [
      'the leap day is a day',
      ['2028-02', 1, 'UTC'],
      { startedAt: '2028-02-29T00:00:00Z' },
      ['107 small: base fee, 1 of 29 days (2028-02-29 to 2028-02-29)'],
    ],
    [
      'anchor 31 in January ends on February 28',
      ['2026-01', 31, 'UTC'],
      { startedAt: '2026-02-14T00:00:00Z' },
      ['1550 small: base fee, 14 of 28 days (2026-02-14 to 2026-02-27)'],
    ],
    [
      'and begins there, to go back to March 31',
      ['2026-02', 31, 'UTC'],
      { canceledAt: '2026-03-01T00:00:00Z' },
      ['100 small: base fee, 1 of 31 days (2026-02-28 to 2026-02-28)'],
    ],
    [
      'anchor 30 meets the leap day',
      ['2028-02', 30, 'UTC'],
      { canceledAt: '2028-03-15T00:00:00Z' },
      ['1550 small: base fee, 15 of 30 days (2028-02-29 to 2028-03-14)'],
    ],
  ] as const)('%s', (_name, month, usage, lines) => {
    expect(billed(month, usage)).toEqual(lines)
  })
})

describe('changes within a period', () => {
  const january = ['2026-01', 1, 'UTC'] as const
  test.each([
    [
      'in the middle of an hour: usage falls to the plan of its instant',
      {
        changes: [to('big', '2026-01-11T10:20:30.500Z')],
        events: [event('2026-01-11T10:20:30.499Z'), event('2026-01-11T10:20:30.500Z')],
      },
      [
        '1000 small: base fee, 10 of 31 days (2026-01-01 to 2026-01-10)',
        '100 Calls: 1 × USD 1',
        '21000 big: base fee, 21 of 31 days (2026-01-11 to 2026-01-31)',
        '100 Calls: 1 × USD 1',
      ],
    ],
    [
      'up and down on one day: what is left of the day owns it, usage between is the other’s',
      {
        changes: [to('big', '2026-01-11T08:00:00Z'), to('small', '2026-01-11T20:00:00Z')],
        events: [event('2026-01-11T12:00:00Z')],
      },
      [
        '1000 small: base fee, 10 of 31 days (2026-01-01 to 2026-01-10)',
        '100 Calls: 1 × USD 1',
        '2100 small: base fee, 21 of 31 days (2026-01-11 to 2026-01-31)',
      ],
    ],
    [
      'two',
      { changes: [to('big', '2026-01-11T00:00:00Z'), to('small', '2026-01-21T00:00:00Z')] },
      [
        '1000 small: base fee, 10 of 31 days (2026-01-01 to 2026-01-10)',
        '10000 big: base fee, 10 of 31 days (2026-01-11 to 2026-01-20)',
        '1100 small: base fee, 11 of 31 days (2026-01-21 to 2026-01-31)',
      ],
    ],
    [
      'and an end on the same day',
      {
        changes: [to('big', '2026-01-11T08:00:00Z')],
        canceledAt: '2026-01-11T20:00:00Z',
        events: [event('2026-01-11T12:00:00Z')],
      },
      ['1000 small: base fee, 10 of 31 days (2026-01-01 to 2026-01-10)', '100 Calls: 1 × USD 1'],
    ],
  ])('%s', (_name, usage, lines) => {
    expect(billed(january, usage)).toEqual(lines)
  })

  test.each([
    ['mid-day: the day stays with the old plan', '2026-01-11T08:00:00Z', ['1100', '20000']],
    ['at midnight there is nothing to stay', '2026-01-11T00:00:00Z', ['1000', '21000']],
    ['on the last day', '2026-01-31T08:00:00Z', ['3100']],
  ])('planChangeDay old_plan, %s', (_name, at, amounts) => {
    const lines = billed(january, { changes: [to('big', at)] }, { planChangeDay: 'old_plan' })
    expect(lines.map((line) => line.split(' ')[0])).toEqual(amounts)
  })

  test('planChangeDay old_plan, two on one day: the day is the first one’s, all days are billed', () => {
    const changes = [to('big', '2026-01-11T08:00:00Z'), to('small', '2026-01-11T20:00:00Z')]
    expect(billed(january, { changes }, { planChangeDay: 'old_plan' })).toEqual([
      '1100 small: base fee, 11 of 31 days (2026-01-01 to 2026-01-11)',
      '2000 small: base fee, 20 of 31 days (2026-01-12 to 2026-01-31)',
    ])
  })

  test('a trial that ends within, then a change: each day is billed once', () => {
    const tiers = [plan('small', '31', { trial: true }), plan('big', '310')]
    const usage = {
      startedAt: '2026-01-03T15:00:00Z',
      changes: [to('big', '2026-01-25T09:00:00Z')],
    }
    // 14 days of trial, the default, from the 3rd to the 16th.
    expect(billed(january, usage, { tiers })).toEqual([
      '800 small: base fee, 8 of 31 days (2026-01-17 to 2026-01-24)',
      '7000 big: base fee, 7 of 31 days (2026-01-25 to 2026-01-31)',
    ])
  })
})

describe('parts that make up a whole', () => {
  const period = { start: '2026-01-01T00:00:00Z', end: '2026-02-01T00:00:00Z' }
  const day = (n: number) => `2026-01-${String(n).padStart(2, '0')}T12:00:00Z`
  const cents = fc.integer({ min: 1, max: 99_999 }).map((n) => (n / 100).toFixed(2))
  const days = fc.uniqueArray(fc.integer({ min: 2, max: 31 }), { minLength: 1, maxLength: 5 })
  const rule = fc.constantFrom('ceil', 'floor', 'nearest')
  const owner = fc.constantFrom('new_plan', 'old_plan')

  test.each([
    ['a commitment', (amount: string) => ({ commitment: amount })],
    ['a plan’s minimum', (amount: string) => ({ minimum: amount })],
    ['a charge’s minimum', (amount: string) => ({ charges: [{ ...calls, minimum: amount }] })],
  ])('%s over plan changes costs what it would without', (_name, keys) => {
    fc.assert(
      fc.property(cents, days, rule, owner, (amount, cuts, roundingRule, planChangeDay) => {
        const tiers = ['a', 'b'].map((id) => plan(id, '0', keys(amount)))
        const changes = cuts
          .sort((a, b) => a - b)
          .map((n, index) => to(index % 2 === 0 ? 'b' : 'a', day(n)))
        const text = documentText({}, { tiers, roundingRule, planChangeDay })
        const { subtotalMinor } = calculate(text, usageText({ plan: 'a', period, changes }))
        expect(subtotalMinor).toBe(String(Math.round(Number(amount) * 100)))
      }),
      { numRuns: 150 },
    )
  })

  test('seats cost the same whether they are booked as 5 then 8, or as 5 and 3 more', () => {
    const seats = fc.integer({ min: 1, max: 50 })
    const cut = fc.integer({ min: 2, max: 31 })
    fc.assert(
      fc.property(cents, seats, seats, cut, rule, (price, first, more, n, roundingRule) => {
        const text = documentText({}, { addons: [{ id: 'seat', price }], roundingRule })
        const cost = (addons: object[]) =>
          calculate(text, usageText({ period, addons })).subtotalMinor
        const seat = (quantity: number, span: object) => ({
          id: 'seat',
          quantity: String(quantity),
          ...span,
        })
        const replaced = [seat(first, { to: day(n) }), seat(first + more, { from: day(n) })]
        expect(cost(replaced)).toBe(cost([seat(first, {}), seat(more, { from: day(n) })]))
      }),
      { numRuns: 200 },
    )
  })
})
