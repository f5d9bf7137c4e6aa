import { index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { instant, orgId } from './columns.ts'

/** One case per unpaid invoice (DUNNING_POLICY §3). The case is the truth; outbox rows only wake it. */
export const dunningCases = pgTable(
  'dunning_cases',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    customerId: text('customer_id').notNull(),
    invoiceId: text('invoice_id').notNull(),
    state: text('state', {
      enum: [
        'issued',
        'payment_attempted',
        'retry_scheduled',
        'reminder_sent',
        'urgent_notice',
        'manual_review',
        'final_notice',
        'closed',
        'recovered',
      ],
    }).notNull(),
    /** Class of the latest decline (DUNNING_POLICY §1). */
    declineClass: text('decline_class').notNull(),
    declineCode: text('decline_code'),
    firstFailureAt: instant('first_failure_at').notNull(),
    failures: integer('failures').notNull(),
    /** Next step of the schedule, as its index; null when nothing more is scheduled. */
    nextStep: integer('next_step'),
    nextStepAt: instant('next_step_at'),
    /** Automatic retry planned for; null when retries are stopped. */
    nextRetryAt: instant('next_retry_at'),
    /** Paused until (promise to pay, human). */
    pausedUntil: instant('paused_until'),
    frozenReason: text('frozen_reason'),
    openedAt: instant('opened_at').notNull(),
    endedAt: instant('ended_at'),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('dunning_cases_invoice').on(t.orgId, t.invoiceId),
    index('dunning_cases_customer').on(t.orgId, t.customerId),
  ],
)
