import { z } from 'zod'
import type { ChargeOutcome } from './provider.ts'

const CardError = z.looseObject({
  code: z.string().nullish(),
  decline_code: z.string().nullish(),
  network_advice_code: z.string().nullish(),
  network_decline_code: z.string().nullish(),
  message: z.string().nullish(),
})

const Intent = z.looseObject({
  id: z.string(),
  status: z.string(),
  last_payment_error: CardError.nullish().catch(null),
  next_action: z
    .looseObject({ redirect_to_url: z.looseObject({ url: z.string().nullish() }).nullish() })
    .nullish()
    .catch(null),
})

type CardError = z.infer<typeof CardError>

/**
 * A refusal as Stripe words it. The network's advice code goes before its decline code (DUNNING_POLICY §1).
 * A card that must be confirmed by its holder is not a failure: off-session, Stripe answers so with an error.
 */
export function outcomeOfCardError(error: CardError, providerRef: string | null): ChargeOutcome {
  const code = error.code ?? 'card_declined'
  const declineCode = error.decline_code || null
  const mustConfirm =
    code === 'authentication_required' || declineCode === 'authentication_required'
  if (mustConfirm && providerRef !== null)
    return { kind: 'requires_action', providerRef, actionUrl: null }
  return {
    kind: 'failed',
    providerRef,
    code,
    declineCode,
    networkCode: error.network_advice_code ?? error.network_decline_code ?? null,
    message: error.message ?? 'The card was declined.',
  }
}

/**
 * How a payment intent stands, from Stripe's JSON of old (`requires_source`) and new shape.
 * Null when the object is not a payment intent.
 */
export function outcomeOfIntent(object: Readonly<Record<string, unknown>>): ChargeOutcome | null {
  const parsed = Intent.safeParse(object)
  if (!parsed.success) return null
  const { id, status, last_payment_error: error, next_action: action } = parsed.data
  switch (status) {
    case 'succeeded':
      return { kind: 'succeeded', providerRef: id }
    case 'canceled':
      return { kind: 'canceled', providerRef: id }
    case 'requires_action':
    case 'requires_source_action':
      return {
        kind: 'requires_action',
        providerRef: id,
        actionUrl: action?.redirect_to_url?.url ?? null,
      }
    case 'requires_payment_method':
    case 'requires_source':
      return error ? outcomeOfCardError(error, id) : { kind: 'processing', providerRef: id }
    default:
      // processing, requires_confirmation, requires_capture: nothing is decided yet.
      return { kind: 'processing', providerRef: id }
  }
}
