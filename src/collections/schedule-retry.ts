import type { Ctx } from '#db/context.ts'
import { AppError } from '#src/kernel/errors.ts'
import { isBefore, type Instant } from '#src/kernel/time.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { caseFacts, loadSetting, lockCase } from './case-rows.ts'
import { dunningLimits } from './dunning-limits.ts'
import { moveCase } from './move-case.ts'

/**
 * Plans the next automatic retry for another instant than the schedule would, inside the class's limits. It is charged
 * as any planned retry is: the network's limits are asked again at that moment.
 * @throws not_found; refused outside the limits, or when the class is not retried.
 */
export async function scheduleRetry(
  ctx: Ctx,
  input: { caseId: string; at: Instant; reason: string },
): Promise<void> {
  const row = await lockCase(ctx, input.caseId)
  if (row.nextRetryAt?.equals(input.at)) return
  const setting = await loadSetting(ctx, row)
  const limits = dunningLimits(caseFacts(row), setting.circumstances)
  if (limits.frozen) throw new AppError('refused', 'the dunning case is frozen')
  if (!limits.retryAllowed)
    throw new AppError('refused', 'this decline is not retried without the customer')
  if (isBefore(input.at, limits.earliestRetryAt) || isBefore(limits.latestRetryAt, input.at))
    throw new AppError('refused', 'the instant lies outside the retry limits')
  const early = row.state === 'payment_attempted'
  await moveCase(ctx, row, {
    ...(early ? { to: 'retry_scheduled' as const } : {}),
    cause: input.reason,
    patch: { nextRetryAt: input.at },
  })
  await recordAudit(ctx, {
    action: 'dunning.retry_planned',
    subject: { type: 'dunning_case', id: row.id },
    reason: input.reason,
    data: { at: input.at.toString() },
  })
}
