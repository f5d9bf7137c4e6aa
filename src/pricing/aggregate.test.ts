import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDecimal, parseDecimal } from '#src/kernel/decimal.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { aggregate, type AggregationTerms } from './aggregate.ts'
import type { UsageEvent } from './models/usage.ts'
import { inTimeOrder } from './select.ts'

const at = (text: string) => parseInstant(`2026-02-${text}`)
const MONTH = { start: at('01T00:00Z'), end: parseInstant('2026-03-01T00:00:00Z') }

function event(when: string, quantity: string): UsageEvent {
  return { at: at(when), quantity: parseDecimal(quantity), properties: {} }
}

function earlierBy(days: number, quantity: string): UsageEvent {
  return { ...event('01T00:00Z', quantity), at: MONTH.start.subtract({ hours: 24 * days }) }
}

function quantityOf(
  terms: AggregationTerms,
  events: readonly UsageEvent[],
  segment = MONTH,
): string {
  return formatDecimal(aggregate(terms, inTimeOrder(events), { segment, window: MONTH }))
}

describe('percentile', () => {
  const ofOneTo = (count: number) =>
    Array.from({ length: count }, (_, index) => event('01T00:00Z', String(count - index)))
  test.each([
    // 95th-percentile bandwidth: of a hundred samples the five highest are not paid.
    [100, '95', 'nearest_rank', '95'],
    [20, '95', 'nearest_rank', '19'],
    [21, '95', 'nearest_rank', '20'],
    [1, '95', 'nearest_rank', '1'],
    [4, '50', 'nearest_rank', '2'],
    [4, '100', 'nearest_rank', '4'],
    [4, '0.000000000001', 'nearest_rank', '1'],
    [1000, '99.9', 'nearest_rank', '999'],
    [4, '50', 'linear', '2.5'],
    [5, '50', 'linear', '3'],
    [20, '95', 'linear', '19.05'],
    [4, '100', 'linear', '4'],
    [1, '95', 'linear', '1'],
    [3, '33.333333333333', 'linear', '1.666666666667'],
  ] as const)('of 1 to %i, the %sth by %s is %s', (count, rank, percentileMethod, value) => {
    const terms = { percentile: parseDecimal(rank), percentileMethod }
    expect(quantityOf({ ...terms, aggregation: 'percentile' }, ofOneTo(count))).toBe(value)
  })
})

describe('weighted sum: each value holds until the next', () => {
  const held = { aggregation: 'weighted_sum' } as const
  test.each([
    ['nothing is nothing', [], '0'],
    ['held all the time is the value', [event('01T00:00Z', '10')], '10'],
    ['held for half of the time', [event('15T00:00Z', '10')], '5'],
    ['the last one from before opens', [earlierBy(40, '8'), earlierBy(1, '4')], '4'],
    ['replaced at the middle', [event('01T00:00Z', '10'), event('15T00:00Z', '20')], '15'],
    ['set to zero', [event('01T00:00Z', '10'), event('08T00:00Z', '0')], '2.5'],
    ['at one instant the largest holds', [event('15T00:00Z', '6'), event('15T00:00Z', '2')], '3'],
    ['below zero', [event('15T00:00Z', '-6')], '-3'],
  ])('%s', (_name, events, quantity) => {
    expect(quantityOf(held, events)).toBe(quantity)
  })

  test.each([
    ['second', '604800000'],
    ['minute', '10080000'],
    ['hour', '168000'],
    ['day', '7000'],
    ['period', '250'],
  ] as const)('1000 for a week of February, in %ss: %s', (weightedInterval, quantity) => {
    const events = [event('08T00:00Z', '1000'), event('15T00:00Z', '0')]
    expect(quantityOf({ ...held, weightedInterval }, events)).toBe(quantity)
  })

  test('the parts of a period add up to the whole, wherever it is cut', () => {
    const seconds = 28 * 86_400
    const moment = fc.integer({ min: -seconds, max: seconds - 1 })
    const instant = (second: number) => MONTH.start.add({ seconds: second })
    const events = fc.array(fc.tuple(moment, fc.integer({ min: 0, max: 1e6 })), { maxLength: 8 })
    fc.assert(
      fc.property(events, fc.integer({ min: 0, max: seconds }), (list, cut) => {
        const all = list.map(([second, value]) => ({
          at: instant(second),
          quantity: parseDecimal(String(value)),
          properties: {},
        }))
        const terms = { ...held, weightedInterval: 'second' } as const
        const of = (start: number, end: number) =>
          parseDecimal(quantityOf(terms, all, { start: instant(start), end: instant(end) }))
        expect(of(0, cut) + of(cut, seconds)).toBe(of(0, seconds))
      }),
    )
  })
})
