import {
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { instant, minor, orgId } from './columns.ts'

export const paymentMethods = pgTable(
  'payment_methods',
  {
    orgId: orgId(),
    /** The provider's own id ("pm_…"). */
    id: text('id').notNull(),
    customerId: text('customer_id').notNull(),
    provider: text('provider').notNull(),
    brand: text('brand').notNull(),
    last4: text('last4').notNull(),
    expMonth: integer('exp_month').notNull(),
    expYear: integer('exp_year').notNull(),
    fingerprint: text('fingerprint').notNull(),
    status: text('status', { enum: ['attached', 'detached'] }).notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    index('payment_methods_customer').on(t.orgId, t.customerId),
    // A webhook names a card before its organisation is known.
    index('payment_methods_id').on(t.id),
  ],
)

/** One attempt to charge one invoice. `unknown`: the answer was lost; nothing moves until it is settled. */
export const payments = pgTable(
  'payments',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    invoiceId: text('invoice_id').notNull(),
    customerId: text('customer_id').notNull(),
    attempt: integer('attempt').notNull(),
    /** `card` through the provider, `transfer` from a bank statement. */
    kind: text('kind', { enum: ['card', 'transfer'] }).notNull(),
    provider: text('provider').notNull(),
    providerRef: text('provider_ref'),
    idempotencyKey: text('idempotency_key').notNull(),
    paymentMethodId: text('payment_method_id'),
    fingerprint: text('fingerprint'),
    currency: text('currency').notNull(),
    amountMinor: minor('amount_minor').notNull(),
    refundedMinor: minor('refunded_minor').notNull(),
    status: text('status', {
      enum: [
        'created',
        'processing',
        'succeeded',
        'failed',
        'requires_action',
        'unknown',
        'canceled',
      ],
    }).notNull(),
    failureCode: text('failure_code'),
    declineCode: text('decline_code'),
    networkCode: text('network_code'),
    /** Where a 3-D Secure customer confirms. */
    actionUrl: text('action_url'),
    /** What caused it: "finalized", "dunning:day3", "card_updated", "statement". */
    cause: text('cause').notNull(),
    createdAt: instant('created_at').notNull(),
    settledAt: instant('settled_at'),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('payments_attempt').on(t.orgId, t.invoiceId, t.attempt),
    uniqueIndex('payments_key').on(t.orgId, t.idempotencyKey),
    // By the reference first: a webhook names a charge before its organisation is known.
    index('payments_ref').on(t.providerRef, t.orgId),
    index('payments_fingerprint').on(t.orgId, t.fingerprint, t.createdAt),
  ],
)

/**
 * Money on its way back. `requested`: to be sent to the provider; `sending`: the provider may have been asked; `to_pay`:
 * a transfer for a person to make. Until it is over the amount stands in `refunds_payable`.
 */
export const refunds = pgTable(
  'refunds',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    paymentId: text('payment_id').notNull(),
    invoiceId: text('invoice_id').notNull(),
    customerId: text('customer_id').notNull(),
    creditNoteId: text('credit_note_id'),
    /** Derived from the thing: the same request is one refund, at the provider too. */
    idempotencyKey: text('idempotency_key').notNull(),
    /** The provider's id, or what the bank's order was called. */
    providerRef: text('provider_ref'),
    kind: text('kind', { enum: ['card', 'transfer'] }).notNull(),
    currency: text('currency').notNull(),
    amountMinor: minor('amount_minor').notNull(),
    status: text('status', {
      enum: ['requested', 'sending', 'to_pay', 'pending', 'succeeded', 'failed', 'canceled'],
    }).notNull(),
    reason: text('reason').notNull(),
    /** null: it was made at the provider, not by us. */
    approvedBy: text('approved_by'),
    createdAt: instant('created_at').notNull(),
    settledAt: instant('settled_at'),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('refunds_ref').on(t.orgId, t.providerRef),
    uniqueIndex('refunds_key').on(t.orgId, t.idempotencyKey),
    index('refunds_payment').on(t.orgId, t.paymentId),
  ],
)

export const disputes = pgTable(
  'disputes',
  {
    orgId: orgId(),
    /** The provider's own id. */
    id: text('id').notNull(),
    customerId: text('customer_id').notNull(),
    paymentId: text('payment_id'),
    currency: text('currency').notNull(),
    amountMinor: minor('amount_minor').notNull(),
    status: text('status').notNull(),
    openedAt: instant('opened_at').notNull(),
    closedAt: instant('closed_at'),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    index('disputes_customer').on(t.orgId, t.customerId),
  ],
)

/** Webhooks as received: unique by the provider's event id, worked on by a job. */
export const providerEvents = pgTable(
  'provider_events',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    provider: text('provider').notNull(),
    type: text('type').notNull(),
    payload: jsonb('payload').notNull().$type<Record<string, unknown>>(),
    customerId: text('customer_id'),
    outcome: text('outcome'),
    receivedAt: instant('received_at').notNull(),
    appliedAt: instant('applied_at'),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    index('provider_events_customer').on(t.orgId, t.customerId, t.type),
  ],
)

/** Lines of bank statements; `id` is derived from the line so that a file imported twice is one file. */
export const bankTransactions = pgTable(
  'bank_transactions',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    bookedOn: text('booked_on').notNull(),
    currency: text('currency').notNull(),
    amountMinor: minor('amount_minor').notNull(),
    payer: text('payer').notNull(),
    reference: text('reference').notNull(),
    status: text('status', { enum: ['matched', 'review', 'ignored'] }).notNull(),
    invoiceId: text('invoice_id'),
    score: doublePrecision('score'),
    explanation: text('explanation').notNull(),
    importedAt: instant('imported_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.id] })],
)

/** The simulated provider's own books; nothing but src/gateways/payments/sandbox reads them. */
export const sandboxObjects = pgTable(
  'sandbox_objects',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    kind: text('kind').notNull(),
    data: jsonb('data').notNull().$type<Record<string, unknown>>(),
    /** Idempotency key of the call that made it, as Stripe keeps them. */
    requestKey: text('request_key'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('sandbox_objects_key').on(t.orgId, t.requestKey),
  ],
)
