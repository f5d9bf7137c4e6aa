import { describe, expect, test } from 'vitest'
import { parseDecimal } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'
import { documentFromJson, documentToJson, parsePricingDocument } from './document.ts'
import { documentText, refusalOf } from './sample.test-support.ts'

const PUBLISHED = `version: "2.1"
effectiveDate: "2024-06-01T00:00:00Z"
meteringWindow: "monthly"
roundingRule: "ceil"
tiers:
  - id: "starter"
    name: "Starter"
    basePrice: 29
    currency: "USD"
    includedUsage: { api_calls: 10000, storage_gb: 5, seats: 3 }
    overageRates: { api_calls: 0.005, storage_gb: 2.0 }
    features: ["basic_analytics", "email_support", "api_access"]
  - id: "enterprise"
    name: "Enterprise"
    basePrice: 0
    currency: "USD"
    includedUsage: {}
    overageRates: {}
    features: ["*"]
    customContract: true
tax:
  provider: "stripe_tax"
  defaultRate: 0.0
  exemptRegions: ["US-DE", "US-OR"]
`

const EVERYTHING = `version: 3
effectiveDate: 2026-01-01
meteringWindow: annual
roundingRule: floor
proration: fixed30
addons: [{ id: support, name: Premium support, price: 99, currency: usd, perUnit: false }]
tiers:
  - id: all
    basePrice: 0.1
    currency: USD
    trialDays: 14
    minimum: 5
    maximum: 500
    commitment: 250.50
    includedUsage: { b: 100, z: 5 }
    overageRates: { y: 0.5, z: 1 }
    charges:
      - { metric: a, model: per_unit, unitPrice: 1e-7, freeUnits: 3, minimum: 1, maximum: 2 }
      - { metric: b, model: graduated, tiers: [{ upTo: 10, unitPrice: 1 }, { unitPrice: 2, flatPrice: 3 }], zeroUsageBillsFirstFlat: true }
      - { metric: c, model: volume, tiers: [{ upTo: null, unitPrice: 1 }], bucket: day, aggregation: max }
      - { metric: d, model: package, packageSize: 10, packagePrice: 5 }
      - { metric: e, model: percentage, rate: 2.9, fixedPerEvent: 0.3, freeEvents: 2, freeAmount: 10, minPerEvent: 0.1, maxPerEvent: 9 }
      - { metric: f, model: graduated_percentage, tiers: [{ upTo: null, rate: 1 }] }
      - { metric: g, model: dynamic, filter: { live: true, region: [eu, us] }, groupBy: team }
      - { metric: h, model: matrix, by: [zone], prices: [{ when: { zone: 1 }, unitPrice: 2 }], otherwise: 3 }
      - { metric: i, model: per_unit, unitPrice: 1, aggregation: unique, aggregationProperty: user }
`

describe('loading a pricing document', () => {
  test('the published document loads as it stands, its decimals exact', () => {
    const document = parsePricingDocument(PUBLISHED)
    expect(document.tiers.map(({ id }) => id)).toEqual(['starter', 'enterprise'])
    expect(document.tiers[0]?.overageRates['api_calls']).toBe(parseDecimal('0.005'))
    expect(document.tiers[0]?.basePrice).toBe(parseDecimal('29'))
    expect(document.tiers[1]?.customContract).toBe(true)
  })

  test.each([
    ['the published one', PUBLISHED],
    ['one with every model and key', EVERYTHING],
  ])('%s comes back identical from its stored JSON', (_name, text) => {
    const document = parsePricingDocument(text)
    const stored: unknown = JSON.parse(JSON.stringify(documentToJson(document)))
    expect(parsePricingDocument(JSON.stringify(stored))).toEqual(document)
    expect(documentFromJson(stored)).toEqual(document)
    expect(documentToJson(documentFromJson(stored))).toEqual(documentToJson(document))
  })

  test('numbers that no float can hold are read digit by digit', () => {
    const text = documentText().replace(
      '"basePrice":"0"',
      '"basePrice":12345678901234567.123456789012',
    )
    expect(parsePricingDocument(text).tiers[0]?.basePrice).toBe(12345678901234567123456789012n)
  })

  test('tab-indented JSON and YAML anchors are read', () => {
    const spaced: unknown = JSON.parse(documentText())
    expect(parsePricingDocument(JSON.stringify(spaced, null, '\t')).version).toBe('1')
    const anchored = PUBLISHED.replace('{ api_calls: 0.005,', '&rates { api_calls: 0.005,').replace(
      'overageRates: {}',
      'overageRates: *rates',
    )
    expect(parsePricingDocument(anchored).tiers[1]?.overageRates['storage_gb']).toBe(
      2n * 10n ** 12n,
    )
  })
})

