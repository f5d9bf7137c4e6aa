import { sql } from 'drizzle-orm'
import {
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { instant, minor, orgId } from './columns.ts'

/** As JSON: amounts are minor units as text, the percentage a decimal. */
export interface StoredRollover {
  readonly percentage: string
  readonly capMinor: string | null
  readonly validDays: number | null
}

/**
 * Credit of one customer. `remainingMinor` is the sum of its movements; `reservedMinor` of it is on drafts. Its terms
 * never change (trigger); the row is locked by whoever draws on it.
 */
export const creditGrants = pgTable(
  'credit_grants',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    customerId: text('customer_id').notNull(),
    currency: text('currency').notNull(),
    /** `paid` stands in the books as a liability, `promotional` does not. */
    kind: text('kind', { enum: ['paid', 'promotional'] }).notNull(),
    name: text('name'),
    priority: integer('priority').notNull(),
    amountMinor: minor('amount_minor').notNull(),
    remainingMinor: minor('remaining_minor').notNull(),
    reservedMinor: minor('reserved_minor').notNull(),
    effectiveAt: instant('effective_at').notNull(),
    expiresAt: instant('expires_at'),
    /** Metrics; null: everything. */
    appliesTo: jsonb('applies_to').$type<readonly string[]>(),
    rollover: jsonb('rollover').$type<StoredRollover>(),
    /** Derived from the thing: the same request makes one grant. */
    key: text('key').notNull(),
    /** The invoice it was bought with. */
    invoiceId: text('invoice_id'),
    /** The grant whose rest it carries on. */
    rolledFrom: text('rolled_from'),
    voidedAt: instant('voided_at'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('credit_grants_key').on(t.orgId, t.key),
    index('credit_grants_customer').on(t.orgId, t.customerId),
    index('credit_grants_invoice').on(t.orgId, t.invoiceId),
    // Few customers have credit left: a billing run asks for exactly these.
    index('credit_grants_open')
      .on(t.orgId, t.customerId)
      .where(sql`remaining_minor > 0`),
    index('credit_grants_expiring')
      .on(t.orgId, t.expiresAt)
      .where(sql`remaining_minor > 0`),
    check('credit_grants_never_below_zero', sql`remaining_minor >= 0 and amount_minor > 0`),
    check('credit_grants_reserved', sql`reserved_minor between 0 and remaining_minor`),
  ],
)

/** Every change of a grant. Never updated, never deleted (trigger). */
export const creditMovements = pgTable(
  'credit_movements',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    grantId: text('grant_id').notNull(),
    customerId: text('customer_id').notNull(),
    kind: text('kind', { enum: ['grant', 'draw', 'return', 'expire', 'roll', 'void'] }).notNull(),
    /** Above zero: the grant has more. */
    amountMinor: minor('amount_minor').notNull(),
    invoiceId: text('invoice_id'),
    /** The same thing moves a grant once. */
    key: text('key').notNull(),
    reason: text('reason').notNull(),
    at: instant('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('credit_movements_key').on(t.orgId, t.key),
    index('credit_movements_grant').on(t.orgId, t.grantId, t.at),
    index('credit_movements_customer').on(t.orgId, t.customerId, t.at),
    index('credit_movements_invoice').on(t.orgId, t.invoiceId),
  ],
)

/** What a draft will draw once it is finalized; goes with the draft. */
export const creditReservations = pgTable(
  'credit_reservations',
  {
    orgId: orgId(),
    invoiceId: text('invoice_id').notNull(),
    grantId: text('grant_id').notNull(),
    amountMinor: minor('amount_minor').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.invoiceId, t.grantId] }),
    index('credit_reservations_grant').on(t.orgId, t.grantId),
  ],
)

/** What a bought grant will be like. */
export interface PurchaseTerms {
  readonly name: string | null
  readonly priority: number
  /** An instant, or days from the payment on. */
  readonly expiresAt: string | null
  readonly validDays: number | null
  readonly appliesTo: readonly string[] | null
  readonly rollover: StoredRollover | null
}

/** Credit that was ordered: invoiced at once, granted when the invoice is paid. */
export const creditPurchases = pgTable(
  'credit_purchases',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    customerId: text('customer_id').notNull(),
    invoiceId: text('invoice_id').notNull(),
    source: text('source', { enum: ['order', 'top_up'] }).notNull(),
    currency: text('currency').notNull(),
    /** Net of tax: what is granted. */
    amountMinor: minor('amount_minor').notNull(),
    terms: jsonb('terms').notNull().$type<PurchaseTerms>(),
    /** `failed`: the card was declined, the invoice is void. */
    status: text('status', { enum: ['open', 'granted', 'failed', 'canceled'] }).notNull(),
    key: text('key').notNull(),
    createdAt: instant('created_at').notNull(),
    settledAt: instant('settled_at'),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('credit_purchases_key').on(t.orgId, t.key),
    uniqueIndex('credit_purchases_invoice').on(t.orgId, t.invoiceId),
    index('credit_purchases_customer').on(t.orgId, t.customerId, t.createdAt),
  ],
)

/** A customer's automatic top-up. `paused`: a limit was reached or a charge failed; a person turns it on again. */
export const creditTopUps = pgTable(
  'credit_top_ups',
  {
    orgId: orgId(),
    customerId: text('customer_id').notNull(),
    status: text('status', { enum: ['on', 'off', 'paused'] }).notNull(),
    pausedReason: text('paused_reason'),
    thresholdMinor: minor('threshold_minor').notNull(),
    amountMinor: minor('amount_minor').notNull(),
    /** The runaway limit counts within a day or month of the customer's calendar. */
    limitPer: text('limit_per', { enum: ['day', 'month'] }).notNull(),
    maxTopUps: integer('max_top_ups').notNull(),
    maxAmountMinor: minor('max_amount_minor').notNull(),
    terms: jsonb('terms').notNull().$type<PurchaseTerms>(),
    /** Counts what was set: a look of before the last change does nothing. */
    revision: integer('revision').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.customerId] })],
)
