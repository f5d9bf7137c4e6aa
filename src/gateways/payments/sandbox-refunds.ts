import type { Ctx, Scope } from '#db/context.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { Money } from '#src/kernel/money.ts'
import type { ProviderRefundAnswer } from './provider.ts'
import { findOurRefund } from './refund-answer.ts'
import { emitEvent, findRecord, oncePerKey, putRecord, type StripeObject } from './sandbox-books.ts'

/** The charge that collected an intent. @throws not_found when nothing was collected. */
export async function chargeOfIntent(ctx: Ctx, intentId: string): Promise<StripeObject> {
  const intent = await findRecord(ctx, intentId)
  const chargeId = intent?.object['latest_charge']
  const charge = typeof chargeId === 'string' ? await findRecord(ctx, chargeId) : null
  if (charge?.object['paid'] !== true)
    throw new AppError('not_found', `nothing was collected with ${intentId}`)
  return charge.object
}

function refundsOf(charge: StripeObject): unknown[] {
  const list = charge['refunds']
  return typeof list === 'object' && list !== null && 'data' in list && Array.isArray(list.data)
    ? list.data
    : []
}

/**
 * Gives money back as Stripe does: a refund object, the charge's sum, `charge.refunded`.
 * @throws refused when more is asked back than was collected.
 */
export async function refundCharge(
  scope: Scope,
  request: {
    idempotencyKey: string
    providerRef: string
    amount: Money
    reason: string
    refundId: string
  },
): Promise<ProviderRefundAnswer> {
  const { idempotencyKey, ...params } = request
  const { answer } = await oncePerKey(scope, { key: idempotencyKey, params }, async (ctx) => {
    const charge = await chargeOfIntent(ctx, request.providerRef)
    const amount = Number(request.amount.amountMinor)
    const refunded = Number(charge['amount_refunded']) + amount
    if (amount <= 0 || refunded > Number(charge['amount']))
      throw new AppError('refused', 'Refund amount is greater than unrefunded amount on charge.')
    const refund: StripeObject = {
      id: ctx.newId('re'),
      object: 'refund',
      amount,
      charge: charge.id,
      created: Math.floor(ctx.now.epochMilliseconds / 1000),
      currency: charge['currency'],
      metadata: { refund_id: request.refundId, reason: request.reason },
      payment_intent: request.providerRef,
      reason: null,
      status: 'succeeded',
    }
    const updated = {
      ...charge,
      amount_refunded: refunded,
      refunded: refunded === Number(charge['amount']),
      refunds: { object: 'list', data: [refund, ...refundsOf(charge)], has_more: false },
    }
    await putRecord(ctx, { object: refund })
    await putRecord(ctx, { object: updated })
    await emitEvent(ctx, 'charge.refunded', updated)
    const done: ProviderRefundAnswer = { providerRef: refund.id, status: 'succeeded' }
    return done
  })
  return answer
}

/** The refund of a charge that carries our id. */
export async function findSandboxRefund(
  scope: Scope,
  query: { providerRef: string; refundId: string },
): Promise<ProviderRefundAnswer | null> {
  return scope.transact(async (ctx) =>
    findOurRefund(refundsOf(await chargeOfIntent(ctx, query.providerRef)), query.refundId),
  )
}

/** The bank sends a refund back: the money is ours again, `refund.failed`. @throws not_found */
export async function failSandboxRefund(
  scope: Scope,
  request: { refundId: string },
): Promise<void> {
  await scope.transact(async (ctx) => {
    const refund = await findRecord(ctx, request.refundId)
    const charge = refund && (await findRecord(ctx, String(refund.object['charge'])))
    if (!refund || !charge) throw new AppError('not_found', `no such refund: ${request.refundId}`)
    const failed = { ...refund.object, status: 'failed', failure_reason: 'lost_or_stolen_card' }
    await putRecord(ctx, { object: failed })
    await putRecord(ctx, {
      object: {
        ...charge.object,
        amount_refunded: Number(charge.object['amount_refunded']) - Number(refund.object['amount']),
        refunded: false,
        refunds: {
          object: 'list',
          data: refundsOf(charge.object).map((entry) =>
            typeof entry === 'object' && entry !== null && 'id' in entry && entry.id === failed.id
              ? failed
              : entry,
          ),
          has_more: false,
        },
      },
    })
    await emitEvent(ctx, 'refund.failed', failed)
  })
}