describe('refusing a pricing document', () => {
  test('every problem is named at once, each with path, line and reason', () => {
    const broken = PUBLISHED.replace('"ceil"', '"round"')
      .replace('basePrice: 29', 'basePrice: true')
      .replace('currency: "USD"', 'currency: "USDX"')
      .replace('storage_gb: 2.0', 'storage_gb: -2')
      .replace('id: "enterprise"', 'id: "starter"')
      .replace('customContract: true', 'customContract: true\n    colour: red')
      .replace('meteringWindow: "monthly"\n', '')
    const message = refusalOf(() => parsePricingDocument(broken, 'acme.yaml'))
    expect(message.split('\n')).toEqual([
      'acme.yaml: 7 problems',
      '  meteringWindow: is required (line 1)',
      '  roundingRule: must be one of ceil, floor, nearest (line 3)',
      '  tiers[0].basePrice: must be a decimal number (line 7)',
      '  tiers[0].currency: "USDX" is not an ISO 4217 currency (line 8)',
      '  tiers[0].overageRates.storage_gb: must not be negative (line 10)',
      '  tiers[1].id: "starter" is given twice (line 12)',
      '  tiers[1].colour: unknown key (line 20)',
    ])
  })

  test('the error carries one field per problem', () => {
    const attempt = () => parsePricingDocument(documentText({ basePrice: '1,000', currency: 'EU' }))
    expect(attempt).toThrow(AppError)
    expect(attempt).toThrow(
      expect.objectContaining({
        code: 'invalid_input',
        fields: [
          expect.objectContaining({ path: 'tiers[0].basePrice' }),
          expect.objectContaining({ path: 'tiers[0].currency' }),
        ],
      }),
    )
  })

  const tiers = (...bounds: (string | null)[]) => ({
    charges: [
      { metric: 'm', model: 'graduated', tiers: bounds.map((upTo) => ({ upTo, unitPrice: '1' })) },
    ],
  })
  const charge = (keys: object) => ({
    charges: [{ metric: 'm', model: 'per_unit', unitPrice: '1', ...keys }],
  })
  test.each([
    ['tiers out of order', tiers('10', '5', null), 'charges[0].tiers[1].upTo: must be above'],
    ['equal tier ends', tiers('10', '10', null), 'charges[0].tiers[1].upTo: must be above'],
    [
      'a closed last tier',
      tiers('10', '20'),
      'charges[0].tiers[1].upTo: the last tier must be open',
    ],
    ['an open tier in the middle', tiers(null, '20', null), 'tiers[0].upTo: only the last tier'],
    ['no tiers', tiers(), 'charges[0].tiers: needs at least one tier'],
    ['an unknown model', charge({ model: 'auction' }), '"auction" is not one of the models'],
    ['a percentile of nothing', charge({ aggregation: 'percentile' }), 'percentile: is required'],
    [
      'a percentile above 100',
      charge({ aggregation: 'percentile', percentile: '100.1' }),
      'percentile: must be at most 100',
    ],
    ['a percentile of a sum', charge({ percentile: '95' }), 'goes with aggregation percentile'],
    [
      'an interval of a sum',
      charge({ weightedInterval: 'hour' }),
      'weightedInterval: goes with aggregation weighted_sum',
    ],
    ['minimum above maximum', charge({ minimum: '2', maximum: '1' }), 'maximum: must not be below'],
    ['a bucket of sums', charge({ bucket: 'hour' }), 'aggregation: must be max'],
    ['unique of nothing', charge({ aggregation: 'unique' }), 'aggregationProperty: is required'],
    ['a metric priced twice', { ...charge({}), overageRates: { m: '1' } }, 'has an overage rate'],
    [
      'included usage of a filtered charge',
      { ...charge({ filter: { a: 'b' } }), includedUsage: { m: '1' } },
      'use freeUnits',
    ],
    [
      'a matrix cell by a foreign property',
      charge({
        model: 'matrix',
        unitPrice: undefined,
        by: ['a'],
        prices: [{ when: { b: '1' }, unitPrice: '1' }],
      }),
      'prices[0].when.b: is not one of',
    ],
    ['hexadecimal', { basePrice: '0x1F' }, 'tiers[0].basePrice: "0x1F" is not a decimal'],
    ['too fine a price', { basePrice: '0.1234567890123' }, 'more than 12 digits'],
  ])('%s', (_name, plan, reason) => {
    expect(refusalOf(() => parsePricingDocument(documentText(plan)))).toContain(reason)
  })

  test.each([
    ['a key given twice', 'version: 1\nversion: 2', 'must be unique (line 2)'],
    ['an open bracket', 'tiers: [', '(line 1)'],
    ['an unknown tag', 'version: !secret 1', 'Unresolved tag'],
    ['an unknown anchor', 'version: *v', 'no anchor named "v"'],
    ['an empty text', '', '(document): must be a map'],
    ['a list of aliases to itself', 'a: &a [*a, *a]', 'too large or too deep'],
  ])('%s is no document', (_name, text, reason) => {
    expect(refusalOf(() => parsePricingDocument(text))).toContain(reason)
  })
})
