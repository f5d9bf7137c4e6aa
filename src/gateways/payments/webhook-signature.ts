import { Stripe } from 'stripe'
import { z } from 'zod'
import { AppError } from '#src/kernel/errors.ts'
import type { Clock } from '#src/kernel/ids.ts'
import type { Instant } from '#src/kernel/time.ts'
import type { ProviderEvent, WebhookVerifier } from './provider.ts'

const TOLERANCE_SECONDS = 300

const Envelope = z.looseObject({
  id: z.string().min(1),
  type: z.string().min(1),
  created: z.number(),
  data: z.looseObject({ object: z.looseObject({}) }),
})

/** Seconds named by "t=…,v1=…", or null. */
function signedAtSeconds(header: string): number | null {
  const match = /(?:^|,)\s*t=(\d+)/.exec(header)
  return match?.[1] === undefined ? null : Number(match[1])
}

const SUSPECT = /\\u0000|\\ud[89a-f]/i

/** Without NUL characters and halves of surrogate pairs: PostgreSQL keeps none, and Stripe would deliver for days. */
function storable(value: unknown): unknown {
  const clean = (text: string) => text.replaceAll('\u0000', '\uFFFD').toWellFormed()
  if (typeof value === 'string') return clean(value)
  if (Array.isArray(value)) return value.map(storable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [clean(name), storable(inner)]),
  )
}

/**
 * Checks Stripe's signature scheme (HMAC-SHA256 over "timestamp.body") and reads the event.
 * @throws invalid_input on a bad signature, a timestamp off by more than 300 s either way, or a body that is no event.
 */
function verify(
  rawBody: string,
  header: string,
  options: { secret: string; clock: Clock },
): ProviderEvent {
  const nowMs = options.clock.now().epochMilliseconds
  let parsed: unknown
  try {
    parsed = Stripe.webhooks.constructEvent(
      rawBody,
      header,
      options.secret,
      TOLERANCE_SECONDS,
      undefined,
      nowMs,
    )
  } catch (error) {
    throw new AppError('invalid_input', 'the webhook signature does not fit', { cause: error })
  }
  // The SDK only refuses the past.
  if ((signedAtSeconds(header) ?? 0) - nowMs / 1000 > TOLERANCE_SECONDS)
    throw new AppError('invalid_input', 'the webhook was signed in the future')
  const event = Envelope.safeParse(SUSPECT.test(rawBody) ? storable(parsed) : parsed)
  if (!event.success) throw new AppError('invalid_input', 'the webhook body is not an event')
  const { id, type, created } = event.data
  return { id, type, createdAtSeconds: created, payload: event.data }
}

/** Verifies webhooks before any organisation is known; `clock` is the real one. */
export function webhookVerifier(options: {
  name: string
  secret: string
  clock: Clock
}): WebhookVerifier {
  return {
    name: options.name,
    verifyWebhook: (rawBody, header) => verify(rawBody, header, options),
  }
}

/** The `Stripe-Signature` header for a body, as Stripe makes it. */
export function signWebhook(request: { rawBody: string; secret: string; at: Instant }): string {
  return Stripe.webhooks.generateTestHeaderString({
    payload: request.rawBody,
    secret: request.secret,
    timestamp: Math.floor(request.at.epochMilliseconds / 1000),
  })
}
