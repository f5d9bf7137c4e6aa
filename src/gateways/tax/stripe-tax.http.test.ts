import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCurrency } from '#src/kernel/currency.ts'
import { parseInstant } from '#src/kernel/time.ts'
import type { CalculationRequest } from './calculator.ts'
import { stripeTax } from './stripe-tax.ts'
import { openPeer, type Peer, type PeerAnswer } from './testing/peer.ts'
import { calculationAnswer } from './testing/stripe-answers.ts'

const NOW = parseInstant('2026-03-01T10:00:00Z')
const REQUEST: CalculationRequest = {
  currency: parseCurrency('USD'),
  netMinor: 10000n,
  taxPoint: parseInstant('2026-02-28T22:59:59.999999Z'),
  taxCode: 'txcd_10103001',
  address: {
    line1: '400 Broad St',
    line2: null,
    city: 'Seattle',
    region: 'WA',
    postalCode: '98109',
    country: 'US',
  },
  taxId: null,
  exempt: false,
}
const WASHINGTON = calculationAnswer(10000, [
  { amount: 650, percent: '6.5' },
  { amount: 385, percent: '3.85', level: 'city', name: 'Seattle' },
])

let peer: Peer

function tax() {
  return stripeTax({
    secretKey: 'sk_test_wire',
    apiBase: peer.url,
    clock: { now: () => NOW },
    timeoutMs: 300,
    patience: { attempts: 2, firstDelayMs: 1, atOnce: 4 },
  })
}

const form = (index = 0) => Object.fromEntries(new URLSearchParams(peer.seen[index]?.body ?? ''))
const refusal = (code: string, param: string): PeerAnswer => [
  400,
  { error: { type: 'invalid_request_error', code, param, message: 'Not like this.' } },
]

beforeEach(async () => {
  peer = await openPeer()
  peer.script = [[200, WASHINGTON]]
})

afterEach(() => peer.close())

describe('a calculation through Stripe Tax, on the wire', () => {
  it('asks with place, amount, day and code, and reads each jurisdiction', async () => {
    expect(await tax().calculate(REQUEST)).toEqual({
      kind: 'calculated',
      providerRef: 'taxcalc_1',
      expiresAt: parseInstant('2026-05-28T20:26:40Z'),
      taxPoint: REQUEST.taxPoint,
      taxes: [
        {
          jurisdiction: 'US-WA',
          rate: '0.065',
          treatment: 'taxed',
          reason: null,
          baseMinor: 10000n,
          amountMinor: 650n,
        },
        {
          jurisdiction: 'US-WA Seattle',
          rate: '0.0385',
          treatment: 'taxed',
          reason: null,
          baseMinor: 10000n,
          amountMinor: 385n,
        },
      ],
    })
    expect(peer.seen).toMatchObject([
      {
        method: 'POST',
        path: '/v1/tax/calculations',
        headers: {
          authorization: 'Bearer sk_test_wire',
          'content-type': 'application/x-www-form-urlencoded',
        },
      },
    ])
    expect(form()).toEqual({
      currency: 'usd',
      tax_date: '1772319599',
      'line_items[0][amount]': '10000',
      'line_items[0][reference]': 'net',
      'line_items[0][tax_behavior]': 'exclusive',
      'line_items[0][tax_code]': 'txcd_10103001',
      'customer_details[address_source]': 'billing',
      'customer_details[address][country]': 'US',
      'customer_details[address][line1]': '400 Broad St',
      'customer_details[address][city]': 'Seattle',
      'customer_details[address][state]': 'WA',
      'customer_details[address][postal_code]': '98109',
      'expand[0]': 'line_items.data.tax_breakdown',
    })
  })

  it.each([
    ['FR83404833048', 'eu_vat'],
    ['EL094259216', 'eu_vat'],
    ['GB980780684', 'gb_vat'],
    ['CHE116281710MWST', 'ch_vat'],
    ['NO974760673MVA', 'no_vat'],
  ])('sends the confirmed number %s as %s', async (taxId, type) => {
    await tax().calculate({ ...REQUEST, taxId })
    expect(form()).toMatchObject({
      'customer_details[tax_ids][0][type]': type,
      'customer_details[tax_ids][0][value]': taxId,
    })
  })

  it('says so of an exempt customer', async () => {
    peer.script = [[200, calculationAnswer(10000, [{ amount: 0, reason: 'customer_exempt' }])]]
    expect(await tax().calculate({ ...REQUEST, exempt: true })).toMatchObject({
      taxes: [{ treatment: 'exempt', rate: '0', amountMinor: 0n, baseMinor: 10000n }],
    })
    expect(form()).toMatchObject({ 'customer_details[taxability_override]': 'customer_exempt' })
  })

  it.each([
    ['reverse_charge', 'reverse_charge'],
    ['not_collecting', 'outside_scope'],
    ['not_subject_to_tax', 'outside_scope'],
    ['product_exempt', 'exempt'],
    ['zero_rated', 'outside_scope'],
  ])('takes %s without tax for %s, on one line', async (reason, treatment) => {
    const zero = { amount: 0, reason }
    peer.script = [
      [200, calculationAnswer(10000, [zero, { ...zero, level: 'city', name: 'Seattle' }])],
    ]
    expect(await tax().calculate(REQUEST)).toMatchObject({
      taxes: [{ jurisdiction: 'US-WA', treatment, reason }],
    })
  })

  it('leaves out who levies nothing beside who does', async () => {
    peer.script = [
      [
        200,
        calculationAnswer(10000, [
          { amount: 650, percent: '6.5' },
          { amount: 0, reason: 'not_collecting', level: 'city' },
        ]),
      ],
    ]
    expect(await tax().calculate(REQUEST)).toMatchObject({ taxes: [{ amountMinor: 650n }] })
  })

  it('asks for the nearest day that Stripe goes back to, and says which', async () => {
    const taxPoint = parseInstant('2025-12-31T23:00:00Z')
    expect(await tax().calculate({ ...REQUEST, taxPoint })).toMatchObject({
      taxPoint: parseInstant('2026-01-29T11:00:00Z'),
    })
    expect(form()['tax_date']).toBe('1769684400')
  })

  it.each([
    ['JPY', 1000n, '1000', 100],
    ['KWD', 12340n, '12340', 1230],
    ['ISK', 1000n, '100000', 24000],
  ] as const)('counts %s as Stripe does', async (code, netMinor, sent, taxUnits) => {
    peer.script = [
      [
        200,
        calculationAnswer(
          Number(sent),
          [{ amount: taxUnits, percent: '10', country: 'XX', level: 'country', state: null }],
          { currency: code.toLowerCase() },
        ),
      ],
    ]
    const said = await tax().calculate({ ...REQUEST, currency: parseCurrency(code), netMinor })
    expect(form()['line_items[0][amount]']).toBe(sent)
    const unit = code === 'ISK' ? 100n : 1n
    expect(said).toMatchObject({ taxes: [{ amountMinor: BigInt(taxUnits) / unit }] })
  })

  it.each([
    ['customer_tax_location_invalid', '', /^address: /],
    ['parameter_missing', 'customer_details[address][postal_code]', /^address\.postalCode: /],
    ['state_unsupported', 'customer_details[address][state]', /^region: /],
    ['tax_id_invalid', 'customer_details[tax_ids][0]', /^taxId: /],
    ['parameter_invalid', 'currency', /^currency: /],
    ['stripe_tax_inactive', '', /^Stripe Tax refuses: Not like this/],
  ])('names the field of the refusal %s', async (code, param, reason) => {
    peer.script = [refusal(code, param)]
    expect(await tax().calculate(REQUEST)).toEqual({
      kind: 'refused',
      reason: expect.stringMatching(reason),
    })
    expect(peer.seen).toHaveLength(1)
  })

  it.each<readonly [string, PeerAnswer, number]>([
    ['429', [429, { error: { type: 'rate_limit_error', message: 'slow down' } }], 3],
    ['500', [500, { error: { type: 'api_error', message: 'oops' } }], 3],
    ['a page of HTML', [502, '<html>'], 3],
    // The SDK itself repeats a request whose connection was closed.
    ['a broken connection', 'reset', 6],
    ['silence', 'hang', 3],
    ['a refused key', [401, { error: { type: 'invalid_request_error', message: 'key' } }], 1],
    ['a calculation of another amount', [200, calculationAnswer(9999, [])], 1],
    ['another currency', [200, { ...WASHINGTON, currency: 'eur' }], 1],
    [
      'parts that do not add up',
      [200, { ...WASHINGTON, tax_amount_exclusive: 1036, amount_total: 11036 }],
      1,
    ],
    ['no breakdown', [200, { ...WASHINGTON, line_items: null }], 1],
    ['no id', [200, { ...WASHINGTON, id: null }], 1],
    ['a rate that is none', [200, calculationAnswer(10000, [{ amount: 1, percent: 'NaN' }])], 1],
  ])('takes %s for no answer', async (_title, answer, requests) => {
    peer.script = [answer]
    expect(await tax().calculate(REQUEST)).toEqual({
      kind: 'unavailable',
      reason: expect.stringMatching(/\S/),
    })
    expect(peer.seen).toHaveLength(requests)
  })
})

