import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { decimal, instant, minor, orgId } from './columns.ts'

/** Lines and customers a coupon is held to; an empty list holds it to nothing. */
interface Targets {
  readonly plans: readonly string[]
  readonly metrics: readonly string[]
  readonly kinds: readonly string[]
  readonly customers: readonly string[]
}

/** What a coupon takes off and who may redeem it; its terms never change, it is only archived. `id` is its code. */
export const coupons = pgTable(
  'coupons',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    /** Per cent; null where it has an amount. */
    percentage: decimal('percentage'),
    /** Whole currency units. */
    amount: decimal('amount'),
    currency: text('currency'),
    duration: text('duration', { enum: ['once', 'repeating', 'forever'] }).notNull(),
    periods: integer('periods'),
    targets: jsonb('targets').notNull().$type<Targets>(),
    maxRedemptions: integer('max_redemptions'),
    maxPerCustomer: integer('max_per_customer'),
    /** Redeemable from then on, until before then. */
    validFrom: instant('valid_from'),
    validUntil: instant('valid_until'),
    firstTimeOnly: boolean('first_time_only').notNull(),
    createdAt: instant('created_at').notNull(),
    archivedAt: instant('archived_at'),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.id] })],
)

/** A coupon held by a customer, or by one subscription of theirs. It is ended, never taken back. */
export const couponRedemptions = pgTable(
  'coupon_redemptions',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    couponId: text('coupon_id').notNull(),
    customerId: text('customer_id').notNull(),
    subscriptionId: text('subscription_id'),
    redeemedAt: instant('redeemed_at').notNull(),
    endedAt: instant('ended_at'),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    index('coupon_redemptions_customer').on(t.orgId, t.customerId),
    index('coupon_redemptions_coupon').on(t.orgId, t.couponId, t.customerId),
  ],
)

/** A redeemed coupon on an invoice: reserved while that is a draft, used once it is finalized, gone when it is void. */
export const couponApplications = pgTable(
  'coupon_applications',
  {
    orgId: orgId(),
    redemptionId: text('redemption_id').notNull(),
    invoiceId: text('invoice_id').notNull(),
    /** Of the invoice. */
    period: text('period').notNull(),
    /** What it took off, above zero. */
    amountMinor: minor('amount_minor').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.redemptionId, t.invoiceId] }),
    index('coupon_applications_invoice').on(t.orgId, t.invoiceId),
  ],
)
