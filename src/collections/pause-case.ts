import type { Ctx } from '#db/context.ts'
import { changeAccountStatus } from '#src/customers/change-account-status.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { isBefore, localDaysBetween, type Instant } from '#src/kernel/time.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadSetting, lockCase, type CaseRow, type CaseSetting } from './case-rows.ts'
import { moveCase } from './move-case.ts'
import { isReviewed } from './states.ts'
import { withdrawMails } from './withdraw-mails.ts'

// Longer than any promise approvals let through: a pause is no way to forget a case.
const LONGEST_PAUSE_DAYS = 60

/**
 * Dunning of a case stands still until an instant: no retry, no mail, no step; waiting mails are withdrawn. At
 * manual_review a person may put the suspension off this way, up to the policy's day (DUNNING_POLICY §3).
 * @throws not_found; conflict when the case is frozen or has ended; invalid_input for an instant past or too far;
 *   refused when an agent tries to lift a suspension.
 */
export async function pauseCase(
  ctx: Ctx,
  input: { caseId: string; until: Instant; reason: string },
): Promise<void> {
  const row = await lockCase(ctx, input.caseId)
  if (row.endedAt) throw new AppError('conflict', `the case is ${row.state}`)
  if (row.frozenReason !== null) throw new AppError('conflict', `frozen: ${row.frozenReason}`)
  if (row.pausedUntil?.equals(input.until)) return
  const setting = await loadSetting(ctx, row)
  checkUntil(ctx, row, input.until, setting)
  if (isReviewed(row.state)) await deferSuspension(ctx, row, input.reason, setting)
  await moveCase(ctx, row, { cause: input.reason, patch: { pausedUntil: input.until } })
  await withdrawMails(ctx, [row.id], input.reason)
  await recordAudit(ctx, {
    action: 'dunning.paused',
    subject: { type: 'dunning_case', id: row.id },
    reason: input.reason,
    data: { until: input.until.toString(), state: row.state },
  })
}

function checkUntil(ctx: Ctx, row: CaseRow, until: Instant, setting: CaseSetting): void {
  if (!isBefore(ctx.now, until)) throw invalidField('until', 'is past')
  const { timeZone } = setting.customer
  if (localDaysBetween(ctx.now, until, timeZone) > LONGEST_PAUSE_DAYS)
    throw invalidField('until', `is more than ${LONGEST_PAUSE_DAYS} days ahead`)
  const last = setting.policy.deferSuspensionUntilDay
  if (isReviewed(row.state) && localDaysBetween(row.firstFailureAt, until, timeZone) > last)
    throw invalidField('until', `a suspension can be put off up to day ${last} only`)
}

async function deferSuspension(
  ctx: Ctx,
  row: CaseRow,
  reason: string,
  setting: CaseSetting,
): Promise<void> {
  if (ctx.actor.kind !== 'member' && ctx.actor.kind !== 'api_key')
    throw new AppError('refused', 'only a person may put a suspension off')
  if (setting.customer.status === 'suspended')
    await changeAccountStatus(ctx, { customerId: row.customerId, to: 'past_due', cause: reason })
}
