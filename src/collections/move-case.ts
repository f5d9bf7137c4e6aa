import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { dunningCases } from '#db/schema/collections.ts'
import { AppError } from '#src/kernel/errors.ts'
import { notify } from '#src/notifications/notify.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { caseFacts, type CaseRow } from './case-rows.ts'
import { wakeAt } from './rules.ts'
import { DUNNING_TRANSITIONS, type DunningState } from './states.ts'

type Patch = Partial<
  Pick<
    CaseRow,
    | 'declineClass'
    | 'declineCode'
    | 'failures'
    | 'nextStep'
    | 'nextStepAt'
    | 'nextRetryAt'
    | 'pausedUntil'
    | 'frozenReason'
    | 'endedAt'
  >
>

/**
 * Changes a case, guarded by the state it was read in; a transition must stand in the table and leaves an audit row.
 * The next wake-up is written with it. Returns the case as it is now.
 * @throws conflict when somebody moved it meanwhile, or the table has no such way.
 */
export async function moveCase(
  ctx: Ctx,
  from: CaseRow,
  change: { to?: DunningState; cause: string; patch?: Patch },
): Promise<CaseRow> {
  const to = change.to ?? from.state
  if (to !== from.state && !DUNNING_TRANSITIONS[from.state].includes(to))
    throw new AppError('conflict', `a dunning case that is ${from.state} cannot become ${to}`)
  const [row] = await ctx.db
    .update(dunningCases)
    .set({ ...change.patch, state: to })
    .where(
      and(
        eq(dunningCases.orgId, ctx.orgId),
        eq(dunningCases.id, from.id),
        eq(dunningCases.state, from.state),
      ),
    )
    .returning()
  if (!row) throw new AppError('conflict', `dunning case ${from.id} is no longer ${from.state}`)
  if (to !== from.state) await auditTransition(ctx, row, from.state, change.cause)
  await wake(ctx, row)
  return row
}

/** from, to, cause; actor and time are the audit row's own (DUNNING_POLICY §3). Programs outside are told too. */
export async function auditTransition(
  ctx: Ctx,
  row: CaseRow,
  from: DunningState,
  cause: string,
  to: DunningState = row.state,
): Promise<void> {
  await recordAudit(ctx, {
    action: 'dunning.transition',
    subject: { type: 'dunning_case', id: row.id },
    reason: cause,
    data: { from, to, cause, customerId: row.customerId, invoiceId: row.invoiceId },
  })
  await notify(ctx, {
    type: `dunning.${to}`,
    key: `dunning.${to}:${row.id}`,
    data: { caseId: row.id, customerId: row.customerId, invoiceId: row.invoiceId, from, to },
  })
}

/** A wake-up at the next instant anything is due. It only wakes: the case decides, so too many do no harm. */
export async function wake(ctx: Ctx, row: CaseRow): Promise<void> {
  const at = row.endedAt ? null : wakeAt(caseFacts(row), ctx.now)
  if (at) await enqueue(ctx, advanceJob(row.id, at.toString(), at))
}

/** A wake-up at once, after a person has changed something (a hold lifted, a case resumed). */
export async function wakeNow(ctx: Ctx, row: CaseRow): Promise<void> {
  await enqueue(ctx, advanceJob(row.id, ctx.newId('wake'), ctx.now))
}

/** The job that looks at a case again at an instant; `why` tells wake-ups of one case apart. */
export function advanceJob(caseId: string, why: string, dueAt: Ctx['now']) {
  return { job: 'ADVANCE_DUNNING', key: `${caseId}:${why}`, payload: { caseId }, dueAt }
}
