import type { Ctx } from '#db/context.ts'
import { loadCollectionEvidence } from '#src/approvals/evidence/collection.ts'
import { freezeCase } from '#src/collections/freeze-case.ts'
import { pauseCase } from '#src/collections/pause-case.ts'
import { promiseToPay } from '#src/collections/promise-to-pay.ts'
import { scheduleRetry } from '#src/collections/schedule-retry.ts'
import { loadCustomer } from '#src/customers/load-customer.ts'
import { AppError } from '#src/kernel/errors.ts'
import { parseInstant, Temporal } from '#src/kernel/time.ts'
import { recordAudit } from '#src/tenancy/audit.ts'

/** The open case of the account: proposals never name one. @throws refused when there is none (any more). */
async function openCaseId(ctx: Ctx, customerId: string): Promise<string> {
  const { dunning } = await loadCollectionEvidence(ctx, customerId)
  if (!dunning || dunning.endedAt !== null) throw new AppError('refused', 'no dunning case is open')
  return dunning.id
}

/** Counts as the case's one pause without a person. */
async function recordPause(ctx: Ctx, caseId: string, until: string): Promise<void> {
  await recordAudit(ctx, {
    action: 'agent.paused',
    subject: { type: 'dunning_case', id: caseId },
    reason: 'the customer asked for time',
    data: { until },
  })
}

/** Dunning stands still through the day named, in the customer's zone. */
export async function pauseDunning(
  ctx: Ctx,
  input: { customerId: string; until: string },
): Promise<string> {
  const caseId = await openCaseId(ctx, input.customerId)
  const { timeZone } = await loadCustomer(ctx, input.customerId)
  const until = Temporal.PlainDate.from(input.until)
    .add({ days: 1 })
    .toZonedDateTime(timeZone)
    .toInstant()
  await pauseCase(ctx, { caseId, until, reason: 'the customer asked for more time' })
  await recordPause(ctx, caseId, until.toString())
  return `paused through ${input.until}`
}

/** Records the promise; dunning resumes if it is broken. */
export async function takePromise(
  ctx: Ctx,
  input: { customerId: string; date: string },
): Promise<string> {
  const caseId = await openCaseId(ctx, input.customerId)
  const { pausedUntil } = await promiseToPay(ctx, { caseId, date: input.date })
  await recordPause(ctx, caseId, pausedUntil.toString())
  return `promised by ${input.date}`
}

/** Plans a retry inside the limits of the class. */
export async function planRetry(
  ctx: Ctx,
  input: { customerId: string; at: string },
): Promise<string> {
  const caseId = await openCaseId(ctx, input.customerId)
  const at = parseInstant(input.at, 'at')
  await scheduleRetry(ctx, { caseId, at, reason: 'proposed by the dunning agent' })
  return `retry at ${at.toString()}`
}

/** Stops all cases of the account until a person lets them go on; a decline for fraud keeps its one generic mail. */
export async function stopDunning(
  ctx: Ctx,
  input: { customerId: string; reason: string; forFraud: boolean },
): Promise<string> {
  const stopped = await freezeCase(ctx, input)
  return `stopped ${stopped.length}`
}
