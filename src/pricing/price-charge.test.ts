import { describe, expect, test } from 'vitest'
import { formatDecimal, parseDecimal } from '#src/kernel/decimal.ts'
import { formatExact } from '#src/kernel/exact.ts'
import { parseInstant } from '#src/kernel/time.ts'
import type { UsageEvent } from './models/usage.ts'
import { priceCharge, type MeteredUsage } from './price-charge.ts'
import { chargeOf, refusalOf } from './sample.test-support.ts'

const MONTH = { start: parseInstant('2026-02-01T00:00Z'), end: parseInstant('2026-03-01T00:00Z') }
const FEBRUARY = { segment: MONTH, window: MONTH }

/** "quantity → amount" of each line, group labels in front. */
function priced(charge: Record<string, unknown>, usage: MeteredUsage, timeZone = 'UTC'): string[] {
  return priceCharge(chargeOf(charge), usage, { timeZone, time: FEBRUARY }).flatMap(
    ({ label, parts }) =>
      parts.map(({ quantity, amount }) =>
        [label, `${formatDecimal(quantity)} → ${formatExact(amount)}`].filter(Boolean).join(': '),
      ),
  )
}

const total = (quantity: string): MeteredUsage => ({ quantity: parseDecimal(quantity) })

function event(
  at: string,
  quantity: string,
  properties: UsageEvent['properties'] = {},
): UsageEvent {
  return { at: parseInstant(`2026-02-${at}`), quantity: parseDecimal(quantity), properties }
}

const TIERS = [
  { upTo: '100', unitPrice: '0.1', flatPrice: '5' },
  { upTo: '200', unitPrice: '0.05' },
  { upTo: null, unitPrice: '0.01', flatPrice: '2' },
]

describe('models of one quantity: a line per tier reached', () => {
  test.each([
    ['per_unit', { unitPrice: '0.005' }, '2000', ['2000 → 10']],
    ['per_unit', { unitPrice: '0.005', freeUnits: '10' }, '10', ['10 → 0']],
    ['per_unit', { unitPrice: '0.005', freeUnits: '10' }, '10.5', ['10 → 0', '0.5 → 0.0025']],
    ['per_unit', { unitPrice: '1', freeUnits: '10' }, '-15', ['-10 → 0', '-5 → -5']],
    ['per_unit', { unitPrice: '1' }, '0', []],
    ['graduated', { tiers: TIERS }, '0', []],
    ['graduated', { tiers: TIERS, zeroUsageBillsFirstFlat: true }, '0', ['0 → 5']],
    ['graduated', { tiers: TIERS }, '1', ['1 → 5.1']],
    ['graduated', { tiers: TIERS }, '100', ['100 → 15']],
    ['graduated', { tiers: TIERS }, '100.01', ['100 → 15', '0.01 → 0.0005']],
    ['graduated', { tiers: TIERS }, '200', ['100 → 15', '100 → 5']],
    ['graduated', { tiers: TIERS }, '201', ['100 → 15', '100 → 5', '1 → 2.01']],
    ['graduated', { tiers: TIERS }, '-201', ['-100 → -15', '-100 → -5', '-1 → -2.01']],
    ['graduated', { tiers: TIERS, freeUnits: '50' }, '150', ['50 → 0', '100 → 15']],
    ['volume', { tiers: TIERS }, '0', []],
    ['volume', { tiers: TIERS, zeroUsageBillsFirstFlat: true }, '0', ['0 → 5']],
    ['volume', { tiers: TIERS }, '100', ['100 → 15']],
    ['volume', { tiers: TIERS }, '101', ['101 → 5.05']],
    ['volume', { tiers: TIERS }, '300', ['300 → 5']],
    ['volume', { tiers: TIERS }, '-101', ['-101 → -5.05']],
    ['volume', { tiers: TIERS, freeUnits: '50' }, '150', ['50 → 0', '100 → 15']],
    ['package', { packageSize: '1000', packagePrice: '5' }, '0', []],
    ['package', { packageSize: '1000', packagePrice: '5' }, '1', ['1 → 5']],
    ['package', { packageSize: '1000', packagePrice: '5' }, '1000', ['1 → 5']],
    ['package', { packageSize: '1000', packagePrice: '5' }, '1000.5', ['2 → 10']],
    ['package', { packageSize: '1000', packagePrice: '5' }, '-1001', ['-2 → -10']],
    [
      'package',
      { packageSize: '10', packagePrice: '5', freeUnits: '10' },
      '11',
      ['10 → 0', '1 → 5'],
    ],
    [
      'graduated_percentage',
      { tiers: [{ upTo: '1000', rate: '3', flatPrice: '1' }, { rate: '1.5' }] },
      '1500',
      ['1000 → 31', '500 → 7.5'],
    ],
    ['percentage', { rate: '2.9' }, '1000', ['1000 → 29']],
    ['percentage', { rate: '2.9', freeAmount: '100' }, '1000', ['100 → 0', '900 → 26.1']],
  ])('%s %j of %s', (model, keys, quantity, lines) => {
    expect(priced({ model, ...keys }, total(quantity))).toEqual(lines)
  })
})

