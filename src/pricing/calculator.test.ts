import { describe, expect, test } from 'vitest'
import { rateBatchLine } from './batch.ts'
import { calculate } from './calculator.ts'
import { documentText, refusalOf, usageText } from './sample.test-support.ts'

const MILLIONS = [
  { upTo: 1_000_000, unitPrice: '0.000025' },
  { upTo: 10_000_000, unitPrice: '0.00002' },
  { upTo: null, unitPrice: '0.000015' },
]
const API_TIERS = [
  { upTo: '10000', unitPrice: '0' },
  { upTo: '100000', unitPrice: '0.001' },
  { upTo: null, unitPrice: '0.0005' },
]
const support = { addons: [{ id: 'support', name: 'Premium support', price: '99' }] }

function amounts(plan: object, top: object, usage: object): string[] {
  const { lines } = calculate(documentText({ ...plan }, { ...top }), usageText({ ...usage }))
  return lines.map(({ kind, amountMinor }) => `${kind} ${amountMinor}`)
}

describe('the numbers to hit', () => {
  test.each([
    ['graduated', '28000', ['2500', '18000', '7500']],
    ['volume', '22500', ['22500']],
  ])('15,000,000 calls %s', (model, subtotal, lines) => {
    const plan = { charges: [{ metric: 'api_calls', model, tiers: MILLIONS }] }
    const result = calculate(documentText(plan), usageText({ usage: { api_calls: '15000000' } }))
    expect(result.subtotalMinor).toBe(subtotal)
    expect(result.lines.map(({ amountMinor }) => amountMinor)).toEqual(lines)
  })

  test('base 100, 12,000 calls, 10,000 included, 0.01 above: 120', () => {
    const plan = {
      basePrice: '100',
      includedUsage: { api_calls: '10000' },
      overageRates: { api_calls: '0.01' },
    }
    const result = calculate(documentText(plan), usageText({ usage: { api_calls: '12000' } }))
    expect(result.totalMinor).toBe('12000')
    expect(result.amounts).toEqual({ api_calls: '20' })
  })

  test.each(['nearest', 'ceil'])('account 1047: 262.95 + 49.96 = 312.91, rounding %s', (rule) => {
    const text = documentText(
      { charges: [{ metric: 'api_calls', model: 'graduated', tiers: API_TIERS }] },
      { ...support, roundingRule: rule, tax: { defaultRate: '0.19' } },
    )
    const usage = usageText({ usage: { api_calls: 247_891 }, addons: [{ id: 'support' }] })
    expect(calculate(text, usage)).toEqual({
      currency: 'USD',
      lines: [
        {
          kind: 'usage',
          metric: 'api_calls',
          description: 'API calls: 10,000 × free tier (up to 10,000)',
          quantity: '10000',
          unitPrice: '0',
          amountMinor: '0',
        },
        {
          kind: 'usage',
          metric: 'api_calls',
          description: 'API calls: 90,000 × USD 0.001 (over 10,000 up to 100,000)',
          quantity: '90000',
          unitPrice: '0.001',
          amountMinor: '9000',
        },
        {
          kind: 'usage',
          metric: 'api_calls',
          description: 'API calls: 147,891 × USD 0.0005 (over 100,000)',
          quantity: '147891',
          unitPrice: '0.0005',
          amountMinor: '7395',
        },
        {
          kind: 'addon',
          description: 'Premium support',
          quantity: '1',
          unitPrice: '99',
          amountMinor: '9900',
        },
      ],
      subtotalMinor: '26295',
      tax: [{ jurisdiction: 'DE', rate: '0.19', amountMinor: '4996' }],
      totalMinor: '31291',
      amounts: { api_calls: '163.9455' },
    })
  })
})

