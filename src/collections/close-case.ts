import { and, eq, isNull } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { subscriptions } from '#db/schema/customers.ts'
import { changeAccountStatus } from '#src/customers/change-account-status.ts'
import { loadCustomer } from '#src/customers/load-customer.ts'
import { queueMail } from '#src/inbox/queue-mail.ts'
import { markUncollectible } from '#src/invoicing/mark-uncollectible.ts'
import { AppError } from '#src/kernel/errors.ts'
import { actorName } from '#src/kernel/ids.ts'
import { localDaysBetween, type Instant } from '#src/kernel/time.ts'
import { cancelSubscription } from '#src/subscriptions/cancel-subscription.ts'
import { mailKey, nextDunningSlot } from './case-mails.ts'
import { loadSetting, lockCase } from './case-rows.ts'
import { moveCase } from './move-case.ts'
import { withdrawMails } from './withdraw-mails.ts'

/**
 * A person ends a case that stays unpaid: the account is offboarded (its subscriptions end now, what was used is billed
 * by the next run), and the amount is written off where asked; `approvedBy` names the escalation it was approved in.
 * Only a person can; twice changes nothing.
 * @throws not_found; refused for anybody but a person; conflict before the review.
 */
export async function closeCase(
  ctx: Ctx,
  input: { caseId: string; reason: string; writeOff: boolean; approvedBy?: string },
): Promise<void> {
  requirePerson(ctx)
  const row = await lockCase(ctx, input.caseId)
  if (row.state === 'closed') return
  await moveCase(ctx, row, {
    to: 'closed',
    cause: input.reason,
    patch: {
      nextStep: null,
      nextStepAt: null,
      nextRetryAt: null,
      pausedUntil: null,
      endedAt: ctx.now,
    },
  })
  await withdrawMails(ctx, [row.id], input.reason)
  const { status } = await loadCustomer(ctx, row.customerId)
  if (status !== 'churned')
    await changeAccountStatus(ctx, {
      customerId: row.customerId,
      to: 'churned',
      cause: input.reason,
    })
  for (const id of await runningSubscriptions(ctx, row.customerId))
    await cancelSubscription(ctx, { subscriptionId: id, reason: input.reason })
  if (input.writeOff)
    await markUncollectible(ctx, {
      invoiceId: row.invoiceId,
      reason: input.reason,
      approvedBy: input.approvedBy ?? actorName(ctx.actor),
    })
}

/**
 * A person sends the last notice (day 22 to 27): the text is theirs, the hour is the policy's.
 * @returns when it is sent, or null when the customer has had all mails of this cycle or has no contact.
 * @throws not_found; refused for anybody but a person, or before the day; conflict before the review.
 */
export async function sendFinalNotice(
  ctx: Ctx,
  input: { caseId: string; subject: string; text: string },
): Promise<Instant | null> {
  requirePerson(ctx)
  const row = await lockCase(ctx, input.caseId)
  const { policy, customer } = await loadSetting(ctx, row)
  const day = localDaysBetween(row.firstFailureAt, ctx.now, customer.timeZone)
  if (day < policy.finalNoticeFromDay)
    throw new AppError(
      'refused',
      `a final notice is possible from day ${policy.finalNoticeFromDay}`,
    )
  await moveCase(ctx, row, { to: 'final_notice', cause: 'a person sends the final notice' })
  const sendAt = await nextDunningSlot(ctx, customer)
  if (sendAt === null) return null
  const queued = await queueMail(ctx, {
    key: mailKey(row.id, 'final'),
    customerId: row.customerId,
    subject: input.subject,
    text: input.text,
    purpose: 'dunning',
    dunningCaseId: row.id,
    sendAt,
  })
  return queued === null ? null : sendAt
}

function requirePerson(ctx: Ctx): void {
  if (ctx.actor.kind !== 'member' && ctx.actor.kind !== 'api_key')
    throw new AppError('refused', 'only a person decides this')
}

async function runningSubscriptions(ctx: Ctx, customerId: string): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.orgId, ctx.orgId),
        eq(subscriptions.customerId, customerId),
        isNull(subscriptions.canceledAt),
      ),
    )
  return rows.map(({ id }) => id)
}
