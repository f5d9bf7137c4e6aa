import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calculate } from './calculator.ts'
import { documentText, usageText } from './sample.test-support.ts'

const startedAt = '2026-02-01T00:00:00Z'
const calls = { metric: 'calls', model: 'per_unit', unitPrice: '0.1' }
const event = (timestamp: string, quantity: string) => ({ metric: 'calls', timestamp, quantity })

function lines(plan: object, usage: object): string[] {
  const trial = { basePrice: '28', trialDays: 14, charges: [calls], ...plan }
  const { lines: rated } = calculate(
    documentText(trial, { addons: [{ id: 'seats', name: 'Seats', price: '7' }] }),
    usageText({ startedAt, ...usage }),
  )
  return rated.map(({ description, amountMinor }) => `${amountMinor} ${description}`)
}

describe('a trial of 14 days', () => {
  const usage = {
    events: [event('2026-02-14T23:59:59Z', '100'), event('2026-02-15T00:00:00Z', '30')],
  }
  const addons = [{ id: 'seats', quantity: '4' }]

  test('turns into half of a base fee and of seats; usage is billed from the start', () => {
    expect(lines({}, { ...usage, addons })).toEqual([
      '1400 Pro: base fee, 14 of 28 days (2026-02-15 to 2026-02-28)',
      '1300 Calls: 130 × USD 0.1',
      '1400 Seats, 4 ×, 14 of 28 days (2026-02-15 to 2026-02-28)',
    ])
  })

  test('shows usage that is free, and counts it towards no allowance', () => {
    const plan = { trialUsage: 'free', includedUsage: { calls: '20' } }
    expect(lines(plan, { ...usage, addons })).toEqual([
      '0 Calls: 100 × free',
      '1400 Pro: base fee, 14 of 28 days (2026-02-15 to 2026-02-28)',
      '0 Calls: 20 × included (first 20)',
      '100 Calls: 10 × USD 0.1',
      '1400 Seats, 4 ×, 14 of 28 days (2026-02-15 to 2026-02-28)',
    ])
  })

  test.each([
    ['billed', ['1000 Calls: 100 × USD 0.1']],
    ['free', ['0 Calls: 100 × free']],
  ])('canceled within bills nothing but usage that is %s', (trialUsage, expected) => {
    const plan = { trialUsage, minimum: '50', commitment: '40' }
    const canceled = { canceledAt: '2026-02-10T12:00:00Z', addons }
    const events = [event('2026-02-05T00:00:00Z', '100')]
    expect(lines(plan, { ...canceled, events })).toEqual(expected)
  })

  test('goes on over a plan change within it', () => {
    const text = documentText(
      {},
      {
        tiers: [
          { id: 'small', basePrice: '28', currency: 'USD', trialDays: 14 },
          { id: 'big', basePrice: '56', currency: 'USD' },
        ],
      },
    )
    const changes = [{ at: '2026-02-08T00:00:00Z', plan: 'big' }]
    const result = calculate(text, usageText({ plan: 'small', startedAt, changes }))
    expect(result.lines.map(({ amountMinor }) => amountMinor)).toEqual(['2800'])
  })

  test('with changes between plans of one price: what follows it comes to its days exactly', () => {
    const days = fc.uniqueArray(fc.integer({ min: 1, max: 27 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(
        days,
        fc.integer({ min: 1, max: 9_999 }),
        fc.integer({ min: 1, max: 27 }),
        fc.constantFrom('billed', 'free'),
        (at, cents, trialDays, trialUsage) => {
          const basePrice = (cents / 100).toFixed(2)
          const plan = { basePrice, currency: 'USD', trialDays, trialUsage, charges: [calls] }
          const text = documentText(
            {},
            {
              tiers: [
                { id: 'a', ...plan },
                { id: 'b', ...plan },
              ],
            },
          )
          const day = (n: number) => `2026-02-${String(n + 1).padStart(2, '0')}T06:00:00Z`
          const sorted = at.sort((a, b) => a - b)
          const changes = sorted.map((n, index) => ({
            at: day(n),
            plan: index % 2 === 0 ? 'b' : 'a',
          }))
          const split = calculate(text, usageText({ plan: 'a', startedAt, changes }))
          const whole = calculate(text, usageText({ plan: 'a', startedAt }))
          expect(split.subtotalMinor).toBe(whole.subtotalMinor)
        },
      ),
      { numRuns: 200 },
    )
  })
})
