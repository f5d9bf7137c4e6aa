import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDecimal } from '#src/kernel/decimal.ts'
import { parseInstant, Temporal } from '#src/kernel/time.ts'
import { calculate } from './calculator.ts'
import { rateSubscription, type RatingInput } from './rate.ts'
import { documentOf, documentText, usageText } from './sample.test-support.ts'
import { planSegments } from './segments.ts'

const plan = (id: string, basePrice: string, more: object = {}) => ({
  id,
  basePrice,
  currency: 'USD',
  ...more,
})

function fees(
  top: object,
  usage: object,
  tiers = [plan('pro', '28'), plan('max', '280')],
): string[] {
  return calculate(documentText({}, { tiers, ...top }), usageText({ ...usage })).lines.map(
    ({ amountMinor, description }) => `${amountMinor} ${description}`,
  )
}

describe('base fee by local calendar days of the whole period', () => {
  const mid = '2026-02-15T13:00:00Z'
  test.each([
    ['the whole period', {}, ['2800 pro: base fee']],
    [
      'a start: its day counts',
      { startedAt: mid },
      ['1400 pro: base fee, 14 of 28 days (2026-02-15 to 2026-02-28)'],
    ],
    [
      'an end: its day does not',
      { canceledAt: mid },
      ['1400 pro: base fee, 14 of 28 days (2026-02-01 to 2026-02-14)'],
    ],
    [
      'a change: its day belongs to the new plan',
      { changes: [{ at: mid, plan: 'max' }] },
      [
        '1400 pro: base fee, 14 of 28 days (2026-02-01 to 2026-02-14)',
        '14000 max: base fee, 14 of 28 days (2026-02-15 to 2026-02-28)',
      ],
    ],
    [
      'a change before the period',
      { changes: [{ at: '2026-01-01', plan: 'max' }] },
      ['28000 max: base fee'],
    ],
    [
      'a change after the period',
      { changes: [{ at: '2026-03-01', plan: 'max' }] },
      ['2800 pro: base fee'],
    ],
    ['a change to the same plan', { changes: [{ at: mid, plan: 'pro' }] }, ['2800 pro: base fee']],
    ['ended before the period', { canceledAt: '2026-01-20' }, []],
    ['begins after the period', { startedAt: '2026-03-01' }, []],
    [
      'the customer’s day: late evening in UTC is tomorrow in Tokyo',
      { startedAt: '2026-02-14T16:00:00Z', customer: { country: 'JP', timeZone: 'Asia/Tokyo' } },
      ['1400 pro: base fee, 14 of 28 days (2026-02-15 to 2026-02-28)'],
    ],
  ])('%s', (_name, usage, lines) => {
    expect(fees({}, usage)).toEqual(lines)
  })

  test.each([
    ['day', '2026-02-15T12:00:00Z', ['1400', '14000']],
    ['second', '2026-02-15T12:00:00Z', ['1450', '13500']],
    ['fixed30', '2026-02-16T12:00:00Z', ['1400', '14000']],
    ['none', '2026-02-15T12:00:00Z', ['28000']],
  ])('%s', (proration, at, amounts) => {
    const lines = fees({ proration }, { changes: [{ at, plan: 'max' }] })
    expect(lines.map((line) => line.split(' ')[0])).toEqual(amounts)
  })

  test.each([
    ['day', ['700', '700']],
    ['none', ['1400']],
  ])('a commitment is owed once, in parts: %s', (proration, amounts) => {
    const tiers = ['pro', 'max'].map((id) => plan(id, '0', { commitment: '14' }))
    const lines = fees({ proration }, { changes: [{ at: '2026-02-15', plan: 'max' }] }, tiers)
    expect(lines.map((line) => line.split(' ')[0])).toEqual(amounts)
  })

  test('a trial spares its days', () => {
    const tiers = [plan('pro', '28', { trialDays: 14 })]
    const startedAt = '2026-02-01T00:00:00Z'
    expect(fees({}, { startedAt }, tiers)).toEqual([
      '1400 pro: base fee, 14 of 28 days (2026-02-15 to 2026-02-28)',
    ])
    expect(fees({}, { startedAt: '2026-02-20' }, tiers)).toEqual([])
    expect(fees({}, {}, tiers)).toEqual(['2800 pro: base fee'])
  })

  test.each(['ceil', 'floor', 'nearest'])('one part is rounded by the rule: %s', (roundingRule) => {
    const period = { start: '2026-01-01', end: '2026-02-01' }
    const [line] = fees({ roundingRule }, { period, startedAt: '2026-01-15' }, [plan('pro', '29')])
    expect(line?.split(' ')[0]).toBe(roundingRule === 'ceil' ? '1591' : '1590')
  })
})

