import {
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { decimal, instant, orgId } from './columns.ts'

export interface Address {
  readonly line1?: string
  readonly line2?: string
  readonly postalCode?: string
  readonly city?: string
}

/** `id` is the organisation's own account id ("1047"): usage events name it. */
export const customers = pgTable(
  'customers',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    currency: text('currency').notNull(),
    country: text('country'),
    region: text('region'),
    address: jsonb('address').notNull().$type<Address>(),
    timeZone: text('time_zone').notNull(),
    locale: text('locale').notNull(),
    taxId: text('tax_id'),
    taxIdStatus: text('tax_id_status', { enum: ['none', 'valid', 'invalid', 'pending'] }).notNull(),
    /** Who said what the status says: format and checksum alone, the organisation, VIES, or the local stand-in. */
    taxIdSource: text('tax_id_source', { enum: ['format', 'stated', 'vies', 'local'] }),
    /** When that was; null while only format and checksum were looked at. */
    taxIdCheckedAt: instant('tax_id_checked_at'),
    /** Since when the ID waits to be confirmed. */
    taxIdPendingSince: instant('tax_id_pending_since'),
    taxExempt: boolean('tax_exempt').notNull(),
    audience: text('audience', { enum: ['b2b', 'consumer', 'unknown'] }).notNull(),
    /** Account lifecycle (C2). */
    status: text('status', {
      enum: ['trial', 'active', 'past_due', 'suspended', 'churned'],
    }).notNull(),
    /** How invoices are paid: a card on file, or a bank transfer against the invoice. */
    collection: text('collection', { enum: ['card', 'transfer'] }).notNull(),
    /** The customer's id at the payment provider (`stripeCustomerId`). */
    providerCustomerId: text('provider_customer_id'),
    defaultPaymentMethodId: text('default_payment_method_id'),
    /** Set by a human: dunning leaves the account alone. */
    manualHold: boolean('manual_hold').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    // By the provider's id first: a webhook names it before the organisation is known.
    index('customers_provider').on(t.providerCustomerId, t.orgId),
  ],
)

/** The only addresses mail is sent to and trusted from. `email` is lower case. */
export const contacts = pgTable(
  'contacts',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    customerId: text('customer_id').notNull(),
    email: text('email').notNull(),
    name: text('name').notNull(),
    role: text('role', { enum: ['billing', 'technical', 'owner'] }).notNull(),
    verifiedAt: instant('verified_at'),
    /** Why nothing is written to it: mail came back for good, or it was reported as spam. */
    mailStopped: text('mail_stopped', { enum: ['bounced', 'complained'] }),
    mailStoppedAt: instant('mail_stopped_at'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('contacts_email').on(t.orgId, t.customerId, t.email),
    index('contacts_lookup').on(t.orgId, t.email),
  ],
)

export const subscriptions = pgTable(
  'subscriptions',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    customerId: text('customer_id').notNull(),
    planId: text('plan_id').notNull(),
    /** Version of the pricing document it stays on. */
    pricingVersion: text('pricing_version').notNull(),
    status: text('status', { enum: ['trialing', 'active', 'canceled'] }).notNull(),
    anchorDay: integer('anchor_day').notNull(),
    startedAt: instant('started_at').notNull(),
    trialEndsAt: instant('trial_ends_at'),
    canceledAt: instant('canceled_at'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    index('subscriptions_customer').on(t.orgId, t.customerId),
  ],
)

/** A plan change at an instant; the subscription's own row keeps the first plan. */
export const subscriptionChanges = pgTable(
  'subscription_changes',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    subscriptionId: text('subscription_id').notNull(),
    at: instant('at').notNull(),
    planId: text('plan_id').notNull(),
    pricingVersion: text('pricing_version').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('subscription_changes_at').on(t.orgId, t.subscriptionId, t.at),
  ],
)

export const subscriptionAddons = pgTable(
  'subscription_addons',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    subscriptionId: text('subscription_id').notNull(),
    addonId: text('addon_id').notNull(),
    quantity: decimal('quantity').notNull(),
    from: instant('from').notNull(),
    to: instant('to'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    index('subscription_addons_subscription').on(t.orgId, t.subscriptionId),
  ],
)

/** Pricing documents as loaded; decimals are strings inside `document`. Never updated. */
export const pricingDocuments = pgTable(
  'pricing_documents',
  {
    orgId: orgId(),
    version: text('version').notNull(),
    effectiveDate: instant('effective_date').notNull(),
    document: jsonb('document').notNull(),
    hash: text('hash').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.version] })],
)

/** Every answer about a VAT ID: what a tax auditor asks for. Never updated. */
export const taxIdChecks = pgTable(
  'tax_id_checks',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    customerId: text('customer_id').notNull(),
    taxId: text('tax_id').notNull(),
    outcome: text('outcome', { enum: ['valid', 'invalid', 'unavailable', 'not_asked'] }).notNull(),
    source: text('source', { enum: ['stated', 'vies', 'local'] }).notNull(),
    /** As the register has them; null where the country keeps them to itself. */
    registeredName: text('registered_name'),
    registeredAddress: text('registered_address'),
    nameMatch: text('name_match', { enum: ['match', 'differs', 'not_disclosed'] }),
    /** VIES' proof that it was asked. */
    consultationNumber: text('consultation_number'),
    /** Why there is no answer. */
    detail: text('detail'),
    checkedAt: instant('checked_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    index('tax_id_checks_customer').on(t.orgId, t.customerId, t.checkedAt),
  ],
)
