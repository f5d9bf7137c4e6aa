import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCurrency } from '#src/kernel/currency.ts'
import { parseDecimal } from '#src/kernel/decimal.ts'
import { EXACT_ZERO } from '#src/kernel/exact.ts'
import { sumMinor } from '#src/kernel/money.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { calculate } from './calculator.ts'
import { NO_TARGETS, type Coupon } from './coupon-shapes.ts'
import { applyCoupons, type CouponScope } from './coupons.ts'
import { singleLine, type RatedLine } from './lines.ts'
import { documentText, refusalOf, usageText } from './sample.test-support.ts'

const period = {
  start: parseInstant('2026-02-01T00:00:00Z'),
  end: parseInstant('2026-03-01T00:00:00Z'),
}
const USD = parseCurrency('USD')
const scope: CouponScope = { currency: USD, period, rounding: { digits: 2, rule: 'nearest' } }

type LineOf = Pick<RatedLine, 'kind' | 'metric' | 'planId'>

function line(amountMinor: bigint, of: LineOf = { kind: 'base_fee', planId: 'pro' }): RatedLine {
  return singleLine({ ...of, description: of.kind, amountMinor, exact: EXACT_ZERO, period }, 2)
}

type CouponOf = Partial<Omit<Coupon, 'percentage' | 'amount' | 'targets'>> & {
  percentage?: string
  amount?: string
  targets?: Partial<Coupon['targets']>
}

function coupon({ percentage, amount, targets, ...rest }: CouponOf): Coupon {
  return {
    id: 'C',
    duration: 'forever',
    applied: 0,
    ...(percentage === undefined ? {} : { percentage: parseDecimal(percentage) }),
    ...(amount === undefined ? {} : { amount: parseDecimal(amount) }),
    targets: { ...NO_TARGETS, ...targets },
    ...rest,
  }
}

const taken = (coupons: CouponOf[], lines: RatedLine[], of: CouponScope = scope) =>
  applyCoupons(coupons.map(coupon), lines, of).map((it) => it.line.amountMinor)

describe('a coupon', () => {
  const mixed = [
    line(10_000n),
    line(4_000n, { kind: 'usage', metric: 'calls', planId: 'pro' }),
    line(6_000n, { kind: 'usage', metric: 'storage', planId: 'free' }),
    line(5_000n, { kind: 'addon', planId: 'pro' }),
    line(2_500n, { kind: 'item' }),
  ]

  test.each<[string, Partial<Coupon['targets']>, bigint]>([
    ['everything', {}, -2_750n],
    ['a plan', { plans: ['pro'] }, -1_900n],
    ['two plans', { plans: ['pro', 'free'] }, -2_500n],
    ['a metric', { metrics: ['calls'] }, -400n],
    ['a kind', { kinds: ['addon'] }, -500n],
    ['one-off items', { kinds: ['item'] }, -250n],
    ['a kind on a plan', { plans: ['free'], kinds: ['usage', 'base_fee'] }, -600n],
    ['its customers', { customers: ['acme'] }, -2_750n],
  ])('held to %s takes its share of that', (_name, targets, amount) => {
    const of = { ...scope, customerId: 'acme' }
    expect(taken([{ percentage: '10', targets }], mixed, of)).toEqual([amount])
  })

  test.each<[string, CouponOf]>([
    ['a plan that nothing is on', { targets: { plans: ['other'] } }],
    ['a metric without lines', { targets: { metrics: ['other'] } }],
    ['other customers', { targets: { customers: ['other'] } }],
    ['one invoice, and it had that', { duration: 'once', applied: 1 }],
    ['three periods, and it had them', { duration: 'repeating', periods: 3, applied: 3 }],
    ['less than a cent', { percentage: '0.00001' }],
  ])('for %s leaves no line', (_name, terms) => {
    expect(taken([{ percentage: '10', ...terms }], mixed)).toEqual([])
  })

  test('repeating three periods applies in the third', () => {
    const terms = { percentage: '10', duration: 'repeating' as const, periods: 3, applied: 2 }
    expect(taken([terms], mixed)).toEqual([-2_750n])
  })

  test('takes what is left of its lines, which an amount before it was spread over', () => {
    const lines = [line(3_000n), line(1_000n, { kind: 'usage', metric: 'calls', planId: 'pro' })]
    const half = { percentage: '50', targets: { metrics: ['calls'] } }
    // 20.00 off both leaves 15.00 and 5.00.
    expect(taken([{ amount: '20' }, half], lines)).toEqual([-2_000n, -250n])
    expect(taken([half, { amount: '20' }], lines)).toEqual([-500n, -2_000n])
  })

  test('counts what a reached maximum took off the usage it is held to', () => {
    const lines = [
      line(1_000n, { kind: 'usage', metric: 'calls' }),
      line(-600n, { kind: 'maximum_discount', metric: 'calls' }),
    ]
    for (const targets of [{ metrics: ['calls'] }, { kinds: ['usage' as const] }])
      expect(taken([{ percentage: '50', targets }], lines)).toEqual([-200n])
  })

  test('leaves the whole at zero where other lines take off as well', () => {
    const lines = [line(10_000n), line(-8_000n, { kind: 'item' })]
    const onFee = { amount: '90', targets: { kinds: ['base_fee' as const] } }
    expect(taken([onFee, { percentage: '10' }], lines)).toEqual([-2_000n])
  })

  test.each([
    ['nearest', -1n],
    ['ceil', undefined],
    ['floor', -1n],
  ] as const)('is rounded once by the rule %s', (rule, amount) => {
    const of = { ...scope, rounding: { digits: 2, rule } }
    expect(taken([{ percentage: '50' }], [line(1n)], of)).toEqual(
      amount === undefined ? [] : [amount],
    )
  })
})

