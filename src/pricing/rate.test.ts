import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calculate } from './calculator.ts'
import { documentText, usageText } from './sample.test-support.ts'
import { randomCases, type RandomCase } from './testing/random-cases.ts'
import { decimal, quantityCharge } from './testing/random-charges.ts'
import { rateByHand } from './testing/reference-rate.ts'

const documentOf = ({ document }: RandomCase) => documentText({}, { ...document })
const usageOf = ({ usage }: RandomCase) => JSON.stringify(usage)

/** What both raters must say. */
function summaryOf(text: string, usage: string) {
  const { subtotalMinor, amounts, unrated = [] } = calculate(text, usage)
  return {
    subtotalMinor,
    amounts: Object.fromEntries(Object.entries(amounts).filter(([, amount]) => amount !== '0')),
    unrated: unrated.map(({ plan, metric }) => `${plan} ${metric}`).sort(),
  }
}

function sumOf(items: readonly { amountMinor: string }[]): bigint {
  return items.reduce((total, { amountMinor }) => total + BigInt(amountMinor), 0n)
}

describe('rating', () => {
  test('agrees with the second rater on any document, usage, change, trial and end', () => {
    fc.assert(
      fc.property(randomCases, (one) => {
        expect(summaryOf(documentOf(one), usageOf(one))).toEqual(
          rateByHand(one.document, one.usage),
        )
      }),
      { numRuns: 300 },
    )
  }, 60_000)

  test('agrees with it on totals', () => {
    const totals = fc
      .tuple(randomCases, decimal(300, 2), decimal(60, 2))
      .map(([{ document, usage }, bare, seats]): RandomCase => {
        const events = usage.events.filter(({ metric }) => !['bare', 'seats'].includes(metric))
        const tiers = document.tiers.map((plan) => ({ ...plan, trialUsage: 'billed' }))
        return {
          document: { ...document, tiers },
          usage: { ...usage, events, changes: [], usage: { bare, seats: `-${seats}` } },
        }
      })
    fc.assert(
      fc.property(totals, (one) => {
        const { subtotalMinor, amounts } = rateByHand(one.document, one.usage)
        expect(summaryOf(documentOf(one), usageOf(one))).toMatchObject({ subtotalMinor, amounts })
      }),
      { numRuns: 100 },
    )
  }, 60_000)

  test('gives the same bytes whatever the order of events', () => {
    const shuffled = randomCases.chain(({ document, usage }) =>
      fc.record({
        document: fc.constant(document),
        usage: fc.constant(usage),
        other: fc.shuffledSubarray([...usage.events], { minLength: usage.events.length }),
      }),
    )
    fc.assert(
      fc.property(shuffled, ({ other, ...one }) => {
        const print = (usage: object) =>
          JSON.stringify(calculate(documentOf(one), JSON.stringify(usage)))
        expect(print({ ...one.usage, events: other })).toBe(print(one.usage))
      }),
      { numRuns: 100 },
    )
  }, 60_000)

  test('negative usage reverses the tiers: it takes back exactly what the same usage cost', () => {
    // Without what looks at single events, and without bounds, which do not reverse.
    const kept = [
      'metric',
      'model',
      'tiers',
      'unitPrice',
      'packageSize',
      'packagePrice',
      'freeUnits',
    ]
    const reversible = quantityCharge('m').map((charge) =>
      Object.fromEntries(Object.entries(charge).filter(([key]) => kept.includes(key))),
    )
    fc.assert(
      fc.property(reversible, decimal(300, 3), (charge, amount) => {
        const text = documentText({ charges: [charge] })
        const of = (sign: string) =>
          BigInt(calculate(text, usageText({ usage: { m: `${sign}${amount}` } })).subtotalMinor)
        expect(of('-')).toBe(-of(''))
      }),
      { numRuns: 200 },
    )
  })

  test('subtotal is the sum of lines, total that of subtotal and tax', () => {
    fc.assert(
      fc.property(randomCases, decimal(1, 3), (one, drawn) => {
        const defaultRate = Number(drawn) === 1 ? '0' : drawn
        const text = documentText({}, { ...one.document, tax: { defaultRate } })
        const result = calculate(text, usageOf(one))
        expect(sumOf(result.lines)).toBe(BigInt(result.subtotalMinor))
        expect(BigInt(result.subtotalMinor) + sumOf(result.tax)).toBe(BigInt(result.totalMinor))
      }),
      { numRuns: 100 },
    )
  }, 60_000)
})
