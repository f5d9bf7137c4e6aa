import { z } from 'zod'
import type { CaseRow } from './case-rows.ts'

/** A dunning case as the API shows it. */
export const CaseView = z.object({
  id: z.string(),
  customerId: z.string(),
  invoiceId: z.string(),
  state: z.enum([
    'issued',
    'payment_attempted',
    'retry_scheduled',
    'reminder_sent',
    'urgent_notice',
    'manual_review',
    'final_notice',
    'closed',
    'recovered',
  ]),
  declineClass: z.string(),
  declineCode: z.string().nullable(),
  failures: z.int(),
  firstFailureAt: z.string(),
  nextStepAt: z.string().nullable(),
  nextRetryAt: z.string().nullable(),
  pausedUntil: z.string().nullable(),
  frozenReason: z.string().nullable(),
  openedAt: z.string(),
  endedAt: z.string().nullable(),
})

export function caseView(row: CaseRow): z.infer<typeof CaseView> {
  const { id, customerId, invoiceId, state, declineClass, declineCode, failures } = row
  return {
    id,
    customerId,
    invoiceId,
    state,
    declineClass,
    declineCode,
    failures,
    firstFailureAt: row.firstFailureAt.toString(),
    nextStepAt: row.nextStepAt?.toString() ?? null,
    nextRetryAt: row.nextRetryAt?.toString() ?? null,
    pausedUntil: row.pausedUntil?.toString() ?? null,
    frozenReason: row.frozenReason,
    openedAt: row.openedAt.toString(),
    endedAt: row.endedAt?.toString() ?? null,
  }
}