describe('stacked coupons', () => {
  const kinds = fc.constantFrom('base_fee' as const, 'usage' as const, 'addon' as const)
  const lines = fc.array(
    fc
      .tuple(fc.integer({ min: -20_000, max: 100_000 }), kinds, fc.constantFrom('a', 'b'))
      .map(([amount, kind, name]) => line(BigInt(amount), { kind, metric: name, planId: name })),
    { maxLength: 6 },
  )
  const targets = fc.record({
    plans: fc.subarray(['a', 'b']),
    metrics: fc.subarray(['a', 'b']),
    kinds: fc.subarray(['base_fee' as const, 'usage' as const, 'addon' as const]),
  })
  const percentages = fc.integer({ min: 1, max: 1_000_000 }).map((it) => (it / 10_000).toFixed(4))
  const terms = fc.oneof(
    fc.record({ percentage: percentages, targets }),
    fc.record({
      amount: fc.integer({ min: 1, max: 200_000 }).map((it) => (it / 100).toFixed(2)),
      targets,
    }),
  )
  const rules = fc.constantFrom('ceil' as const, 'floor' as const, 'nearest' as const)

  test('never take an invoice below zero, nor more than they are worth, one line each at most', () => {
    fc.assert(
      fc.property(lines, fc.array(terms, { maxLength: 5 }), rules, (given, coupons, rule) => {
        const total = sumMinor(given.map(({ amountMinor }) => amountMinor))
        const applied = applyCoupons(coupons.map(coupon), given, {
          ...scope,
          rounding: { digits: 2, rule },
        })
        let left = total
        for (const { line: discount, coupon: of } of applied) {
          expect(discount.amountMinor).toBeLessThan(0n)
          const worth = of.amount === undefined ? total : of.amount / 10_000_000_000n
          expect(-discount.amountMinor).toBeLessThanOrEqual(worth)
          left += discount.amountMinor
          expect(left).toBeGreaterThanOrEqual(0n)
        }
        expect(applied.length === 0 || total > 0n).toBe(true)
        expect(new Set(applied.map((it) => it.coupon)).size).toBe(applied.length)
      }),
      { numRuns: 500 },
    )
  })

  test('on everything: percentages in any order leave the same within a cent each, an amount first leaves most', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        percentages,
        percentages,
        fc.integer({ min: 1, max: 10_000 }),
        (cents, first, second, amount) => {
          const lines_ = [line(BigInt(cents))]
          const off = (...list: CouponOf[]) => -sumMinor(taken(list, lines_))
          const [a, b] = [{ percentage: first }, { percentage: second }]
          const difference = off(a, b) - off(b, a)
          expect(difference < 0n ? -difference : difference).toBeLessThanOrEqual(2n)
          const flat = { amount: (amount / 100).toFixed(2) }
          expect(off(flat, a)).toBeLessThanOrEqual(off(a, flat) + 1n)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('on disjoint lines do not touch each other', () => {
    fc.assert(
      fc.property(percentages, percentages, fc.nat(100_000), fc.nat(100_000), (p, q, a, b) => {
        const given = [line(BigInt(a), { kind: 'base_fee' }), line(BigInt(b), { kind: 'usage' })]
        const onFee = { id: 'F', percentage: p, targets: { kinds: ['base_fee' as const] } }
        const onUsage = { id: 'U', percentage: q, targets: { kinds: ['usage' as const] } }
        const sums = (...list: CouponOf[]) => taken(list, given).sort((x, y) => Number(x - y))
        expect(sums(onFee, onUsage)).toEqual(sums(onUsage, onFee))
      }),
      { numRuns: 200 },
    )
  })
})

describe('coupons of USAGE.json', () => {
  const charges = [
    { metric: 'calls', model: 'per_unit', unitPrice: '0.01' },
    { metric: 'storage', model: 'per_unit', unitPrice: '1' },
  ]
  const usage = { calls: '1000', storage: '20' }

  test('take the same targets: one on a metric discounts that alone', () => {
    const coupons = [
      { id: 'CALLS', percentage: '50', targets: { metrics: ['calls'] } },
      { id: 'PLAN', percentage: '10', targets: { plans: ['pro'] } },
    ]
    const text = documentText({ id: 'pro', basePrice: '100', charges })
    const result = calculate(text, usageText({ plan: 'pro', usage, coupons }))
    expect(result.lines.map(({ kind, amountMinor }) => `${kind} ${amountMinor}`)).toEqual([
      'base_fee 10000',
      'usage 1000',
      'usage 2000',
      'coupon -500',
      'coupon -1250',
    ])
    expect(result.subtotalMinor).toBe('11250')
  })

  test('on a plan leave the lines of another plan in the same period alone', () => {
    const text = documentText(
      {},
      {
        tiers: [
          { id: 'small', basePrice: '28', currency: 'USD' },
          { id: 'big', basePrice: '56', currency: 'USD' },
        ],
      },
    )
    const result = calculate(
      text,
      usageText({
        plan: 'small',
        changes: [{ at: '2026-02-15T00:00:00Z', plan: 'big' }],
        coupons: [{ id: 'BIG', percentage: '50', targets: { plans: ['big'] } }],
      }),
    )
    expect(result.lines.map(({ amountMinor }) => amountMinor)).toEqual(['1400', '2800', '-1400'])
  })

  test.each([
    ['another currency', { amount: '5', currency: 'EUR' }, 'coupons[0].currency: "X" is in EUR'],
    ['a percentage with one', { percentage: '5', currency: 'USD' }, 'coupons[0].currency: goes'],
    ['repeating without end', { percentage: '5', duration: 'repeating' }, 'coupons[0].periods'],
    ['once with periods', { percentage: '5', duration: 'once', periods: 2 }, 'coupons[0].periods'],
    ['a kind there is not', { percentage: '5', targets: { kinds: ['x'] } }, 'coupons[0].targets'],
    ['more than all', { percentage: '101' }, 'coupons[0].percentage: must be at most 100'],
    ['nothing', { amount: '0' }, 'coupons[0].amount: must be above zero'],
    ['an unknown field', { percentage: '5', target: {} }, 'coupons[0]'],
  ])('refuse %s by name', (_name, terms, message) => {
    const text = documentText({ basePrice: '1' })
    const refusal = refusalOf(() =>
      calculate(text, usageText({ coupons: [{ id: 'X', ...terms }] })),
    )
    expect(refusal).toContain(message)
  })
})
