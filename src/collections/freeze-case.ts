import type { Ctx } from '#db/context.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { AppError } from '#src/kernel/errors.ts'
import { mailKey } from './case-mails.ts'
import { caseFacts, loadSetting, lockCase, lockOpenCases, type CaseRow } from './case-rows.ts'
import { FIRST_MAIL, fraudStop, isFraudStop } from './mail-rules.ts'
import { moveCase, wakeNow } from './move-case.ts'
import { isReviewed } from './states.ts'
import { planRetry } from './schedule.ts'
import { withdrawMails } from './withdraw-mails.ts'

/**
 * Stops every open case of a customer until a person lets it go on: a dispute, "stop writing to me", insolvency.
 * Waiting mails are withdrawn; `forFraud` leaves a fraud decline's first, generic mail (DUNNING_POLICY §1) until
 * another reason stops the case too. Returns the ids of the cases it stopped; frozen ones stay as they are.
 */
export async function freezeCase(
  ctx: Ctx,
  input: { customerId: string; reason: string; forFraud?: boolean },
): Promise<string[]> {
  const forFraud = input.forFraud ?? false
  const open = (await lockOpenCases(ctx, input.customerId)).filter(
    ({ frozenReason }) => frozenReason === null || (isFraudStop(frozenReason) && !forFraud),
  )
  const spared: string[] = []
  for (const row of open) {
    const isFraud = forFraud && row.declineClass === 'fraud'
    if (isFraud) spared.push(mailKey(row.id, FIRST_MAIL))
    const frozenReason = isFraud ? fraudStop(input.reason) : input.reason
    await moveCase(ctx, row, { cause: input.reason, patch: { frozenReason, nextRetryAt: null } })
    await audit(ctx, row, 'dunning.frozen', input.reason)
  }
  const ids = open.map(({ id }) => id)
  await withdrawMails(ctx, ids, input.reason, spared)
  return ids
}

/**
 * A person lets a frozen case go on; what came due meanwhile is taken up step by step.
 * @throws not_found; conflict when the case has ended. An unfrozen case stays as it is.
 */
export async function resumeCase(
  ctx: Ctx,
  input: { caseId: string; reason: string },
): Promise<void> {
  const row = await lockCase(ctx, input.caseId)
  if (row.endedAt) throw new AppError('conflict', `the case is ${row.state}`)
  if (row.frozenReason === null && row.pausedUntil === null) return
  const setting = await loadSetting(ctx, row)
  const moved = await moveCase(ctx, row, {
    cause: input.reason,
    patch: {
      frozenReason: null,
      pausedUntil: isReviewed(row.state) ? ctx.now : null,
      nextRetryAt:
        row.nextRetryAt ??
        planRetry(setting.policy, {
          ...caseFacts(row),
          stepsTaken: (row.nextStep ?? setting.policy.steps.length + 1) - 1,
          after: ctx.now,
          timeZone: setting.customer.timeZone,
        }),
    },
  })
  await audit(ctx, row, 'dunning.resumed', input.reason)
  await wakeNow(ctx, moved)
}

async function audit(ctx: Ctx, row: CaseRow, action: string, reason: string): Promise<void> {
  await recordAudit(ctx, {
    action,
    subject: { type: 'dunning_case', id: row.id },
    reason,
    data: { state: row.state, customerId: row.customerId },
  })
}
