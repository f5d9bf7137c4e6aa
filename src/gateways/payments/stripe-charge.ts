import { Stripe } from 'stripe'
import { AppError } from '#src/kernel/errors.ts'
import { outcomeOfCardError, outcomeOfIntent } from './intent-outcome.ts'
import type { ChargeOutcome, ChargeRequest } from './provider.ts'
import { isLost, type Guarded } from './stripe-resilience.ts'

function providerAmount(amountMinor: bigint): number {
  if (amountMinor <= 0n || amountMinor > 99_999_999_999n)
    throw new AppError('internal', `an amount of ${amountMinor} cannot be charged`)
  return Number(amountMinor)
}

/** The outcome an intent stands for; `unknown` for an answer that is no intent. */
export function outcomeNow(intent: object): ChargeOutcome {
  return (
    outcomeOfIntent({ ...intent }) ?? {
      kind: 'unknown',
      reason: 'Stripe answered no payment intent',
    }
  )
}

function outcomeOfError(error: unknown): ChargeOutcome {
  if (error instanceof Stripe.errors.StripeCardError)
    return outcomeOfCardError(
      {
        code: error.code,
        decline_code: error.decline_code,
        network_advice_code: error.network_advice_code,
        network_decline_code: error.network_decline_code,
        message: error.message,
      },
      error.payment_intent?.id ?? null,
    )
  // The request cannot be carried out as it stands (the card is gone, the customer deleted): nothing was charged.
  if (error instanceof Stripe.errors.StripeInvalidRequestError)
    return outcomeOfCardError(
      { code: error.code ?? 'invalid_request', message: error.message },
      error.payment_intent?.id ?? null,
    )
  if (isLost(error))
    return { kind: 'unknown', reason: error instanceof Error ? error.message : 'answer lost' }
  if (error instanceof Stripe.errors.StripeError)
    throw new AppError('unavailable', `Stripe refuses our key: ${error.message}`, { cause: error })
  throw error
}

/**
 * One off-session, confirmed payment intent. The key makes a repeat the same charge for 24 hours.
 * @throws unavailable when nothing was attempted or our key is refused.
 */
export async function chargeThroughStripe(
  stripe: Stripe,
  guarded: Guarded,
  request: ChargeRequest,
): Promise<ChargeOutcome> {
  try {
    const intent = await guarded('once', () =>
      stripe.paymentIntents.create(
        {
          amount: providerAmount(request.amount.amountMinor),
          currency: request.amount.currency.toLowerCase(),
          customer: request.providerCustomerId,
          payment_method: request.paymentMethodId,
          allowed_payment_method_types: ['card'],
          description: request.description,
          metadata: { ...request.metadata },
          confirm: true,
          off_session: true,
        },
        { idempotencyKey: request.idempotencyKey },
      ),
    )
    return outcomeNow(intent)
  } catch (error) {
    return outcomeOfError(error)
  }
}

/**
 * Looks a charge up: by its id, else among the customer's newest intents (a list is consistent at once),
 * else by search (up to a minute behind). Null when Stripe never saw it.
 */
export async function findThroughStripe(
  stripe: Stripe,
  guarded: Guarded,
  query: { paymentId: string; providerRef: string | null; providerCustomerId: string | null },
): Promise<ChargeOutcome | null> {
  const { paymentId, providerRef, providerCustomerId } = query
  if (providerRef !== null)
    return outcomeNow(
      await guarded('repeatable', () => stripe.paymentIntents.retrieve(providerRef)),
    )
  const intents =
    providerCustomerId === null
      ? await guarded('repeatable', () =>
          stripe.paymentIntents.search({ query: `metadata['payment_id']:'${paymentId}'` }),
        )
      : await guarded('repeatable', () =>
          stripe.paymentIntents.list({ customer: providerCustomerId, limit: 100 }),
        )
  const found = intents.data.find((intent) => intent.metadata['payment_id'] === paymentId)
  return found ? outcomeNow(found) : null
}
