import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCurrency } from '#src/kernel/currency.ts'
import { money } from '#src/kernel/money.ts'
import { Temporal } from '#src/kernel/time.ts'
import { stripeProvider } from './stripe.ts'
import { signWebhook } from './webhook-signature.ts'

interface Seen {
  readonly method: string
  readonly path: string
  readonly idempotencyKey: string | undefined
  readonly contentType: string | undefined
  readonly authorization: string | undefined
  readonly form: URLSearchParams
}

/** An answer of the scripted peer: status and JSON, "hang" (never answers) or "reset" (closes the connection). */
type Answer = readonly [number, object] | 'hang' | 'reset'

const NOW = Temporal.Instant.from('2026-03-01T10:00:00Z')
const INTENT = { id: 'pi_1', object: 'payment_intent', status: 'succeeded', metadata: {} }

const CHARGE = {
  idempotencyKey: 'org_1:inv_1:1',
  amount: money(31291n, parseCurrency('EUR')),
  providerCustomerId: 'cus_1',
  paymentMethodId: 'pm_1',
  description: 'Invoice INV-2026-02-0047',
  metadata: { org_id: 'org_1', invoice_id: 'inv_1', payment_id: 'pay_1', attempt: '1' },
}

let server: Server
let seen: Seen[]
let script: Answer[]

async function readBody(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const header = (name: string) => {
    const value = request.headers[name]
    return Array.isArray(value) ? value.join() : value
  }
  seen.push({
    method: request.method ?? '',
    path: request.url ?? '',
    idempotencyKey: header('idempotency-key'),
    contentType: header('content-type'),
    authorization: header('authorization'),
    form: new URLSearchParams(await readBody(request)),
  })
  const next = script.length > 1 ? script.shift() : script[0]
  if (next === 'hang' || next === undefined) return
  if (next === 'reset') {
    request.socket.destroy()
    return
  }
  response.writeHead(next[0], { 'content-type': 'application/json' })
  response.end(JSON.stringify(next[1]))
}

function provider(apiBase = `http://127.0.0.1:${(server.address() as AddressInfo).port}`) {
  return stripeProvider({
    secretKey: 'sk_test_wire',
    webhookSecret: 'whsec_wire',
    apiBase,
    clock: { now: () => NOW },
    publicUrl: 'https://billing.example',
    timeoutMs: 300,
    patience: { attempts: 3, firstDelayMs: 1, atOnce: 4 },
  })
}

