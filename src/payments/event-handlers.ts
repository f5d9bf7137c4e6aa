import type { Ctx } from '#db/context.ts'
import { wasCalledOff } from '#src/credits/fail-purchase.ts'
import { outcomeOfIntent } from '#src/gateways/payments/intent-outcome.ts'
import { readCard } from '#src/gateways/payments/provider-card.ts'
import { Temporal } from '#src/kernel/time.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { mirrorDispute } from './apply-dispute.ts'
import { mirrorChargeRefunds, mirrorRefundObject } from './apply-refund.ts'
import {
  defaultCardOf,
  intentOf,
  metadataOf,
  providerCustomerOf,
  secondsOf,
  type EventObject,
} from './event-object.ts'
import { chargeOpenCases, mirrorCard, mirrorDefaultCard } from './mirror-card.ts'
import { customerByProviderId, lockPayment, paymentByRef, type PaymentRow } from './payment-rows.ts'
import { settlePayment } from './settle-payment.ts'

/** What a handler gets: the event's object as the provider has it now, and objects read beside it. */
export interface EventFacts {
  readonly type: string
  readonly provider: string
  readonly object: EventObject
  /** The payment intent an object names, and the customer of a card: read again before the transaction. */
  readonly intent: EventObject | null
  readonly customer: EventObject | null
}

/** What became of an event. `supervise`: the supervisor is told. */
export interface Applied {
  readonly outcome: 'applied' | 'not_ours' | 'noted'
  readonly customerId: string | null
  readonly supervise: boolean
}

type Handler = (ctx: Ctx, facts: EventFacts) => Promise<Applied>

const NOT_OURS: Applied = { outcome: 'not_ours', customerId: null, supervise: false }

async function customerIdOf(ctx: Ctx, object: EventObject): Promise<string | null> {
  const providerCustomer = providerCustomerOf(object)
  const customer = providerCustomer && (await customerByProviderId(ctx, providerCustomer))
  return customer ? customer.id : null
}

async function paymentOf(ctx: Ctx, facts: EventFacts): Promise<PaymentRow | null> {
  const { object, intent } = facts
  const named = metadataOf(object, 'payment_id') ?? (intent && metadataOf(intent, 'payment_id'))
  const byName = named === null ? null : await lockPayment(ctx, named)
  if (byName) return byName
  const intentId = intentOf(object)
  return intentId === null ? null : paymentByRef(ctx, intentId)
}

/** payment_intent.*, checkout.session.completed: the payment stands as its intent does now. */
const settleByIntent: Handler = async (ctx, facts) => {
  const { object, intent } = facts
  const current = object.kind === 'payment_intent' ? object : intent
  const outcome = current && outcomeOfIntent(current.json)
  const payment = await paymentOf(ctx, facts)
  if (!payment || !outcome)
    return {
      ...NOT_OURS,
      customerId: await customerIdOf(ctx, object),
      supervise: asksForHelp(facts),
    }
  const { status } = await settlePayment(ctx, { paymentId: payment.id, outcome })
  const open = status === 'failed' || status === 'requires_action'
  return {
    outcome: 'applied',
    customerId: payment.customerId,
    // Bad news that good news has overtaken is no news.
    supervise: open && asksForHelp(facts) && !(await wasCalledOff(ctx, payment.invoiceId)),
  }
}

const SUPERVISED = new Set([
  'payment_intent.payment_failed',
  'payment_intent.requires_action',
  'invoice.payment_failed',
  'invoice.payment_action_required',
  'charge.dispute.created',
])

function asksForHelp(facts: EventFacts): boolean {
  return SUPERVISED.has(facts.type)
}

/** News about collected money may overtake the news that it was collected: that comes first. */
async function collectedPaymentOf(ctx: Ctx, facts: EventFacts): Promise<PaymentRow | null> {
  const payment = await paymentOf(ctx, facts)
  const outcome = facts.intent && outcomeOfIntent(facts.intent.json)
  if (payment && outcome) await settlePayment(ctx, { paymentId: payment.id, outcome })
  return payment && lockPayment(ctx, payment.id)
}

