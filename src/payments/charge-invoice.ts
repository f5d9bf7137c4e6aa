import type { Scope } from '#db/context.ts'
import type {
  ChargeOutcome,
  PaymentProvider,
  ProviderFor,
} from '#src/gateways/payments/provider.ts'
import type { PaymentRow } from './payment-rows.ts'
import { prepareCharge, type PreparedCharge } from './prepare-charge.ts'
import type { ChargeRefusal, PaymentStatus } from './rules.ts'
import { sendCharge } from './send-charge.ts'
import { settlePayment } from './settle-payment.ts'

export type ChargeResult =
  | { readonly kind: 'charged'; readonly paymentId: string; readonly status: PaymentStatus }
  | { readonly kind: 'refused'; readonly reason: ChargeRefusal; readonly detail?: string }

/**
 * Charges what is due on a finalized invoice to the customer's card, once per cause.
 * Written down first, then sent, then settled: killed in between, the next run continues the same payment with the
 * same key, so that the provider has at most one charge per (invoice, attempt).
 * @throws conflict when the charge is not the one `expectedHash` previewed; unavailable when the provider was not asked (breaker open); the payment stays `created` for the next run.
 */
export async function chargeInvoice(
  scope: Scope,
  deps: { providerFor: ProviderFor },
  input: { invoiceId: string; cause: string; expectedHash?: string },
): Promise<ChargeResult> {
  const provider = deps.providerFor(scope)
  const prepare = () =>
    scope.transact((ctx) => prepareCharge(ctx, { ...input, providerName: provider.name }))
  let prepared = await prepare()
  if (prepared.kind === 'cancel_first') {
    await giveUpConfirmation(scope, provider, prepared.payment)
    prepared = await prepare()
  }
  switch (prepared.kind) {
    case 'refused':
      return prepared
    case 'cancel_first':
      return { kind: 'refused', reason: 'payment_open' }
    case 'look_up':
      return settle(scope, prepared.payment, {
        kind: 'unknown',
        reason: 'begun by a run that ended, and not due any more',
      })
    case 'send':
      return settle(scope, prepared.charge.payment, await send(provider, prepared))
  }
}

async function settle(
  scope: Scope,
  payment: PaymentRow,
  outcome: ChargeOutcome,
): Promise<ChargeResult> {
  const { status } = await scope.transact((ctx) =>
    settlePayment(ctx, { paymentId: payment.id, outcome }),
  )
  return { kind: 'charged', paymentId: payment.id, status }
}

/** The one request for a payment; a payment begun by an earlier run is looked up before it is sent again. */
async function send(
  provider: PaymentProvider,
  plan: Extract<PreparedCharge, { kind: 'send' }>,
): Promise<ChargeOutcome> {
  const { payment, providerCustomerId } = plan.charge
  const known = plan.begun
    ? await provider.findCharge({
        paymentId: payment.id,
        providerRef: payment.providerRef,
        providerCustomerId,
      })
    : null
  return known ?? sendCharge(provider, plan.charge)
}

/** A new card replaces one whose holder never confirmed: the waiting charge must not succeed beside the new one. */
async function giveUpConfirmation(
  scope: Scope,
  provider: PaymentProvider,
  payment: PaymentRow,
): Promise<void> {
  if (payment.providerRef === null) return
  const outcome = await provider.cancelCharge({
    idempotencyKey: `${payment.idempotencyKey}:cancel`,
    providerRef: payment.providerRef,
  })
  await scope.transact((ctx) => settlePayment(ctx, { paymentId: payment.id, outcome }))
}