describe('Stripe’s records of a sale', () => {
  it('records a calculation under our reference, with our key', async () => {
    peer.script = [
      [503, {}],
      [200, { id: 'tax_1', object: 'tax.transaction' }],
    ]
    expect(await tax().record({ providerRef: 'taxcalc_1', reference: 'inv_1' })).toBe('tax_1')
    expect(peer.seen.map(({ headers }) => headers['idempotency-key'])).toEqual([
      'tax:inv_1',
      'tax:inv_1',
    ])
    expect(peer.seen[0]?.path).toBe('/v1/tax/transactions/create_from_calculation')
    expect(form()).toEqual({ calculation: 'taxcalc_1', reference: 'inv_1' })
  })

  it('takes back all of it, or a part with its tax', async () => {
    peer.script = [[200, { id: 'tax_2', object: 'tax.transaction' }]]
    const own = { transactionRef: 'tax_1', currency: parseCurrency('USD') }
    await tax().reverse({ ...own, reference: 'inv_1:void', grossMinor: 'all' })
    await tax().reverse({ ...own, reference: 'cn_1', grossMinor: 1104n })
    expect(peer.seen[0]?.path).toBe('/v1/tax/transactions/create_reversal')
    expect(form(0)).toEqual({
      mode: 'full',
      original_transaction: 'tax_1',
      reference: 'inv_1:void',
    })
    expect(form(1)).toMatchObject({ mode: 'partial', flat_amount: '-1104', reference: 'cn_1' })
  })

  it('tells a refusal from silence', async () => {
    peer.script = [refusal('resource_already_exists', 'reference')]
    const sale = { providerRef: 'taxcalc_1', reference: 'inv_1' }
    await expect(tax().record(sale)).rejects.toMatchObject({ code: 'refused' })
    peer.script = [[500, {}]]
    await expect(tax().record(sale)).rejects.toMatchObject({ code: 'unavailable' })
  })
})