describe('included usage, minimums, maximums, commitment, coupons', () => {
  const usage = { usage: { calls: '1000' } }
  const calls = { metric: 'calls', model: 'per_unit', unitPrice: '0.01' }
  test.each([
    ['within what is included', { includedUsage: { calls: '1500' } }, ['included 0']],
    [
      'above it without a rate: shown',
      { includedUsage: { calls: '900' } },
      ['included 0', 'overage 0'],
    ],
    ['overage rate alone', { overageRates: { calls: '0.5' } }, ['overage 50000']],
    [
      'included before a charge',
      { charges: [calls], includedUsage: { calls: '400' } },
      ['included 0', 'usage 600'],
    ],
    ['charge minimum', { charges: [{ ...calls, minimum: '25' }] }, ['usage 1000', 'minimum 1500']],
    [
      'charge maximum',
      { charges: [{ ...calls, maximum: '4' }] },
      ['usage 1000', 'maximum_discount -600'],
    ],
    [
      'commitment: the base fee does not count',
      { basePrice: '5', charges: [calls], commitment: '12' },
      ['base_fee 500', 'usage 1000', 'commitment 200'],
    ],
    [
      'plan minimum: the base fee counts',
      { basePrice: '5', charges: [calls], minimum: '20' },
      ['base_fee 500', 'usage 1000', 'minimum 500'],
    ],
    [
      'plan maximum',
      { basePrice: '5', charges: [calls], maximum: '12' },
      ['base_fee 500', 'usage 1000', 'maximum_discount -300'],
    ],
  ])('%s', (_name, plan, lines) => {
    expect(amounts(plan, {}, usage)).toEqual(lines)
  })

  test('a bound finer than the currency leaves no line and still holds before rounding', () => {
    const text = documentText({ charges: [{ ...calls, maximum: '9.999' }] })
    const result = calculate(text, usageText(usage))
    expect(result.lines.map(({ amountMinor }) => amountMinor)).toEqual(['1000'])
    expect(result.amounts).toEqual({ calls: '9.999' })
  })

  test('coupons stack in order on what remains, before tax', () => {
    const coupons = [
      { id: 'TEN', percentage: '10' },
      { id: 'FLAT', amount: '50' },
      { id: 'HALF', percentage: 50 },
    ]
    const text = documentText({ basePrice: '100' }, { tax: { defaultRate: 19 } })
    const result = calculate(text, usageText({ coupons }))
    expect(result.lines.map(({ amountMinor }) => amountMinor)).toEqual([
      '10000',
      '-1000',
      '-5000',
      '-2000',
    ])
    expect(result.tax).toEqual([{ jurisdiction: 'DE', rate: '0.19', amountMinor: '380' }])
    expect(result.totalMinor).toBe('2380')
  })

  test('credit pays what coupons left, before tax: a line for each grant, in drawing order', () => {
    const text = documentText({ basePrice: '100' }, { tax: { defaultRate: '0.19' } })
    const credits = [
      { id: 'bought', amount: '500', priority: 51 },
      { id: 'gift', name: 'Welcome', kind: 'promotional', amount: '30', remaining: '20' },
      { id: 'over', amount: '50', effectiveAt: '2026-01-01', expiresAt: '2026-02-28' },
      { id: 'march', amount: '50', effectiveAt: '2026-03-01' },
    ]
    const coupons = [{ id: 'SPRING', percentage: '50' }]
    const result = calculate(text, usageText({ coupons, credits: credits.slice(1) }))
    expect(result.lines.map(({ kind, amountMinor }) => `${kind} ${amountMinor}`)).toEqual([
      'base_fee 10000',
      'coupon -5000',
      'credit -2000',
    ])
    expect(result).toMatchObject({ subtotalMinor: '3000', totalMinor: '3570' })
    expect(result.lines[2]).toMatchObject({
      description: 'Welcome: promotional credit',
      quantity: '1',
      unitPrice: '-20',
    })
    const covered = calculate(text, usageText({ coupons, credits }))
    expect(covered.lines.slice(2).map(({ amountMinor }) => amountMinor)).toEqual(['-2000', '-3000'])
    expect(covered).toMatchObject({ subtotalMinor: '0', totalMinor: '0' })
  })

  test('a coupon never turns an invoice negative', () => {
    const coupons = [{ id: 'BIG', amount: '500' }]
    expect(amounts({ basePrice: '100' }, {}, { coupons })).toEqual([
      'base_fee 10000',
      'coupon -10000',
    ])
  })

  test('add-ons: quantity, flat, part of the period', () => {
    const offered = {
      addons: [
        { id: 'seat', price: '10' },
        { id: 'flat', price: '7', perUnit: false },
      ],
    }
    const addons = [
      { id: 'seat', quantity: '2.5' },
      { id: 'flat', quantity: '9' },
      { id: 'seat', quantity: '2', from: '2026-02-15T08:00:00Z' },
    ]
    expect(amounts({}, offered, { addons })).toEqual(['addon 2500', 'addon 700', 'addon 1000'])
  })
})