describe('parts of a period', () => {
  const start = parseInstant('2026-01-01T00:00:00Z')
  const cents = fc.integer({ min: 1, max: 99_999 })
  const hours = fc.uniqueArray(fc.integer({ min: 1, max: 743 }), { minLength: 1, maxLength: 5 })
  const methods = fc.constantFrom('day', 'second', 'fixed30')
  const rules = fc.constantFrom('ceil', 'floor', 'nearest')
  const at = (hour: number) => start.add(Temporal.Duration.from({ hours: hour })).toString()
  const period = { start: at(0), end: at(744) }

  test('of one price sum to the full price exactly, wherever and however often the plan changes', () => {
    fc.assert(
      fc.property(cents, hours, methods, rules, (price, cuts, proration, roundingRule) => {
        const basePrice = (price / 100).toFixed(2)
        const tiers = ['a', 'b'].map((id) => plan(id, basePrice))
        const changes = cuts
          .sort((a, b) => a - b)
          .map((hour, index) => ({ at: at(hour), plan: index % 2 === 0 ? 'b' : 'a' }))
        const text = documentText({}, { tiers, proration, roundingRule })
        const { subtotalMinor } = calculate(text, usageText({ plan: 'a', period, changes }))
        expect(subtotalMinor).toBe(String(price))
      }),
      { numRuns: 200 },
    )
  })

  test('an add-on held in stretches that make up the period costs its full price', () => {
    fc.assert(
      fc.property(cents, hours, methods, rules, (price, cuts, proration, roundingRule) => {
        const addons = [{ id: 'x', price: (price / 100).toFixed(2) }]
        const ends = [0, ...cuts.sort((a, b) => a - b), 744]
        const held = ends
          .slice(1)
          .map((end, index) => ({ id: 'x', from: at(ends[index] ?? 0), to: at(end) }))
        const text = documentText({}, { addons, proration, roundingRule })
        const { subtotalMinor } = calculate(text, usageText({ period, addons: held }))
        expect(subtotalMinor).toBe(String(price))
      }),
      { numRuns: 100 },
    )
  })
})

describe('segments and usage', () => {
  const tiers = ['pro', 'max'].map((id, index) =>
    plan(id, '0', {
      charges: [{ metric: 'calls', model: 'per_unit', unitPrice: String(index + 1) }],
    }),
  )
  const document = documentOf({}, { tiers })
  const input: Omit<RatingInput, 'usage'> = {
    document,
    planId: 'pro',
    period: { start: parseInstant('2026-02-01T00:00Z'), end: parseInstant('2026-03-01T00:00Z') },
    timeZone: 'UTC',
    changes: [{ at: parseInstant('2026-02-10T06:30Z'), planId: 'max' }],
    addons: [],
  }
  const calls = (amount: string) => new Map([['calls', { quantity: parseDecimal(amount) }]])

  test('usage is split at the instant of the change and priced by the plan in force', () => {
    expect(
      planSegments(input).map(({ planId, period }) => [planId, period.start.toString()]),
    ).toEqual([
      ['pro', '2026-02-01T00:00:00Z'],
      ['max', '2026-02-10T06:30:00Z'],
    ])
    const { lines } = rateSubscription({ ...input, usage: [calls('3'), calls('5')] })
    expect(lines.map(({ amountMinor }) => amountMinor)).toEqual([300n, 1000n])
    const event = (timestamp: string) => ({ metric: 'calls', timestamp, quantity: '1' })
    const events = ['2026-02-10T06:29:59.999Z', '2026-02-10T06:30:00Z'].map(event)
    const changes = [{ at: '2026-02-10T06:30:00Z', plan: 'max' }]
    expect(fees({}, { events, changes }, tiers)).toEqual([
      '100 Calls: 1 × USD 1',
      '200 Calls: 1 × USD 2',
    ])
  })

  test('a change can bring its own version of the document', () => {
    const [, max] = tiers
    const next = documentOf({}, { tiers: [{ ...max, basePrice: '56' }], version: '2' })
    const changes = [{ at: parseInstant('2026-02-15T00:00Z'), planId: 'max', document: next }]
    const { lines } = rateSubscription({ ...input, changes, usage: [calls('1'), calls('1')] })
    expect(lines.map(({ amountMinor }) => amountMinor)).toEqual([100n, 2800n, 200n])
  })

  test('usage that the plan has no price for is handed back, never dropped', () => {
    const ghosts = { quantity: parseDecimal('0') }
    const { unrated } = rateSubscription({
      ...input,
      usage: [new Map([['ghosts', ghosts]]), calls('1')],
    })
    expect(unrated).toEqual([
      { metric: 'ghosts', planId: 'pro', period: planSegments(input)[0]?.period, usage: ghosts },
    ])
  })
})
