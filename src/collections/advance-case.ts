import type { Ctx } from '#db/context.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { caseFacts, loadInvoiceRow, loadSetting, lockCase, type CaseRow } from './case-rows.ts'
import { advanceJob, moveCase } from './move-case.ts'
import { performAction } from './perform-action.ts'
import { recordRecovery } from './record-recovery.ts'
import { decideNext, type Decision, type Move } from './rules.ts'
import { enqueue } from '#db/outbox.ts'

/**
 * Looks at a case and does what is due (job ADVANCE_DUNNING): load, decide, commit. The case is the truth, so too many
 * wake-ups, or the same one twice, change nothing. One step per (case, step).
 * @throws not_found
 */
export async function advanceCase(ctx: Ctx, input: { caseId: string }): Promise<Decision> {
  const current = await lockCase(ctx, input.caseId)
  const invoice = await loadInvoiceRow(ctx, current.invoiceId)
  if (invoice.status !== 'finalized') {
    const nothingOwed = invoice.status === 'paid' || invoice.status === 'void'
    if (nothingOwed) await recordRecovery(ctx, { invoiceId: invoice.id })
    return { kind: 'leave_alone', reason: `the invoice is ${invoice.status}` }
  }
  const setting = await loadSetting(ctx, current)
  const decision = decideNext(caseFacts(current), setting.circumstances)
  if (decision.kind === 'wait')
    await enqueue(ctx, advanceJob(current.id, decision.until.toString(), decision.until))
  if (decision.kind === 'move') await commit(ctx, current, decision)
  return decision
}

async function commit(ctx: Ctx, current: CaseRow, move: Move): Promise<void> {
  const cause = move.step ?? (move.actions.length > 0 ? 'a planned retry' : 'nothing is left')
  if (current.pausedUntil !== null)
    await recordAudit(ctx, {
      action: 'dunning.pause_ended',
      subject: { type: 'dunning_case', id: current.id },
      reason: 'the invoice was not paid by then',
      data: { pausedUntil: current.pausedUntil.toString() },
    })
  const row = await moveCase(ctx, current, {
    to: move.to,
    cause,
    patch: {
      nextStep: move.nextStep,
      nextStepAt: move.nextStepAt,
      nextRetryAt: move.nextRetryAt,
      pausedUntil: null,
    },
  })
  if (move.step !== null)
    await recordAudit(ctx, {
      action: 'dunning.step_taken',
      subject: { type: 'dunning_case', id: row.id },
      reason: `${move.step} of the schedule`,
      data: { step: move.step, actions: move.actions.map(({ kind }) => kind) },
    })
  for (const action of move.actions) await performAction(ctx, row, action)
}