const refunded: Handler = async (ctx, facts) => {
  const payment = await collectedPaymentOf(ctx, facts)
  if (!payment) return { ...NOT_OURS, customerId: await customerIdOf(ctx, facts.object) }
  if (facts.object.kind === 'refund')
    await mirrorRefundObject(ctx, { object: facts.object, payment })
  else await mirrorChargeRefunds(ctx, { charge: facts.object, payment })
  return { outcome: 'applied', customerId: payment.customerId, supervise: false }
}

const disputed: Handler = async (ctx, facts) => {
  const payment = await collectedPaymentOf(ctx, facts)
  const customerId = payment?.customerId ?? (await customerIdOf(ctx, facts.intent ?? facts.object))
  if (customerId === null) return { ...NOT_OURS, supervise: asksForHelp(facts) }
  await mirrorDispute(ctx, { object: facts.object, payment, customerId })
  return { outcome: 'applied', customerId, supervise: asksForHelp(facts) }
}

const cardChanged: Handler = async (ctx, facts) => {
  const { object, customer } = facts
  const card = readCard(object.json)
  if (!card) return { ...NOT_OURS, customerId: await customerIdOf(ctx, object) }
  const created = secondsOf(object.json['created'])
  const createdAt =
    created === null ? ctx.now : Temporal.Instant.fromEpochMilliseconds(created * 1000)
  const { customerId } = await mirrorCard(ctx, { card, provider: facts.provider, createdAt })
  if (customer)
    await mirrorDefaultCard(ctx, {
      providerCustomerId: customer.id,
      cardId: defaultCardOf(customer.json),
    })
  if (customerId === null) return NOT_OURS
  if (card.providerCustomerId !== null)
    await chargeOpenCases(ctx, {
      customerId,
      cardId: card.id,
      renewed: facts.type === 'payment_method.automatically_updated',
    })
  return { outcome: 'applied', customerId, supervise: false }
}

const customerChanged: Handler = async (ctx, { object }) => {
  const cardId = defaultCardOf(object.json)
  const { customerId } = await mirrorDefaultCard(ctx, { providerCustomerId: object.id, cardId })
  if (customerId === null) return NOT_OURS
  if (cardId !== null) await chargeOpenCases(ctx, { customerId, cardId, renewed: false })
  return { outcome: 'applied', customerId, supervise: false }
}

/** Things of Stripe Billing and warnings: kept with the customer they concern, for the timeline and the supervisor. */
const note: Handler = async (ctx, facts) => {
  const payment = await paymentOf(ctx, facts)
  const customerId = payment?.customerId ?? (await customerIdOf(ctx, facts.object))
  if (customerId !== null)
    await recordAudit(ctx, {
      action: `provider.${facts.type}`,
      subject: { type: 'customer', id: customerId },
      reason: `${facts.provider} says so`,
      data: { object: facts.object.id, status: facts.object.json['status'] ?? null },
    })
  return { outcome: 'noted', customerId, supervise: asksForHelp(facts) }
}

/** The event types of REQUIREMENTS Y3; anything else is stored and ignored. */
export const EVENT_HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['payment_intent.succeeded', settleByIntent],
  ['payment_intent.payment_failed', settleByIntent],
  ['payment_intent.requires_action', settleByIntent],
  ['payment_intent.processing', settleByIntent],
  ['payment_intent.canceled', settleByIntent],
  ['checkout.session.completed', settleByIntent],
  ['charge.refunded', refunded],
  ['refund.failed', refunded],
  ['charge.dispute.created', disputed],
  ['charge.dispute.closed', disputed],
  ['payment_method.attached', cardChanged],
  ['payment_method.detached', cardChanged],
  ['payment_method.automatically_updated', cardChanged],
  ['customer.updated', customerChanged],
  ['customer.subscription.updated', note],
  ['customer.subscription.deleted', note],
  ['invoice.paid', note],
  ['invoice.payment_failed', note],
  ['invoice.payment_action_required', note],
  ['invoice.finalized', note],
  ['invoice.voided', note],
  ['radar.early_fraud_warning.created', note],
])
