import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { subscriptions } from '#db/schema/customers.ts'
import { parseInput } from '#src/kernel/parse.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { advanceSubscription } from './advance-subscription.ts'
import { refuseInvoiced } from './effective-at.ts'
import { lockSubscription, type Subscription } from './load-subscription.ts'
import { TrialEnd } from './shapes.ts'

/**
 * Turns a trial into a paid subscription now: base fee and add-ons are due from this day on. One that is not in trial
 * is the same answer.
 * @throws not_found
 */
export async function endTrial(
  ctx: Ctx,
  input: z.input<typeof TrialEnd> & { subscriptionId: string },
): Promise<Subscription> {
  const { subscriptionId, ...fields } = input
  const { reason } = parseInput(TrialEnd, fields)
  const subscription = await lockSubscription(ctx, subscriptionId)
  if (subscription.status !== 'trialing') return subscription
  await refuseInvoiced(ctx, subscriptionId, ctx.now, 'at')
  await ctx.db
    .update(subscriptions)
    .set({ trialEndsAt: ctx.now })
    .where(and(eq(subscriptions.orgId, ctx.orgId), eq(subscriptions.id, subscriptionId)))
  await recordAudit(ctx, {
    action: 'subscription.trial_ended_early',
    subject: { type: 'subscription', id: subscriptionId },
    reason,
    data: { wouldHaveEndedAt: subscription.trialEndsAt?.toString() ?? null },
  })
  await advanceSubscription(ctx, { subscriptionId })
  return lockSubscription(ctx, subscriptionId)
}