beforeEach(async () => {
  seen = []
  script = [[200, INTENT]]
  server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const cardError = (fields: object) =>
  [402, { error: { type: 'card_error', message: 'Declined.', ...fields } }] as const

describe('a charge through Stripe, on the wire', () => {
  it('is one confirmed off-session intent, form-encoded, under our key', async () => {
    expect(await provider().charge(CHARGE)).toEqual({ kind: 'succeeded', providerRef: 'pi_1' })
    expect(seen).toHaveLength(1)
    expect(seen[0]).toMatchObject({
      method: 'POST',
      path: '/v1/payment_intents',
      idempotencyKey: 'org_1:inv_1:1',
      contentType: 'application/x-www-form-urlencoded',
      authorization: 'Bearer sk_test_wire',
    })
    expect(Object.fromEntries(seen[0]?.form ?? [])).toMatchObject({
      amount: '31291',
      currency: 'eur',
      customer: 'cus_1',
      payment_method: 'pm_1',
      confirm: 'true',
      off_session: 'true',
      'metadata[payment_id]': 'pay_1',
      'metadata[invoice_id]': 'inv_1',
    })
  })

  it.each([
    {
      error: { code: 'card_declined', decline_code: 'insufficient_funds' },
      outcome: { kind: 'failed', code: 'card_declined', declineCode: 'insufficient_funds' },
    },
    {
      error: { code: 'expired_card' },
      outcome: { kind: 'failed', code: 'expired_card', declineCode: null },
    },
    {
      error: {
        code: 'card_declined',
        decline_code: 'do_not_honor',
        network_advice_code: '03',
        network_decline_code: '05',
      },
      outcome: { kind: 'failed', declineCode: 'do_not_honor', networkCode: '03' },
    },
    {
      error: { code: 'card_declined', decline_code: 'lost_card', network_decline_code: '41' },
      outcome: { kind: 'failed', networkCode: '41' },
    },
    { error: { code: 'authentication_required' }, outcome: { kind: 'requires_action' } },
  ])('types the decline $error.code $error.decline_code', async ({ error, outcome }) => {
    script = [cardError({ ...error, payment_intent: { id: 'pi_9', object: 'payment_intent' } })]
    expect(await provider().charge(CHARGE)).toMatchObject({ ...outcome, providerRef: 'pi_9' })
    expect(seen).toHaveLength(1)
  })

  it('reads intents that wait for their holder or for the bank', async () => {
    const url = 'https://hooks.stripe.example/3ds'
    script = [
      [
        200,
        {
          ...INTENT,
          status: 'requires_action',
          next_action: { type: 'redirect_to_url', redirect_to_url: { url } },
        },
      ],
      [200, { ...INTENT, status: 'processing' }],
    ]
    const stripe = provider()
    expect(await stripe.charge(CHARGE)).toMatchObject({ kind: 'requires_action', actionUrl: url })
    expect(await stripe.charge(CHARGE)).toMatchObject({ kind: 'processing' })
  })

  it('repeats a 429 with backoff under the same key', async () => {
    const limited = [429, { error: { type: 'invalid_request_error', code: 'rate_limit' } }] as const
    script = [limited, limited, [200, INTENT]]
    expect(await provider().charge(CHARGE)).toMatchObject({ kind: 'succeeded' })
    expect(seen.map(({ idempotencyKey }) => idempotencyKey)).toEqual(
      Array.from({ length: 3 }, () => 'org_1:inv_1:1'),
    )
  })

  it('is unavailable, not unknown, when Stripe keeps refusing to take it', async () => {
    script = [[429, { error: { type: 'invalid_request_error', code: 'rate_limit' } }]]
    await expect(provider().charge(CHARGE)).rejects.toMatchObject({ code: 'unavailable' })
    expect(seen).toHaveLength(4)
  })

  it('is unavailable when nobody listens: nothing was sent', async () => {
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await expect(provider(base).charge(CHARGE)).rejects.toMatchObject({ code: 'unavailable' })
    server.listen(0)
  })

  it.each<[string, Answer, number]>([
    ['no answer in time', 'hang', 1],
    // The SDK itself repeats a closed connection once, with the same key.
    ['a closed connection', 'reset', 2],
    ['an error inside Stripe', [500, { error: { type: 'api_error' } }], 1],
    ['our key still being worked on', [409, { error: { code: 'idempotency_key_in_use' } }], 1],
    ['our key with other parameters', [400, { error: { type: 'idempotency_error' } }], 1],
  ])('is unknown after %s, and never repeated under another key', async (_why, reply, requests) => {
    script = [reply]
    expect(await provider().charge(CHARGE)).toMatchObject({ kind: 'unknown' })
    expect(seen).toHaveLength(requests)
    expect(new Set(seen.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
  })

  it('is a failure when the request cannot be carried out, and an alarm when our key is refused', async () => {
    script = [[404, { error: { type: 'invalid_request_error', code: 'resource_missing' } }]]
    expect(await provider().charge(CHARGE)).toMatchObject({
      kind: 'failed',
      code: 'resource_missing',
      providerRef: null,
    })
    script = [[401, { error: { type: 'invalid_request_error' } }]]
    await expect(provider().charge(CHARGE)).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('stops asking after repeated silence, and says that nothing was attempted', async () => {
    script = [[500, { error: { type: 'api_error' } }]]
    const stripe = provider()
    for (let i = 0; i < 8; i += 1) await stripe.charge(CHARGE)
    await expect(stripe.charge(CHARGE)).rejects.toMatchObject({ code: 'unavailable' })
    expect(seen).toHaveLength(8)
  })
})

describe('look-up and the rest, on the wire', () => {
  it('finds a charge among its customer’s by payment id, and says when Stripe never saw it', async () => {
    const list = (payment_id: string) =>
      [200, { object: 'list', data: [{ ...INTENT, metadata: { payment_id } }] }] as const
    script = [list('pay_1'), list('pay_other')]
    const query = { paymentId: 'pay_1', providerRef: null, providerCustomerId: 'cus_1' }
    const stripe = provider()
    expect(await stripe.findCharge(query)).toMatchObject({ kind: 'succeeded' })
    expect(await stripe.findCharge(query)).toBeNull()
    expect(seen[0]?.path).toBe('/v1/payment_intents?customer=cus_1&limit=100')
  })

  it('searches by metadata where the customer is not known', async () => {
    script = [[200, { object: 'search_result', data: [] }]]
    const query = { paymentId: 'pay_1', providerRef: null, providerCustomerId: null }
    expect(await provider().findCharge(query)).toBeNull()
    expect(decodeURIComponent(seen[0]?.path ?? '')).toContain("metadata['payment_id']:'pay_1'")
  })

  it('reads an object again after a lost answer; one that is gone is null', async () => {
    script = [
      [503, { error: { type: 'api_error' } }],
      [200, { id: 'ch_1', object: 'charge', refunds: { data: [] } }],
    ]
    expect(await provider().readObject('charge', 'ch_1')).toMatchObject({ id: 'ch_1' })
    expect(seen[1]?.path).toBe('/v1/charges/ch_1?expand[]=refunds')
    script = [[404, { error: { type: 'invalid_request_error', code: 'resource_missing' } }]]
    expect(await provider().readObject('refund', 're_1')).toBeNull()
    expect(await provider().readObject('unheard_of', 'x_1')).toBeNull()
  })

  it('attaches a card, makes it the default, and answers with what may be stored of it', async () => {
    const card = { brand: 'visa', last4: '4242', exp_month: 8, exp_year: 2030, fingerprint: 'fp' }
    script = [
      [200, { id: 'pm_1', object: 'payment_method', type: 'card', customer: 'cus_1', card }],
      [200, { id: 'cus_1', object: 'customer' }],
    ]
    const request = { idempotencyKey: 'k', providerCustomerId: 'cus_1', token: 'pm_card_visa' }
    expect(await provider().attachCard(request)).toEqual({
      id: 'pm_1',
      providerCustomerId: 'cus_1',
      brand: 'visa',
      last4: '4242',
      expMonth: 8,
      expYear: 2030,
      fingerprint: 'fp',
    })
    expect(seen[1]?.form.get('invoice_settings[default_payment_method]')).toBe('pm_1')
  })

  it('gives a link to change the card, and refunds by intent', async () => {
    script = [
      [200, { object: 'billing_portal.session', url: 'https://billing.stripe.example/s' }],
      [200, { id: 're_1', object: 'refund', status: 'pending' }],
    ]
    const stripe = provider()
    expect(await stripe.updateCardLink('cus_1')).toBe('https://billing.stripe.example/s')
    const refund = {
      idempotencyKey: 'r',
      providerRef: 'pi_1',
      amount: CHARGE.amount,
      reason: 'x',
      refundId: 'ref_1',
    }
    expect(await stripe.refund(refund)).toEqual({ providerRef: 're_1', status: 'pending' })
    expect(seen[1]?.form.get('payment_intent')).toBe('pi_1')
    expect(seen[1]?.form.get('metadata[refund_id]')).toBe('ref_1')
  })
})

describe('a webhook’s signature', () => {
  const rawBody = JSON.stringify({
    id: 'evt_1',
    type: 'payment_intent.succeeded',
    created: 1,
    data: { object: INTENT },
  })
  const sign = (seconds: number, secret = 'whsec_wire') =>
    signWebhook({ rawBody, secret, at: NOW.add({ seconds }) })

  it('covers the raw body and the time, 300 s either way', () => {
    const stripe = provider()
    expect(stripe.verifyWebhook(rawBody, sign(0))).toMatchObject({ id: 'evt_1' })
    expect(stripe.verifyWebhook(rawBody, sign(-300))).toMatchObject({ id: 'evt_1' })
    for (const [body, header] of [
      [rawBody, sign(-301)],
      [rawBody, sign(301)],
      [rawBody, sign(0, 'whsec_other')],
      [rawBody, ''],
      [`${rawBody} `, sign(0)],
    ] as const)
      expect(() => stripe.verifyWebhook(body, header)).toThrow(
        expect.objectContaining({ code: 'invalid_input' }),
      )
  })
})
