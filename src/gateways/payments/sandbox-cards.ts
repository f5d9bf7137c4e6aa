import type { Ctx, Scope } from '#db/context.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { ProviderCard } from './provider.ts'
import { cardOf } from './provider-card.ts'
import { emitEvent, findRecord, oncePerKey, putRecord } from './sandbox-books.ts'
import { cardObject } from './sandbox-shapes.ts'
import { testCard } from './test-cards.ts'

async function attach(
  ctx: Ctx,
  request: { providerCustomerId: string; token: string },
): Promise<ProviderCard> {
  const test = testCard(request.token)
  if (test.behaviour === 'incorrect_number')
    throw new AppError('invalid_input', 'Your card number is incorrect.')
  const customer = await findRecord(ctx, request.providerCustomerId)
  if (!customer) throw new AppError('not_found', `no such customer: ${request.providerCustomerId}`)
  const object = cardObject(ctx, test, request.providerCustomerId)
  const updated = { ...customer.object, invoice_settings: { default_payment_method: object.id } }
  await putRecord(ctx, { object, behaviour: test.behaviour })
  await putRecord(ctx, { object: updated })
  await emitEvent(ctx, 'payment_method.attached', object)
  await emitEvent(ctx, 'customer.updated', updated)
  return cardOf(object)
}

/**
 * A new card from a test token or test number, attached and made the default.
 * @throws invalid_input for anything that is not a test card, not_found for an unknown customer.
 */
export async function attachTestCard(
  scope: Scope,
  request: { idempotencyKey: string; providerCustomerId: string; token: string },
): Promise<ProviderCard> {
  const { idempotencyKey, ...params } = request
  const { answer } = await oncePerKey(scope, { key: idempotencyKey, params }, (ctx) =>
    attach(ctx, params),
  )
  return answer
}

/** Takes a card off its customer, as the customer would on the provider's page. @throws not_found */
export async function detachSandboxCard(
  scope: Scope,
  request: { paymentMethodId: string },
): Promise<void> {
  await scope.transact(async (ctx) => {
    const card = await findRecord(ctx, request.paymentMethodId)
    if (!card) throw new AppError('not_found', `no such card: ${request.paymentMethodId}`)
    const object = { ...card.object, customer: null }
    await putRecord(ctx, { ...card, object })
    await emitEvent(ctx, 'payment_method.detached', object)
    const customer = await findRecord(ctx, String(card.object['customer']))
    const settings = customer?.object['invoice_settings']
    if (!customer || !isDefault(settings, object.id)) return
    const updated = { ...customer.object, invoice_settings: { default_payment_method: null } }
    await putRecord(ctx, { object: updated })
    await emitEvent(ctx, 'customer.updated', updated)
  })
}

function isDefault(settings: unknown, cardId: string): boolean {
  return (
    typeof settings === 'object' &&
    settings !== null &&
    'default_payment_method' in settings &&
    settings.default_payment_method === cardId
  )
}
