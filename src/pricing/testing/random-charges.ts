import * as fc from 'fast-check'
import type { ChargeJson } from './reference-shapes.ts'

// Charges of every model, aggregation and option, as a document writes them.

/** "12.345": the digits after the point come from their own range, so that round numbers are frequent. */
export function decimal(wholeMax: number, digits: number): fc.Arbitrary<string> {
  const rest = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10 ** digits - 1 }))
  return fc
    .tuple(fc.integer({ min: 0, max: wholeMax }), rest)
    .map(([whole, part]) => `${whole}.${String(part).padStart(digits, '0')}`)
}

const price = decimal(20, 6)
export const money = decimal(60, 3)
const units = fc.oneof(decimal(50, 3), fc.integer({ min: 0, max: 12 }).map(String))
const percent = decimal(100, 2).map((text) => (Number(text) > 100 ? '100' : text))

/** One time in four; bounds that always hold would hide what they bound. */
export function rarely<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })
}

type Keys = Partial<ChargeJson>
/** Some of the keys; a key is left out, never undefined: the document is strict. */
function some(model: { [K in keyof ChargeJson]?: fc.Arbitrary<unknown> }): fc.Arbitrary<Keys> {
  return fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Keys>
}

function tiers(priceKey: 'unitPrice' | 'rate'): fc.Arbitrary<Keys> {
  const ends = fc
    .uniqueArray(fc.integer({ min: 1, max: 150 }), { maxLength: 3 })
    .map((list) => [...list.sort((a, b) => a - b).map(String), null])
  return ends
    .chain((list) => fc.tuple(...list.map((upTo) => tier(upTo, priceKey))))
    .map((list) => ({ tiers: list }))
}

function tier(upTo: string | null, priceKey: 'unitPrice' | 'rate') {
  const flat = fc.option(money, { nil: undefined })
  return fc.tuple(priceKey === 'rate' ? percent : price, flat).map(([amount, flatPrice]) => ({
    upTo,
    [priceKey]: amount,
    ...(flatPrice === undefined ? {} : { flatPrice }),
  }))
}

const perEventBounds = fc
  .tuple(fc.option(money, { nil: undefined }), fc.option(money, { nil: undefined }))
  .map(([a, b]): Keys => {
    if (a === undefined) return b === undefined ? {} : { maxPerEvent: b }
    if (b === undefined) return { minPerEvent: a }
    return Number(a) <= Number(b) ? { minPerEvent: a, maxPerEvent: b } : { maxPerEvent: a }
  })

const cells = fc
  .uniqueArray(
    fc.constantFrom<Record<string, string>>(
      { region: 'eu' },
      { region: 'us', team: 'a' },
      { team: 'b' },
      { region: 'eu', team: 'b' },
    ),
    { maxLength: 3, selector: (when) => JSON.stringify(when) },
  )
  .chain((whens) =>
    fc.tuple(...whens.map((when) => price.map((unitPrice) => ({ when, unitPrice })))),
  )

/** Models that price one number: any aggregation goes with them. */
const ofQuantity = fc.oneof(
  price.map((unitPrice): Keys => ({ model: 'per_unit', unitPrice })),
  tiers('unitPrice').map((keys): Keys => ({ model: 'graduated', ...keys })),
  tiers('unitPrice').map((keys): Keys => ({ model: 'volume', ...keys })),
  tiers('rate').map((keys): Keys => ({ model: 'graduated_percentage', ...keys })),
  fc.tuple(fc.integer({ min: 1, max: 30 }), price).map(([size, packagePrice]): Keys => ({
    model: 'package',
    packageSize: String(size),
    packagePrice,
  })),
)

/** Models that price each event. */
const ofEvents = fc.oneof(
  fc
    .tuple(
      percent,
      perEventBounds,
      some({
        fixedPerEvent: money,
        freeEvents: fc.integer({ min: 0, max: 4 }).map(String),
        freeAmount: units,
      }),
    )
    .map(([rate, bounds, keys]): Keys => ({ model: 'percentage', rate, ...bounds, ...keys })),
  some({ freeUnits: units }).map((keys): Keys => ({ model: 'dynamic', ...keys })),
  fc.tuple(cells, price, some({ freeUnits: units })).map(([prices, otherwise, keys]) => ({
    model: 'matrix',
    by: ['region', 'team'],
    prices,
    otherwise,
    ...keys,
  })),
)

const aggregation = fc.oneof(
  fc.constantFrom('sum', 'count', 'max', 'min', 'average', 'latest').map((name) => ({
    aggregation: name,
  })),
  fc.constantFrom('region', 'team').map((aggregationProperty) => ({
    aggregation: 'unique',
    aggregationProperty,
  })),
  fc
    .tuple(decimal(99, 1), fc.constantFrom('nearest_rank', 'linear'))
    .map(([rank, percentileMethod]) => ({
      aggregation: 'percentile',
      percentile: Number(rank) === 0 ? '50' : rank,
      percentileMethod,
    })),
)
const weighted = fc
  .constantFrom('period', 'second', 'minute', 'hour', 'day')
  .map((weightedInterval) => ({ aggregation: 'weighted_sum', weightedInterval }))
const bucketed = fc.constantFrom('hour', 'day').map((bucket) => ({ bucket, aggregation: 'max' }))

const common = fc
  .tuple(
    some({
      filter: fc.constantFrom(
        { region: ['eu', 'us'] },
        { team: ['a'] },
        { region: ['eu'], team: ['b'] },
      ),
      groupBy: fc.constantFrom(['region'], ['team'], ['team', 'region']),
      zeroUsageBillsFirstFlat: fc.boolean(),
    }),
    rarely(money),
    rarely(money),
  )
  .map(([keys, a, b]): Keys => {
    if (a === undefined) return keys
    if (b === undefined) return { ...keys, minimum: a }
    const [minimum, maximum] = Number(a) <= Number(b) ? [a, b] : [b, a]
    return { ...keys, minimum, maximum }
  })

/** Prices usage by one number that it is aggregated to. */
export function quantityCharge(metric: string): fc.Arbitrary<ChargeJson> {
  return fc
    .tuple(ofQuantity, aggregation, common, some({ freeUnits: units }))
    .map((keys) => Object.assign({ metric }, ...keys) as ChargeJson)
}

/** Prices a value by the time that it held. */
export function heldCharge(metric: string): fc.Arbitrary<ChargeJson> {
  return fc
    .tuple(ofQuantity, weighted, common)
    .map((keys) => Object.assign({ metric }, ...keys) as ChargeJson)
}

/** Prices single events, or the maximum of each hour or day. */
export function eventCharge(metric: string): fc.Arbitrary<ChargeJson> {
  return fc
    .oneof(fc.tuple(ofEvents, common), fc.tuple(fc.oneof(ofQuantity, ofEvents), bucketed, common))
    .map((keys) => Object.assign({ metric }, ...keys) as ChargeJson)
}