describe('percentage over single events, in time order whatever their order in the input', () => {
  const events = [
    event('03T00:00Z', '200'),
    event('01T00:00Z', '50'),
    event('02T00:00Z', '100'),
    event('04T00:00Z', '1'),
  ]
  test.each([
    ['fixed fee per event', { rate: '1', fixedPerEvent: '0.3' }, ['351 → 4.71']],
    [
      'minimum after the fixed fee',
      { rate: '1', fixedPerEvent: '0.3', minPerEvent: '1' },
      ['351 → 5.6'],
    ],
    [
      'maximum after the fixed fee',
      { rate: '1', fixedPerEvent: '0.3', maxPerEvent: '1' },
      ['351 → 3.11'],
    ],
    ['the first events are free', { rate: '1', freeEvents: '2' }, ['150 → 0', '201 → 2.01']],
    [
      'the rest of an event pays',
      { rate: '1', freeAmount: '80', fixedPerEvent: '1' },
      ['80 → 0', '271 → 5.71'],
    ],
    [
      'an amount used up exactly',
      { rate: '1', freeAmount: '150', fixedPerEvent: '1' },
      ['150 → 0', '201 → 4.01'],
    ],
    [
      'both, events end first',
      { rate: '1', freeEvents: '1', freeAmount: '80' },
      ['50 → 0', '301 → 3.01'],
    ],
    [
      'both, amount ends first',
      { rate: '1', freeEvents: '3', freeAmount: '80' },
      ['80 → 0', '271 → 2.71'],
    ],
  ])('%s', (_name, keys, lines) => {
    expect(priced({ model: 'percentage', ...keys }, { events })).toEqual(lines)
  })

  test('a refund gives back what the same event cost and uses up nothing', () => {
    const refund = [event('01T00:00Z', '-100'), event('02T00:00Z', '100')]
    expect(
      priced({ model: 'percentage', rate: '1', fixedPerEvent: '0.3' }, { events: refund }),
    ).toEqual(['0 → 0'])
  })
})

describe('models of events', () => {
  const events = [
    event('01T10:00Z', '2', { region: 'eu', plan: 'a', unit_price: '0.5' }),
    event('01T10:30Z', '5', { region: 'us', plan: 'a', unit_price: '0.1' }),
    event('01T11:00Z', '3', { region: 'eu', plan: 'b', unit_price: '1' }),
    event('02T23:30Z', '4', { region: 'asia', plan: 'b', unit_price: '0' }),
  ]
  const matrix = {
    model: 'matrix',
    by: ['region', 'plan'],
    prices: [
      { when: { region: 'eu', plan: 'a' }, unitPrice: '1' },
      { when: { region: 'eu' }, unitPrice: '2' },
    ],
    otherwise: '10',
  }
  const perUnit = { model: 'per_unit', unitPrice: '1' }
  test.each([
    ['dynamic', { model: 'dynamic' }, ['14 → 4.5']],
    ['dynamic, the first units free', { model: 'dynamic', freeUnits: '3' }, ['3 → 0', '11 → 3.4']],
    ['matrix, first matching cell', matrix, ['2 → 2', '3 → 6', '9 → 90']],
    ['filter', { ...perUnit, filter: { region: ['eu', 'us'] } }, ['10 → 10']],
    ['filter that nothing matches', { ...perUnit, filter: { region: 'moon' } }, []],
    [
      'groupBy, each group priced by itself',
      { model: 'package', packageSize: '4', packagePrice: '1', groupBy: 'region' },
      ['region asia: 1 → 1', 'region eu: 2 → 2', 'region us: 2 → 2'],
    ],
    ['groupBy with a property missing', { ...perUnit, groupBy: 'team' }, ['team (none): 14 → 14']],
    ['hourly maximum, summed', { ...perUnit, bucket: 'hour', aggregation: 'max' }, ['12 → 12']],
    ['daily maximum, summed', { ...perUnit, bucket: 'day', aggregation: 'max' }, ['9 → 9']],
    [
      'daily maximum in front of graduated tiers: lines by tier',
      {
        model: 'graduated',
        tiers: [{ upTo: '4', unitPrice: '1' }, { unitPrice: '3' }],
        bucket: 'day',
        aggregation: 'max',
      },
      ['8 → 8', '1 → 3'],
    ],
    ['count', { ...perUnit, aggregation: 'count' }, ['4 → 4']],
    ['max', { ...perUnit, aggregation: 'max' }, ['5 → 5']],
    ['min', { ...perUnit, aggregation: 'min' }, ['2 → 2']],
    ['average', { ...perUnit, aggregation: 'average' }, ['3.5 → 3.5']],
    ['latest', { ...perUnit, aggregation: 'latest' }, ['4 → 4']],
    ['unique', { ...perUnit, aggregation: 'unique', aggregationProperty: 'plan' }, ['2 → 2']],
  ])('%s', (_name, charge, lines) => {
    expect(priced(charge, { events })).toEqual(lines)
    expect(priced(charge, { events: events.toReversed() })).toEqual(lines)
  })

  test('a day is the customer’s: half past eleven at night in UTC is tomorrow in Berlin', () => {
    const late = [event('01T22:30Z', '2'), event('01T23:30Z', '3')]
    const daily = { ...perUnit, bucket: 'day', aggregation: 'max' }
    expect(priced(daily, { events: late })).toEqual(['3 → 3'])
    expect(priced(daily, { events: late }, 'Europe/Berlin')).toEqual(['5 → 5'])
  })

  test.each([
    [
      'a cell that is not there',
      { ...matrix, otherwise: undefined },
      'no price for region=us, plan=a',
    ],
    ['an event without its price', { model: 'dynamic' }, 'unit_price: is required'],
  ])('%s is refused, never dropped', (_name, charge, reason) => {
    const bare = [...events, event('05T00:00Z', '1')]
    expect(refusalOf(() => priced(charge, { events: bare }))).toContain(reason)
  })

  test.each([
    matrix,
    { model: 'dynamic' },
    { ...perUnit, filter: { a: 'b' } },
    { ...perUnit, groupBy: 'a' },
  ])('a total is not enough for %j', (charge) => {
    expect(refusalOf(() => priced(charge, total('5')))).toContain('usage.calls')
    expect(priced(charge, total('0'))).toEqual([])
  })
})
