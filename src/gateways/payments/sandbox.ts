import type { Scope } from '#db/context.ts'
import type { Clock } from '#src/kernel/ids.ts'
import { AppError } from '#src/kernel/errors.ts'
import { outcomeOfIntent } from './intent-outcome.ts'
import type { ChargeOutcome, ChargeRequest, PaymentProvider } from './provider.ts'
import { findRecord, intentsByMetadata, oncePerKey, putRecord } from './sandbox-books.ts'
import { emitEvent, type StripeObject } from './sandbox-books.ts'
import { attachTestCard } from './sandbox-cards.ts'
import { cancelIntent } from './sandbox-controls.ts'
import { findSandboxRefund, refundCharge } from './sandbox-refunds.ts'
import { customerObject, firstStatus, intentObjects } from './sandbox-shapes.ts'
import { webhookVerifier } from './webhook-signature.ts'

/** `publicUrl` is where this program answers: the simulated bank's pages are under it. */
export interface SandboxOptions {
  readonly webhookSecret: string
  readonly clock: Clock
  readonly publicUrl: string
}

function outcomeNow(intent: StripeObject): ChargeOutcome {
  return outcomeOfIntent(intent) ?? { kind: 'unknown', reason: 'not a payment intent' }
}

async function charge(
  scope: Scope,
  options: SandboxOptions,
  request: ChargeRequest,
): Promise<ChargeOutcome> {
  const { idempotencyKey, ...params } = request
  const { answer, first } = await oncePerKey(
    scope,
    { key: idempotencyKey, params },
    async (ctx) => {
      const card = await findRecord(ctx, request.paymentMethodId)
      if (!card || card.object['customer'] !== request.providerCustomerId) {
        const message = 'The customer does not have a payment method with this ID.'
        const refusal: ChargeOutcome = {
          kind: 'failed',
          providerRef: null,
          code: 'resource_missing',
          declineCode: null,
          networkCode: null,
          message,
        }
        return { outcome: refusal, lost: false }
      }
      const behaviour = card.behaviour ?? 'succeeds'
      const { intent, charge: made } = intentObjects(ctx, request, behaviour, (id) =>
        new URL(`/sandbox/authenticate/${ctx.orgId}/${id}`, options.publicUrl).toString(),
      )
      await putRecord(ctx, { object: intent })
      if (made) await putRecord(ctx, { object: made })
      await emitEvent(ctx, firstStatus(behaviour).event, intent)
      return { outcome: outcomeNow(intent), lost: behaviour === 'answer_lost' }
    },
  )
  return first && answer.lost
    ? { kind: 'unknown', reason: 'the answer was lost on its way back' }
    : answer.outcome
}

/**
 * The simulated provider: Stripe's test cards, objects and events, its books in `sandbox_objects`.
 * It never moves money and says so in its name. One difference from Stripe is meant: a card that will be declined
 * can be attached, since real cards go bad after they were attached.
 */
export function sandboxProvider(scope: Scope, options: SandboxOptions): PaymentProvider {
  return {
    name: 'sandbox',
    charge: (request) => charge(scope, options, request),
    findCharge: ({ paymentId, providerRef }) =>
      scope.transact(async (ctx) => {
        const byRef = providerRef === null ? null : await findRecord(ctx, providerRef)
        const intent =
          byRef?.object ?? (await intentsByMetadata(ctx, 'payment_id', paymentId)).at(-1)
        return intent ? outcomeNow(intent) : null
      }),
    cancelCharge: ({ providerRef }) =>
      scope.transact(async (ctx) => outcomeNow(await cancelIntent(ctx, providerRef))),
    refund: (request) => refundCharge(scope, request),
    findRefund: (query) => findSandboxRefund(scope, query),
    createCustomer: async ({ idempotencyKey, ...params }) => {
      const { answer } = await oncePerKey(scope, { key: idempotencyKey, params }, async (ctx) => {
        const customer = customerObject(ctx, params)
        await putRecord(ctx, { object: customer })
        return { id: customer.id }
      })
      return answer
    },
    attachCard: (request) => attachTestCard(scope, request),
    readObject: (_kind, id) =>
      scope.transact(async (ctx) => (await findRecord(ctx, id))?.object ?? null),
    verifyWebhook: sandboxWebhooks(options).verifyWebhook,
    updateCardLink: async (providerCustomerId) => {
      const known = await scope.transact((ctx) => findRecord(ctx, providerCustomerId))
      if (!known) throw new AppError('not_found', `no such customer: ${providerCustomerId}`)
      const path = `/sandbox/cards/${scope.orgId}/${providerCustomerId}`
      return new URL(path, options.publicUrl).toString()
    },
  }
}

/** For receiving: checks the sandbox's signatures before any organisation is known. */
export function sandboxWebhooks(options: Pick<SandboxOptions, 'webhookSecret' | 'clock'>) {
  return webhookVerifier({ name: 'sandbox', secret: options.webhookSecret, clock: options.clock })
}
