import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { subscriptions } from '#db/schema/customers.ts'
import { AppError } from '#src/kernel/errors.ts'
import { parseInput } from '#src/kernel/parse.ts'
import { isBefore } from '#src/kernel/time.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { lockSubscription, type Subscription } from './load-subscription.ts'
import { Reactivation } from './shapes.ts'

/**
 * Takes back an end that lies ahead: the subscription goes on as if it had never been canceled. One that goes on
 * already is the same answer.
 * @throws not_found; conflict once it has ended.
 */
export async function reactivateSubscription(
  ctx: Ctx,
  input: z.input<typeof Reactivation> & { subscriptionId: string },
): Promise<Subscription> {
  const { subscriptionId, ...fields } = input
  const { reason } = parseInput(Reactivation, fields)
  const subscription = await lockSubscription(ctx, subscriptionId)
  const { canceledAt } = subscription
  if (!canceledAt) return subscription
  if (subscription.status === 'canceled' || !isBefore(ctx.now, canceledAt))
    throw new AppError(
      'conflict',
      `subscription ${subscriptionId} ended at ${canceledAt.toString()}: subscribe anew`,
    )
  const [row] = await ctx.db
    .update(subscriptions)
    .set({ canceledAt: null })
    .where(and(eq(subscriptions.orgId, ctx.orgId), eq(subscriptions.id, subscriptionId)))
    .returning()
  if (!row) throw new AppError('internal', `subscription ${subscriptionId} is gone`)
  await recordAudit(ctx, {
    action: 'subscription.reactivated',
    subject: { type: 'subscription', id: subscriptionId },
    reason,
    data: { wouldHaveEndedAt: canceledAt.toString() },
  })
  return row
}
