import type { Ctx } from '#db/context.ts'
import { sha256 } from '#src/kernel/canonical.ts'
import type { StripeObject } from './sandbox-books.ts'
import { declineOf, type CardBehaviour, type TestCard } from './test-cards.ts'
import type { ChargeRequest } from './provider.ts'

function seconds(ctx: Ctx): number {
  return Math.floor(ctx.now.epochMilliseconds / 1000)
}

/** Stripe's payment method JSON. Every cardholder has a card of their own: the fingerprint holds the customer. */
export function cardObject(ctx: Ctx, test: TestCard, customer: string): StripeObject {
  const year = ctx.now.toZonedDateTimeISO('UTC').year
  return {
    id: ctx.newId('pm'),
    object: 'payment_method',
    type: 'card',
    billing_details: { address: null, email: null, name: null, phone: null },
    card: {
      brand: test.brand,
      country: 'US',
      exp_month: 12,
      exp_year: test.behaviour === 'expired_card' ? year - 1 : year + 3,
      fingerprint: sha256(`${ctx.orgId}:${customer}:${test.number}`).slice(0, 16),
      funding: 'credit',
      last4: test.number.slice(-4),
      networks: { available: [test.brand], preferred: null },
    },
    created: seconds(ctx),
    customer,
    livemode: false,
    metadata: {},
  }
}

/** Stripe's customer JSON. */
export function customerObject(
  ctx: Ctx,
  request: { name: string; email: string | null; metadata: Readonly<Record<string, string>> },
): StripeObject {
  return {
    id: ctx.newId('cus'),
    object: 'customer',
    name: request.name,
    email: request.email,
    created: seconds(ctx),
    invoice_settings: { default_payment_method: null },
    livemode: false,
    metadata: request.metadata,
  }
}

/** How a charge ends at once: the intent's status, and the event Stripe sends about it. */
export function firstStatus(behaviour: CardBehaviour): { status: string; event: string } {
  if (declineOf(behaviour))
    return { status: 'requires_payment_method', event: 'payment_intent.payment_failed' }
  if (behaviour === 'authentication_required')
    return { status: 'requires_action', event: 'payment_intent.requires_action' }
  if (behaviour === 'processing')
    return { status: 'processing', event: 'payment_intent.processing' }
  return { status: 'succeeded', event: 'payment_intent.succeeded' }
}

function lastError(behaviour: CardBehaviour, paymentMethod: string, charge: string): unknown {
  const decline = declineOf(behaviour)
  if (!decline) return null
  return {
    type: 'card_error',
    code: decline.code,
    ...(decline.declineCode === null ? {} : { decline_code: decline.declineCode }),
    message: decline.message,
    charge,
    payment_method: { id: paymentMethod, object: 'payment_method' },
  }
}

/** Stripe's payment intent and its charge, confirmed off-session. `actionUrl` is where the cardholder confirms. */
export function intentObjects(
  ctx: Ctx,
  request: ChargeRequest,
  behaviour: CardBehaviour,
  actionUrl: (intentId: string) => string,
): { intent: StripeObject; charge: StripeObject | null } {
  const id = ctx.newId('pi')
  const chargeId = ctx.newId('ch')
  const amount = Number(request.amount.amountMinor)
  const currency = request.amount.currency.toLowerCase()
  const { status } = firstStatus(behaviour)
  const charged = status === 'succeeded' || status === 'requires_payment_method'
  const intent: StripeObject = {
    id,
    object: 'payment_intent',
    amount,
    amount_capturable: 0,
    amount_received: status === 'succeeded' ? amount : 0,
    automatic_payment_methods: { allow_redirects: 'never', enabled: true },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic',
    client_secret: `${id}_secret_sandbox`,
    confirmation_method: 'automatic',
    created: seconds(ctx),
    currency,
    customer: request.providerCustomerId,
    description: request.description,
    last_payment_error: lastError(behaviour, request.paymentMethodId, chargeId),
    latest_charge: charged ? chargeId : null,
    livemode: false,
    metadata: request.metadata,
    next_action:
      status === 'requires_action'
        ? { type: 'redirect_to_url', redirect_to_url: { url: actionUrl(id), return_url: null } }
        : null,
    // A declined intent lets go of its card, as Stripe's do.
    payment_method: status === 'requires_payment_method' ? null : request.paymentMethodId,
    payment_method_types: ['card'],
    status,
  }
  return { intent, charge: charged ? chargeObject(ctx, intent, chargeId) : null }
}

/** Stripe's charge JSON behind an intent. */
export function chargeObject(ctx: Ctx, intent: StripeObject, id: string): StripeObject {
  const succeeded = intent['status'] === 'succeeded'
  return {
    id,
    object: 'charge',
    amount: intent['amount'],
    amount_captured: succeeded ? intent['amount'] : 0,
    amount_refunded: 0,
    captured: succeeded,
    created: seconds(ctx),
    currency: intent['currency'],
    customer: intent['customer'],
    disputed: false,
    livemode: false,
    metadata: intent['metadata'],
    paid: succeeded,
    payment_intent: intent.id,
    payment_method: intent['payment_method'],
    refunded: false,
    refunds: { object: 'list', data: [], has_more: false },
    status: succeeded ? 'succeeded' : 'failed',
  }
}
