import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { dunningCases } from '#db/schema/collections.ts'
import { auditLog } from '#db/schema/tenancy.ts'
import { openEscalation } from '#src/approvals/open-escalation.ts'
import { changeAccountStatus } from '#src/customers/change-account-status.ts'
import { notify } from '#src/notifications/notify.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import {
  caseFacts,
  hasOpenDispute,
  loadInvoiceRow,
  loadSetting,
  lockCaseOfInvoice,
  type CaseRow,
  type CaseSetting,
} from './case-rows.ts'
import { classifyDecline, isKnownDecline, type Decline } from './decline-classes.ts'
import { draftMail } from './draft-mail.ts'
import { decideFailure, type FailureOutcome } from './failure-rules.ts'
import { presentStep } from './mail-rules.ts'
import { auditTransition, moveCase, wake } from './move-case.ts'

export interface PaymentFailure extends Decline {
  readonly invoiceId: string
  readonly customerId: string
  /** A failure is counted once per payment, however often its webhook comes. */
  readonly paymentId: string
  readonly kind: 'failed' | 'requires_action'
}

/**
 * A charge did not go through: opens the invoice's dunning case or counts into it, plans what its decline class allows
 * (DUNNING_POLICY §1, §3), and sets the account past due. An invoice that is not open any more is left alone.
 * @returns the case, or null when there is nothing to collect.
 * @throws not_found for an unknown invoice or customer.
 */
export async function recordPaymentFailure(
  ctx: Ctx,
  failure: PaymentFailure,
): Promise<{ caseId: string } | null> {
  const invoice = await loadInvoiceRow(ctx, failure.invoiceId)
  if (invoice.status !== 'finalized') return null
  const setting = await loadSetting(ctx, failure)
  const current = await lockCaseOfInvoice(ctx, failure.invoiceId)
  if (current && (await isCounted(ctx, current.id, failure.paymentId)))
    return { caseId: current.id }
  if (current?.endedAt) return afterTheEnd(ctx, current, failure)
  const declineClass = (await hasOpenDispute(ctx, failure.customerId))
    ? 'no_dunning'
    : failure.kind === 'requires_action'
      ? 'sca'
      : classifyDecline(failure)
  const outcome = decideFailure(
    current ? caseFacts(current) : null,
    { declineClass, paymentId: failure.paymentId },
    { now: ctx.now, timeZone: setting.customer.timeZone, policy: setting.policy },
  )
  const row = current
    ? await moveCase(ctx, current, {
        to: outcome.state,
        cause: `payment ${failure.paymentId}: ${declineClass}`,
        patch: patchOf(outcome, failure),
      })
    : await openCase(ctx, failure, outcome)
  // Opened by a settlement running beside us: that one is the case, this failure counts into it.
  if (!row) return recordPaymentFailure(ctx, failure)
  await follow(ctx, row, { failure, outcome, setting })
  return { caseId: row.id }
}

function patchOf(outcome: FailureOutcome, failure: PaymentFailure) {
  const { declineClass, failures, nextStep, nextStepAt, nextRetryAt, frozenReason } = outcome
  const declineCode = failure.declineCode ?? failure.code
  return { declineClass, declineCode, failures, nextStep, nextStepAt, nextRetryAt, frozenReason }
}

async function openCase(
  ctx: Ctx,
  failure: PaymentFailure,
  outcome: FailureOutcome,
): Promise<CaseRow | undefined> {
  const [row] = await ctx.db
    .insert(dunningCases)
    .values({
      orgId: ctx.orgId,
      id: ctx.newId('dun'),
      customerId: failure.customerId,
      invoiceId: failure.invoiceId,
      state: outcome.state,
      firstFailureAt: outcome.firstFailureAt,
      ...patchOf(outcome, failure),
      pausedUntil: null,
      openedAt: ctx.now,
      endedAt: null,
    })
    .onConflictDoNothing()
    .returning()
  if (!row) return undefined
  const cause = `payment ${failure.paymentId}: ${outcome.declineClass}`
  await auditTransition(ctx, row, 'issued', cause, 'payment_attempted')
  if (row.state !== 'payment_attempted')
    await auditTransition(ctx, row, 'payment_attempted', 'a retry is planned')
  await wake(ctx, row)
  return row
}

