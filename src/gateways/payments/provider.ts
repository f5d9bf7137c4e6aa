import type { Scope } from '#db/context.ts'
import type { Money } from '#src/kernel/money.ts'

/** A card on file at the provider. */
export interface ProviderCard {
  readonly id: string
  readonly providerCustomerId: string | null
  readonly brand: string
  readonly last4: string
  readonly expMonth: number
  readonly expYear: number
  readonly fingerprint: string
}

/** What one charge is for; `idempotencyKey` is derived from (invoice, attempt), so a repeat is the same charge. */
export interface ChargeRequest {
  readonly idempotencyKey: string
  readonly amount: Money
  readonly providerCustomerId: string
  readonly paymentMethodId: string
  readonly description: string
  /** Found again by look-up when the answer is lost: org_id, invoice_id, payment_id, attempt. */
  readonly metadata: Readonly<Record<string, string>>
}

/** How a charge stands. `unknown` means the answer was lost: look it up, never repeat under another key. */
export type ChargeOutcome =
  | { readonly kind: 'succeeded'; readonly providerRef: string }
  | {
      readonly kind: 'failed'
      readonly providerRef: string | null
      readonly code: string
      readonly declineCode: string | null
      readonly networkCode: string | null
      readonly message: string
    }
  | {
      readonly kind: 'requires_action'
      readonly providerRef: string
      readonly actionUrl: string | null
    }
  | { readonly kind: 'processing'; readonly providerRef: string }
  | { readonly kind: 'canceled'; readonly providerRef: string | null }
  | { readonly kind: 'unknown'; readonly reason: string }

/** A provider's webhook after its signature was checked. */
export interface ProviderEvent {
  readonly id: string
  readonly type: string
  readonly createdAtSeconds: number
  /** Stripe's event as JSON. */
  readonly payload: Readonly<Record<string, unknown>>
}

/** A refund as the provider has it. `pending` money is gone already. */
export interface ProviderRefundAnswer {
  readonly providerRef: string
  readonly status: 'pending' | 'succeeded' | 'failed' | 'canceled'
}

/** The one interface to a payment provider. `name` goes into payments and cash accounts ("stripe", "sandbox"). */
export interface PaymentProvider {
  readonly name: string
  /** A declined card is an outcome, not an error. @throws unavailable when nothing was attempted (breaker open). */
  charge(request: ChargeRequest): Promise<ChargeOutcome>
  /** Finds a charge by its metadata payment_id or provider reference; null when the provider never saw it. */
  findCharge(query: {
    paymentId: string
    providerRef: string | null
    providerCustomerId: string | null
  }): Promise<ChargeOutcome | null>
  /** Gives up a charge that waits for its customer; the answer is how it stands now (it may have succeeded). */
  cancelCharge(request: { idempotencyKey: string; providerRef: string }): Promise<ChargeOutcome>
  refund(request: {
    idempotencyKey: string
    providerRef: string
    amount: Money
    reason: string
    /** Ours: kept with the refund, so that it is found again when the answer is lost. */
    refundId: string
  }): Promise<ProviderRefundAnswer>
  /** The refund of a charge by our id; null when the provider never saw it. */
  findRefund(query: { providerRef: string; refundId: string }): Promise<ProviderRefundAnswer | null>
  createCustomer(request: {
    idempotencyKey: string
    name: string
    email: string | null
    metadata: Readonly<Record<string, string>>
  }): Promise<{ id: string }>
  /** Attaches a card by token or test card name and makes it the default. */
  attachCard(request: {
    idempotencyKey: string
    providerCustomerId: string
    token: string
  }): Promise<ProviderCard>
  /** Re-reads an object named by a webhook (events arrive late, twice, out of order); null when it is gone. */
  readObject(kind: string, id: string): Promise<Readonly<Record<string, unknown>> | null>
  /** @throws invalid_input on a bad signature or a timestamp off by more than 300 s. */
  verifyWebhook(rawBody: string, signatureHeader: string): ProviderEvent
  /** A link where the customer changes the card. */
  updateCardLink(providerCustomerId: string): Promise<string>
}

/** Rooms get this in their deps: the sandbox keeps its books per organisation, Stripe is the same for all. */
export type ProviderFor = (scope: Scope) => PaymentProvider

/** What receiving a webhook needs: the organisation is not known yet. */
export type WebhookVerifier = Pick<PaymentProvider, 'name' | 'verifyWebhook'>
