import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { subscriptions } from '#db/schema/customers.ts'
import { changeAccountStatus } from '#src/customers/change-account-status.ts'
import { loadCustomer } from '#src/customers/load-customer.ts'
import { isBefore } from '#src/kernel/time.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { lockSubscription, type Subscription } from './load-subscription.ts'

/** Ends a trial or a subscription whose instant has come; twice, or too early, changes nothing. @throws not_found */
export async function advanceSubscription(
  ctx: Ctx,
  input: { subscriptionId: string },
): Promise<void> {
  const subscription = await lockSubscription(ctx, input.subscriptionId)
  const to = statusNow(subscription, ctx)
  if (to === subscription.status) return
  await ctx.db
    .update(subscriptions)
    .set({ status: to })
    .where(and(eq(subscriptions.orgId, ctx.orgId), eq(subscriptions.id, input.subscriptionId)))
  await recordAudit(ctx, {
    action: to === 'canceled' ? 'subscription.ended' : 'subscription.trial_ended',
    subject: { type: 'subscription', id: subscription.id },
    reason: 'its instant has come',
    data: { from: subscription.status, to },
  })
  const customer = await loadCustomer(ctx, subscription.customerId)
  if (to === 'active' && customer.status === 'trial')
    await changeAccountStatus(ctx, { customerId: customer.id, to, cause: 'the trial ended' })
}

function statusNow(subscription: Subscription, { now }: Pick<Ctx, 'now'>): Subscription['status'] {
  const { status, canceledAt, trialEndsAt } = subscription
  if (canceledAt && !isBefore(now, canceledAt)) return 'canceled'
  if (status === 'trialing' && trialEndsAt && !isBefore(now, trialEndsAt)) return 'active'
  return status
}
