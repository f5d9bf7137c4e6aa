import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calculate } from './calculator.ts'
import { rateByHand, type ReferenceCharge } from './reference.test-support.ts'
import { documentText, usageText } from './sample.test-support.ts'

const decimal = (wholeMax: number, digits: number) =>
  fc
    .tuple(fc.integer({ min: 0, max: wholeMax }), fc.integer({ min: 0, max: 10 ** digits - 1 }))
    .map(([whole, rest]) => `${whole}.${String(rest).padStart(digits, '0')}`)
const price = decimal(20, 6)
const money = decimal(50, 3)
const quantity = fc.oneof(decimal(2000, 3), fc.integer({ min: 0, max: 12 }).map(String))

/** Keys are left out, never undefined: the document is strict. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }, ...required: (keyof T)[]) =>
  fc.record<T, keyof T>(model, { requiredKeys: required })

const tiersOf = (priceKey: 'unitPrice' | 'rate') =>
  fc
    .uniqueArray(fc.integer({ min: 1, max: 1500 }), { maxLength: 3 })
    .map((ends) => [...ends.sort((a, b) => a - b).map(String), null])
    .chain((ends) =>
      fc.tuple(
        ...ends.map((upTo) =>
          fc.tuple(price, fc.option(money, { nil: undefined })).map(([amount, flatPrice]) => ({
            upTo,
            [priceKey]: amount,
            ...(flatPrice === undefined ? {} : { flatPrice }),
          })),
        ),
      ),
    )

const bounds = fc
  .tuple(fc.option(money, { nil: undefined }), fc.option(money, { nil: undefined }))
  .map(([a, b]) => {
    if (a === undefined) return {}
    if (b === undefined) return { minimum: a }
    return Number(a) <= Number(b) ? { minimum: a, maximum: b } : { maximum: a }
  })

const pricing = fc.oneof(
  fc.record({ model: fc.constant('per_unit'), unitPrice: price, freeUnits: quantity }),
  fc.record({ model: fc.constantFrom('graduated', 'volume'), tiers: tiersOf('unitPrice') }),
  fc.record({ model: fc.constant('graduated'), tiers: tiersOf('unitPrice'), freeUnits: quantity }),
  fc.record({ model: fc.constant('graduated_percentage'), tiers: tiersOf('rate') }),
  fc.record({
    model: fc.constant('package'),
    packageSize: fc.integer({ min: 1, max: 300 }).map(String),
    packagePrice: price,
    freeUnits: quantity,
  }),
  record<Partial<ReferenceCharge>>(
    {
      model: fc.constant('percentage'),
      rate: price,
      fixedPerEvent: money,
      freeEvents: fc.integer({ min: 0, max: 4 }),
      freeAmount: quantity,
    },
    'model',
    'rate',
  ),
)

const charges = fc
  .array(fc.tuple(pricing, bounds), { minLength: 1, maxLength: 3 })
  .map((list) =>
    list.map(
      ([model, limits], index) => ({ metric: `m${index}`, ...model, ...limits }) as ReferenceCharge,
    ),
  )
const usage = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), quantity), { maxLength: 12 })
const rule = fc.constantFrom('ceil' as const, 'floor' as const, 'nearest' as const)
const currency = fc.constantFrom(['JPY', 0] as const, ['USD', 2] as const, ['KWD', 3] as const)

/** The n-th event happens in the n-th minute. */
function eventsOf(list: readonly (readonly [number, string])[], of: readonly ReferenceCharge[]) {
  return list.map(([metric, amount], minute) => ({
    metric: `m${metric % of.length}`,
    timestamp: `2026-02-10T00:${String(minute).padStart(2, '0')}:00Z`,
    quantity: amount,
    properties: {},
  }))
}

describe('rating', () => {
  test('agrees with a slow rater on another number library, for any document and usage', () => {
    fc.assert(
      fc.property(charges, usage, rule, currency, (plan, list, roundingRule, [code, digits]) => {
        const events = eventsOf(list, plan)
        const text = documentText({ charges: plan, currency: code }, { roundingRule })
        const result = calculate(text, usageText({ events }))
        const quantities: Record<string, string[]> = {}
        for (const { metric, quantity: one } of events) (quantities[metric] ??= []).push(one)
        const expected = rateByHand({ rule: roundingRule, digits, charges: plan, quantities })
        expect(result.subtotalMinor).toBe(expected.subtotalMinor)
        expect(result.amounts).toEqual(expected.amounts)
      }),
      { numRuns: 400 },
    )
  })

  test('gives the same bytes whatever the order of events', () => {
    const shuffled = fc.tuple(charges, usage).chain(([plan, list]) => {
      const events = eventsOf(list, plan)
      return fc.tuple(
        fc.constant(plan),
        fc.constant(events),
        fc.shuffledSubarray(events, { minLength: events.length }),
      )
    })
    fc.assert(
      fc.property(shuffled, ([plan, events, other]) => {
        const text = documentText({ charges: plan })
        const print = (list: typeof events) =>
          JSON.stringify(calculate(text, usageText({ events: list })))
        expect(print(other)).toBe(print(events))
      }),
      { numRuns: 100 },
    )
  })

  test('negative usage reverses the tiers: it takes back exactly what the same usage cost', () => {
    const reversible = charges.filter((list) =>
      list.every((one) => one.model !== 'percentage' && !one.minimum && !one.maximum),
    )
    fc.assert(
      fc.property(reversible, quantity, (plan, amount) => {
        const text = documentText({ charges: plan })
        const of = (sign: string) =>
          BigInt(calculate(text, usageText({ usage: { m0: `${sign}${amount}` } })).subtotalMinor)
        expect(of('-')).toBe(-of(''))
      }),
      { numRuns: 100 },
    )
  })

  test('subtotal is the sum of lines, total that of subtotal and tax', () => {
    fc.assert(
      fc.property(charges, usage, rule, price, (plan, list, roundingRule, defaultRate) => {
        const text = documentText({ charges: plan }, { roundingRule, tax: { defaultRate } })
        const result = calculate(text, usageText({ events: eventsOf(list, plan) }))
        const sum = (items: readonly { amountMinor: string }[]) =>
          items.reduce((total, { amountMinor }) => total + BigInt(amountMinor), 0n)
        expect(sum(result.lines)).toBe(BigInt(result.subtotalMinor))
        expect(BigInt(result.subtotalMinor) + sum(result.tax)).toBe(BigInt(result.totalMinor))
      }),
      { numRuns: 100 },
    )
  })
})
