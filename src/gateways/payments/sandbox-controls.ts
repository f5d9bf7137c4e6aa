import type { Ctx, Scope } from '#db/context.ts'
import { AppError } from '#src/kernel/errors.ts'
import { emitEvent, findRecord, putRecord, type StripeObject } from './sandbox-books.ts'
import { chargeOfIntent } from './sandbox-refunds.ts'
import { chargeObject } from './sandbox-shapes.ts'
import type { CardBehaviour } from './test-cards.ts'

/**
 * The cardholder's side: from now on the card's bank behaves so (money arrived on the account, the card expired).
 * @throws not_found for an unknown card.
 */
export async function setSandboxCardBehaviour(
  scope: Scope,
  request: { paymentMethodId: string; behaviour: CardBehaviour },
): Promise<void> {
  await scope.transact(async (ctx) => {
    const card = await findRecord(ctx, request.paymentMethodId)
    if (card?.object.object !== 'payment_method')
      throw new AppError('not_found', `no such card: ${request.paymentMethodId}`)
    await putRecord(ctx, { object: card.object, behaviour: request.behaviour })
  })
}

async function intentToMove(ctx: Ctx, id: string): Promise<StripeObject> {
  const record = await findRecord(ctx, id)
  if (record?.object.object !== 'payment_intent')
    throw new AppError('not_found', `no such payment intent: ${id}`)
  return record.object
}

/** Ends an intent that waits; one that is over stays as it is. @throws not_found */
export async function cancelIntent(ctx: Ctx, id: string): Promise<StripeObject> {
  const intent = await intentToMove(ctx, id)
  if (intent['status'] === 'succeeded' || intent['status'] === 'canceled') return intent
  const canceled = {
    ...intent,
    status: 'canceled',
    canceled_at: Math.floor(ctx.now.epochMilliseconds / 1000),
    next_action: null,
  }
  await putRecord(ctx, { object: canceled })
  await emitEvent(ctx, 'payment_intent.canceled', canceled)
  return canceled
}

/**
 * What an intent was waiting for happens: the cardholder confirms (or refuses), or the bank's slow answer arrives.
 * An intent that waits for nothing is left alone.
 */
export async function completeSandboxIntent(
  scope: Scope,
  request: { paymentIntentId: string; result: 'succeeded' | 'failed' },
): Promise<void> {
  await scope.transact(async (ctx) => {
    const intent = await intentToMove(ctx, request.paymentIntentId)
    if (intent['status'] !== 'requires_action' && intent['status'] !== 'processing') return
    if (request.result === 'failed') {
      const failed = {
        ...intent,
        status: 'requires_payment_method',
        next_action: null,
        last_payment_error: {
          type: 'card_error',
          code: 'payment_intent_authentication_failure',
          message: 'The provided PaymentMethod has failed authentication.',
        },
      }
      await putRecord(ctx, { object: failed })
      await emitEvent(ctx, 'payment_intent.payment_failed', failed)
      return
    }
    const chargeId = ctx.newId('ch')
    const paid = {
      ...intent,
      status: 'succeeded',
      amount_received: intent['amount'],
      next_action: null,
      latest_charge: chargeId,
    }
    await putRecord(ctx, { object: paid })
    await putRecord(ctx, { object: chargeObject(ctx, paid, chargeId) })
    await emitEvent(ctx, 'payment_intent.succeeded', paid)
  })
}

/** The cardholder disputes a payment at the bank: `charge.dispute.created`. Returns the dispute's id. */
export async function openSandboxDispute(
  scope: Scope,
  request: { paymentIntentId: string; reason: string },
): Promise<string> {
  return scope.transact(async (ctx) => {
    const charge = await chargeOfIntent(ctx, request.paymentIntentId)
    const dispute: StripeObject = {
      id: ctx.newId('dp'),
      object: 'dispute',
      amount: charge['amount'],
      charge: charge.id,
      created: Math.floor(ctx.now.epochMilliseconds / 1000),
      currency: charge['currency'],
      is_charge_refundable: false,
      livemode: false,
      metadata: {},
      payment_intent: request.paymentIntentId,
      reason: request.reason,
      status: 'needs_response',
    }
    await putRecord(ctx, { object: { ...charge, disputed: true } })
    await putRecord(ctx, { object: dispute })
    await emitEvent(ctx, 'charge.dispute.created', dispute)
    return dispute.id
  })
}

/** The bank decides a dispute: `charge.dispute.closed`. @throws not_found */
export async function closeSandboxDispute(
  scope: Scope,
  request: { disputeId: string; status: 'won' | 'lost' },
): Promise<void> {
  await scope.transact(async (ctx) => {
    const dispute = await findRecord(ctx, request.disputeId)
    if (!dispute) throw new AppError('not_found', `no such dispute: ${request.disputeId}`)
    const closed = { ...dispute.object, status: request.status }
    await putRecord(ctx, { object: closed })
    await emitEvent(ctx, 'charge.dispute.closed', closed)
  })
}