describe('tax of the document', () => {
  const taxed = (defaultRate: string, customer: object) =>
    calculate(
      documentText({ basePrice: '100' }, { tax: { defaultRate, exemptRegions: ['US-OR'] } }),
      usageText({ customer }),
    ).tax
  test.each([
    [
      'a region is the jurisdiction',
      '0.07',
      { country: 'US', region: 'NY' },
      [['US-NY', '0.07', '700']],
    ],
    ['a full region code', '0.07', { country: 'us', region: 'US-NY' }, [['US-NY', '0.07', '700']]],
    ['per cent above one', '7.5', { country: 'US' }, [['US', '0.075', '750']]],
    ['an exempt region', '0.07', { country: 'US', region: 'OR' }, []],
    ['an exempt customer', '0.07', { country: 'US', taxExempt: true }, []],
    ['no rate', '0', { country: 'US' }, []],
  ])('%s', (_name, rate, customer, lines) => {
    expect(taxed(rate, customer).map((it) => [it.jurisdiction, it.rate, it.amountMinor])).toEqual(
      lines,
    )
  })

  test.each(['1', '1.0', '1.000'])(
    'a rate of %s is refused: it may mean 1 %% or 100 %%',
    (rate) => {
      expect(() => taxed(rate, { country: 'US' })).toThrow(/tax\.defaultRate.*0\.19 means 19 %/u)
    },
  )

  test('with a seller country the handed-in rules decide; without them it is refused', () => {
    const text = documentText({ basePrice: '100' }, { tax: { sellerCountry: 'DE' } })
    const result = calculate(text, usageText(), ({ tax, subtotalMinor }) => [
      {
        jurisdiction: tax.sellerCountry,
        rate: '0.5',
        amountMinor: subtotalMinor / 2n,
        note: 'half',
      },
    ])
    expect(result.tax).toEqual([
      { jurisdiction: 'DE', rate: '0.5', amountMinor: '5000', note: 'half' },
    ])
    expect(result.totalMinor).toBe('15000')
    expect(refusalOf(() => calculate(text, usageText()))).toContain('tax.sellerCountry')
  })
})

describe('names that every object of the language has', () => {
  test('as metrics: a charge, an overage rate without allowance, and usage without a price', () => {
    const plan = {
      charges: [{ metric: 'constructor', model: 'per_unit', unitPrice: '1' }],
      overageRates: { toString: '2' },
    }
    const usage = { usage: { constructor: '5', toString: '3', valueOf: '1' } }
    const result = calculate(documentText(plan), usageText(usage))
    expect(result.lines.map(({ metric, amountMinor }) => [metric, amountMinor])).toEqual([
      ['toString', '600'],
      ['constructor', '500'],
    ])
    expect(result.unrated).toMatchObject([{ metric: 'valueOf', quantity: '1' }])
  })

  test('as properties that an event lacks', () => {
    const charge = { metric: 'calls', model: 'per_unit', unitPrice: '1', groupBy: ['constructor'] }
    const events = [{ metric: 'calls', timestamp: '2026-02-10T00:00:00Z', quantity: '1' }]
    const result = calculate(documentText({ charges: [charge] }), usageText({ events }))
    expect(result.lines.map(({ description }) => description)).toEqual([
      expect.stringContaining('constructor (none)'),
    ])
  })
})

