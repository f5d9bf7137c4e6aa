import { Stripe } from 'stripe'
import type { Clock } from '#src/kernel/ids.ts'
import { AppError } from '#src/kernel/errors.ts'
import { stripeClient, type StripeAccess } from '../stripe-client.ts'
import { cardOf } from './provider-card.ts'
import type { PaymentProvider, ProviderRefundAnswer } from './provider.ts'
import { findOurRefund, refundStatus } from './refund-answer.ts'
import { chargeThroughStripe, findThroughStripe, outcomeNow } from './stripe-charge.ts'
import { guard, type Guarded, type Patience } from './stripe-resilience.ts'
import { webhookVerifier } from './webhook-signature.ts'

export interface StripeOptions extends StripeAccess {
  readonly webhookSecret: string
  readonly clock: Clock
  readonly publicUrl: string
  readonly patience?: Patience
}

/** Where objects named by webhooks are read again. */
const PATHS: Readonly<Record<string, string>> = {
  charge: 'charges',
  'checkout.session': 'checkout/sessions',
  customer: 'customers',
  dispute: 'disputes',
  invoice: 'invoices',
  payment_intent: 'payment_intents',
  payment_method: 'payment_methods',
  'radar.early_fraud_warning': 'radar/early_fraud_warnings',
  refund: 'refunds',
  subscription: 'subscriptions',
}

async function readObject(
  stripe: Stripe,
  guarded: Guarded,
  kind: string,
  id: string,
): Promise<Readonly<Record<string, unknown>> | null> {
  const path = PATHS[kind]
  if (path === undefined) return null
  // Refunds are only listed with a charge when asked for.
  const query = kind === 'charge' ? '?expand[]=refunds' : ''
  try {
    const object: object = await guarded('repeatable', () =>
      stripe.rawRequest('GET', `/v1/${path}/${encodeURIComponent(id)}${query}`),
    )
    return { ...object }
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 404)
      return null
    throw error
  }
}

async function attachCard(
  stripe: Stripe,
  guarded: Guarded,
  request: { idempotencyKey: string; providerCustomerId: string; token: string },
) {
  const customer = request.providerCustomerId
  try {
    const attached = await guarded('repeatable', () =>
      stripe.paymentMethods.attach(
        request.token,
        { customer },
        { idempotencyKey: request.idempotencyKey },
      ),
    )
    await guarded('repeatable', () =>
      stripe.customers.update(
        customer,
        { invoice_settings: { default_payment_method: attached.id } },
        { idempotencyKey: `${request.idempotencyKey}:default` },
      ),
    )
    return cardOf({ ...attached })
  } catch (error) {
    if (
      error instanceof Stripe.errors.StripeCardError ||
      error instanceof Stripe.errors.StripeInvalidRequestError
    )
      throw new AppError('refused', error.message, { cause: error })
    throw error
  }
}

/** @throws refused when Stripe will not: more than is left, a charge in dispute. */
async function refundThroughStripe(
  stripe: Stripe,
  guarded: Guarded,
  request: Parameters<PaymentProvider['refund']>[0],
): Promise<ProviderRefundAnswer> {
  const { idempotencyKey, providerRef, amount, reason, refundId } = request
  try {
    const refund = await guarded('repeatable', () =>
      stripe.refunds.create(
        {
          payment_intent: providerRef,
          amount: Number(amount.amountMinor),
          metadata: { refund_id: refundId, reason },
        },
        { idempotencyKey },
      ),
    )
    return { providerRef: refund.id, status: refundStatus(refund.status) }
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError)
      throw new AppError('refused', error.message, { cause: error })
    throw error
  }
}

/** Stripe through its SDK: one instance per process, since breaker and bulkhead belong to the process. */
export function stripeProvider(options: StripeOptions): PaymentProvider {
  const stripe = stripeClient(options)
  const guarded = guard(options.patience ?? { attempts: 4, firstDelayMs: 250, atOnce: 20 })
  return {
    name: 'stripe',
    charge: (request) => chargeThroughStripe(stripe, guarded, request),
    findCharge: (query) => findThroughStripe(stripe, guarded, query),
    cancelCharge: async ({ idempotencyKey, providerRef }) => {
      try {
        return outcomeNow(
          await guarded('repeatable', () =>
            stripe.paymentIntents.cancel(providerRef, {}, { idempotencyKey }),
          ),
        )
      } catch (error) {
        // Too late to cancel: it is over already.
        if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error
        return outcomeNow(
          await guarded('repeatable', () => stripe.paymentIntents.retrieve(providerRef)),
        )
      }
    },
    refund: (request) => refundThroughStripe(stripe, guarded, request),
    findRefund: async ({ providerRef, refundId }) => {
      const listed = await guarded('repeatable', () =>
        stripe.refunds.list({ payment_intent: providerRef, limit: 100 }),
      )
      return findOurRefund(listed.data, refundId)
    },
    createCustomer: async ({ idempotencyKey, name, email, metadata }) => {
      const customer = await guarded('repeatable', () =>
        stripe.customers.create(
          { name, ...(email === null ? {} : { email }), metadata: { ...metadata } },
          { idempotencyKey },
        ),
      )
      return { id: customer.id }
    },
    attachCard: (request) => attachCard(stripe, guarded, request),
    readObject: (kind, id) => readObject(stripe, guarded, kind, id),
    verifyWebhook: webhookVerifier({
      name: 'stripe',
      secret: options.webhookSecret,
      clock: options.clock,
    }).verifyWebhook,
    updateCardLink: async (providerCustomerId) => {
      const session = await guarded('repeatable', () =>
        stripe.billingPortal.sessions.create({
          customer: providerCustomerId,
          return_url: options.publicUrl,
          flow_data: { type: 'payment_method_update' },
        }),
      )
      return session.url
    },
  }
}
