import { bigint, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { decimal, instant, minor, orgId } from './columns.ts'

/**
 * Usage of a period whose invoice may have been rated without it. A hint, never a sum to bill: the period is rated
 * anew. `seq` is the first event's of one delivery, so that whoever notes it, it is noted once.
 */
export const lateUsage = pgTable(
  'late_usage',
  {
    orgId: orgId(),
    customerId: text('customer_id').notNull(),
    subscriptionId: text('subscription_id').notNull(),
    periodStart: instant('period_start').notNull(),
    metric: text('metric').notNull(),
    seq: bigint('seq', { mode: 'bigint' }).notNull(),
    quantity: decimal('quantity').notNull(),
    events: integer('events').notNull(),
    notedAt: instant('noted_at').notNull(),
    /** The invoice that was written with the period rated anew; it may be a draft still, or void by now. */
    settledBy: text('settled_by'),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.subscriptionId, t.periodStart, t.metric, t.seq] }),
    index('late_usage_customer').on(t.orgId, t.customerId),
    index('late_usage_settled').on(t.orgId, t.settledBy),
  ],
)

/**
 * What was billed, or taken off, for a period after its own invoice: the n-th difference of a period's metric stands
 * on one invoice and nowhere else (primary key). Immutable with that invoice (trigger).
 */
export const usageAdjustments = pgTable(
  'usage_adjustments',
  {
    orgId: orgId(),
    subscriptionId: text('subscription_id').notNull(),
    periodStart: instant('period_start').notNull(),
    /** '' is what belongs to no metric: the plan's minimum, maximum and commitment. */
    metric: text('metric').notNull(),
    ordinal: integer('ordinal').notNull(),
    /** "2026-02" */
    period: text('period').notNull(),
    /** Of the period's own invoice. */
    originalId: text('original_id').notNull(),
    /** The invoice that carries it; with a credit note the one that is credited, which is the original. */
    invoiceId: text('invoice_id').notNull(),
    /** Its line there; of a credit note the place among what it settles. */
    position: integer('position').notNull(),
    /** Set where the subscription has ended, and what was owed back was credited. */
    creditNoteId: text('credit_note_id'),
    /** What the period's usage came to when it was rated anew, and what had been billed of it before. */
    ratedMinor: minor('rated_minor').notNull(),
    billedMinor: minor('billed_minor').notNull(),
    /** rated − billed, or nearer to zero where the invoice would have fallen below zero. */
    amountMinor: minor('amount_minor').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.subscriptionId, t.periodStart, t.metric, t.ordinal] }),
    index('usage_adjustments_invoice').on(t.orgId, t.invoiceId),
  ],
)