describe('what USAGE.json may say', () => {
  const event = { metric: 'calls', timestamp: '2026-02-10T00:00:00Z', quantity: '1' }
  test.each([
    [
      'an event outside the period',
      { events: [{ ...event, timestamp: '2026-03-01T00:00:00Z' }] },
      'events[0].timestamp',
    ],
    [
      'an event before the start',
      { events: [event], startedAt: '2026-02-11T00:00:00Z' },
      'events[0].timestamp',
    ],
    [
      'a total against its events',
      { events: [event], usage: { calls: '2' } },
      'usage.calls: contradicts',
    ],
    [
      'a total across a plan change',
      { usage: { calls: '2' }, changes: [{ at: '2026-02-10', plan: 'max' }] },
      'usage.calls: the plan changes',
    ],
    [
      'usage of an ended subscription',
      { usage: { calls: '2' }, canceledAt: '2026-01-10' },
      'usage.calls: the subscription was not',
    ],
    ['an unknown plan', { plan: 'x' }, 'plan: "x" is not a plan'],
    [
      'an unknown plan to change to',
      { changes: [{ at: '2026-02-10', plan: 'x' }] },
      'changes[0].plan',
    ],
    [
      'another currency',
      { changes: [{ at: '2026-02-10', plan: 'euro' }] },
      'changes[0].plan: "euro" is in EUR',
    ],
    ['an unknown add-on', { addons: [{ id: 'x' }] }, 'addons[0].id: "x" is not an add-on'],
    ['an unknown field', { usages: {} }, 'usages: unknown key'],
    ['no country', { customer: {} }, 'customer.country: is required'],
    ['no number', { usage: { calls: 'many' } }, 'usage.calls: "many" is not a decimal number'],
    [
      'a period that ends before it starts',
      { period: { start: '2026-03-01', end: '2026-02-01' } },
      'period.end: must be after start',
    ],
    [
      'an end before the start',
      { startedAt: '2026-02-10', canceledAt: '2026-02-09' },
      'canceledAt: must not be before',
    ],
    [
      'a time without a zone',
      { startedAt: '2026-02-10T00:00:00' },
      'startedAt: "2026-02-10T00:00:00" is not an instant',
    ],
    [
      'an unknown zone',
      { customer: { country: 'DE', timeZone: 'Mars/Base' } },
      'customer.timeZone: is not an IANA',
    ],
    ['a credit without a name', { credits: [{ amount: '5' }] }, 'credits[0].id: is required'],
    [
      'a negative credit',
      { credits: [{ id: 'a', amount: '-5' }] },
      'credits[0].amount: must be above zero',
    ],
    [
      'more left than was granted',
      { credits: [{ id: 'a', amount: '5', remaining: '6' }] },
      'credits[0].remaining: must not be above amount',
    ],
    [
      'half a cent of credit',
      { credits: [{ id: 'a', amount: '0.005' }] },
      'credits[0].amount: USD has 2 digits',
    ],
    [
      'a credit in another currency',
      { credits: [{ id: 'a', amount: '5', currency: 'EUR' }] },
      'credits[0].currency: is EUR, the plan is in USD',
    ],
    [
      'a credit for an unknown metric',
      { credits: [{ id: 'a', amount: '5', appliesTo: ['calls', 'cals'] }] },
      'credits[0].appliesTo[1]: "cals" has no price',
    ],
    [
      'a credit that ends before it begins',
      { credits: [{ id: 'a', amount: '5', effectiveAt: '2026-02-02', expiresAt: '2026-02-01' }] },
      'credits[0].expiresAt: must be after effectiveAt',
    ],
    [
      'two credits of one id',
      {
        credits: [
          { id: 'a', amount: '5' },
          { id: 'a', amount: '5' },
        ],
      },
      'credits[1].id: "a" is there twice',
    ],
    [
      'a coupon of two minds',
      { coupons: [{ id: 'x', amount: '1', percentage: '1' }] },
      'coupons[0]: needs either',
    ],
  ])('%s is refused by name', (_name, usage, reason) => {
    const charges = [{ metric: 'calls', model: 'per_unit', unitPrice: '1' }]
    const plan = (id: string, currency = 'USD') => ({ id, basePrice: '1', currency, charges })
    const text = documentText({}, { tiers: [plan('pro'), plan('max'), plan('euro', 'EUR')] })
    expect(refusalOf(() => calculate(text, usageText(usage)))).toContain(reason)
  })

  test('a metric without a price is reported with the plan and the stretch, and stands on no line', () => {
    const charges = [{ metric: 'calls', model: 'per_unit', unitPrice: '1' }]
    const events = ['2026-02-09', '2026-02-10', '2026-02-11'].map((day, index) => ({
      metric: 'ghosts',
      timestamp: `${day}T00:00:00Z`,
      quantity: `${index}.5`,
    }))
    const plan = (id: string) => ({ id, basePrice: '0', currency: 'USD', charges })
    const result = calculate(
      documentText({}, { tiers: [plan('pro'), plan('max')] }),
      usageText({ usage: { calls: '0' }, events, changes: [{ at: '2026-02-10', plan: 'max' }] }),
    )
    const [start, change, end] = ['2026-02-01', '2026-02-10', '2026-03-01'].map(
      (day) => `${day}T00:00:00Z`,
    )
    expect(result.lines).toEqual([])
    expect(result.unrated).toEqual([
      { metric: 'ghosts', plan: 'pro', period: { start, end: change }, quantity: '0.5', events: 1 },
      { metric: 'ghosts', plan: 'max', period: { start: change, end }, quantity: '4', events: 2 },
    ])
    const total = calculate(documentText({ charges }), usageText({ usage: { ghosts: '7' } }))
    expect(total.unrated).toEqual([
      { metric: 'ghosts', plan: 'pro', period: { start, end }, quantity: '7' },
    ])
  })

  test('a total that agrees with its events is counted once', () => {
    const charges = [{ metric: 'calls', model: 'per_unit', unitPrice: '1' }]
    expect(amounts({ charges }, {}, { events: [event], usage: { calls: '1.0' } })).toEqual([
      'usage 100',
    ])
  })
})

describe('rate --batch', () => {
  const line = (id: unknown, basePrice: string, usage = usageText()) =>
    `{"id":${JSON.stringify(id)},"pricing":${documentText().replace('"basePrice":"0"', `"basePrice":${basePrice}`)},"usage":${usage}}`

  test('numbers are read exactly and the id comes back as it was', () => {
    const answer: unknown = JSON.parse(rateBatchLine(line(7, '9007199254740993.01')))
    expect(answer).toMatchObject({ id: 7, result: { subtotalMinor: '900719925474099301' } })
  })

  test.each([
    ['not JSON', '{"id": 1', null, 'line: not JSON'],
    ['not an object', '[]', null, 'line: must be an object'],
    ['a bad document', line('a', 'true'), 'a', 'tiers[0].basePrice'],
    ['bad usage', line('b', '1', '{}'), 'b', 'plan: is required'],
  ])('%s is its own answer', (_name, text, id, reason) => {
    const answer: unknown = JSON.parse(rateBatchLine(text))
    expect(answer).toMatchObject({
      id,
      error: { code: 'invalid_input', message: expect.stringContaining(reason) },
    })
  })
})