async function follow(
  ctx: Ctx,
  row: CaseRow,
  done: { failure: PaymentFailure; outcome: FailureOutcome; setting: CaseSetting },
): Promise<void> {
  const { failure, outcome, setting } = done
  await recordAudit(ctx, {
    action: 'dunning.payment_failed',
    subject: { type: 'dunning_case', id: row.id },
    reason: failure.declineCode ?? failure.code,
    data: {
      paymentId: failure.paymentId,
      declineClass: outcome.declineClass,
      failures: row.failures,
      known: failure.kind === 'requires_action' || isKnownDecline(failure),
      nextRetryAt: row.nextRetryAt?.toString() ?? null,
    },
  })
  if (failure.kind === 'failed')
    await notify(ctx, {
      type: 'invoice.failed',
      key: `invoice.failed:${failure.paymentId}`,
      data: {
        invoiceId: row.invoiceId,
        customerId: row.customerId,
        paymentId: failure.paymentId,
        failures: row.failures,
        nextRetryAt: row.nextRetryAt?.toString() ?? null,
      },
    })
  const { status } = setting.customer
  if (status === 'trial' || status === 'active')
    await changeAccountStatus(ctx, {
      customerId: row.customerId,
      to: 'past_due',
      cause: `a payment for invoice ${row.invoiceId} did not go through`,
    })
  if (outcome.mailStep !== null) await draftMail(ctx, row.id, outcome.mailStep, ctx.now)
  // The step's mail waits for its retry: here is the answer.
  else if (row.nextStep !== 1 && outcome.frozenReason === null)
    await draftMail(
      ctx,
      row.id,
      presentStep(caseFacts(row), setting.policy),
      ctx.now,
      failure.paymentId,
    )
  if (outcome.escalate !== null)
    await openEscalation(ctx, {
      runId: `none:dunning:${row.id}`,
      customerId: row.customerId,
      reason: outcome.escalate,
      summary:
        outcome.escalate === 'fraud_class'
          ? `The card was declined (${row.declineCode}): no further charge on it; look before answering.`
          : `The mandate was withdrawn (${row.declineCode}): dunning stands still until you decide.`,
      context: { caseId: row.id, invoiceId: row.invoiceId, declineCode: row.declineCode },
      key: `dunning:${row.id}:${outcome.escalate}`,
    })
}

async function isCounted(ctx: Ctx, caseId: string, paymentId: string): Promise<boolean> {
  const rows = await ctx.db
    .select({ id: auditLog.id })
    .from(auditLog)
    .where(
      and(
        eq(auditLog.orgId, ctx.orgId),
        eq(auditLog.subjectType, 'dunning_case'),
        eq(auditLog.subjectId, caseId),
        inArray(auditLog.action, ['dunning.payment_failed', 'dunning.failed_after_end']),
        sql`${auditLog.data} ->> 'paymentId' = ${paymentId}`,
      ),
    )
    .limit(1)
  return rows.length > 0
}

/** `recovered` and `closed` are final: what comes after is a person's to look at. */
async function afterTheEnd(
  ctx: Ctx,
  row: CaseRow,
  failure: PaymentFailure,
): Promise<{ caseId: string }> {
  await recordAudit(ctx, {
    action: 'dunning.failed_after_end',
    subject: { type: 'dunning_case', id: row.id },
    reason: `a payment failed after the case was ${row.state}`,
    data: { paymentId: failure.paymentId },
  })
  await openEscalation(ctx, {
    runId: `none:dunning:${row.id}`,
    customerId: row.customerId,
    reason: 'failed_after_end',
    summary: `A payment failed on an invoice whose dunning case is ${row.state} already.`,
    context: { caseId: row.id, invoiceId: row.invoiceId, paymentId: failure.paymentId },
    key: `dunning:${row.id}:after_end:${failure.paymentId}`,
  })
  return { caseId: row.id }
}
