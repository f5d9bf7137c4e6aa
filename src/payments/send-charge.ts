import type { ChargeOutcome, PaymentProvider } from '#src/gateways/payments/provider.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { money } from '#src/kernel/money.ts'
import type { PaymentRow } from './payment-rows.ts'

/** A payment that is written down, and what the provider must know besides. */
export interface ChargeToSend {
  readonly payment: PaymentRow
  readonly providerCustomerId: string
  readonly invoiceNumber: string
}

/** Sends a payment under its own key: built from the row alone, it is the same request whenever it is sent. */
export function sendCharge(
  provider: PaymentProvider,
  charge: ChargeToSend,
): Promise<ChargeOutcome> {
  const { payment } = charge
  return provider.charge({
    idempotencyKey: payment.idempotencyKey,
    amount: money(payment.amountMinor, parseCurrency(payment.currency)),
    providerCustomerId: charge.providerCustomerId,
    paymentMethodId: payment.paymentMethodId ?? '',
    description: `Invoice ${charge.invoiceNumber}`,
    metadata: {
      org_id: payment.orgId,
      customer_id: payment.customerId,
      invoice_id: payment.invoiceId,
      payment_id: payment.id,
      attempt: String(payment.attempt),
    },
  })
}
