import { and, eq, gt } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { subscriptionChanges } from '#db/schema/customers.ts'
import { AppError } from '#src/kernel/errors.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { lockSubscription } from './load-subscription.ts'

/** Takes back a plan change that lies ahead. @throws not_found; conflict once it has taken effect. */
export async function withdrawChange(
  ctx: Ctx,
  input: { subscriptionId: string; changeId: string },
): Promise<void> {
  const { subscriptionId, changeId } = input
  await lockSubscription(ctx, subscriptionId)
  const one = and(
    eq(subscriptionChanges.orgId, ctx.orgId),
    eq(subscriptionChanges.id, changeId),
    eq(subscriptionChanges.subscriptionId, subscriptionId),
  )
  const [row] = await ctx.db
    .delete(subscriptionChanges)
    .where(and(one, gt(subscriptionChanges.at, ctx.now)))
    .returning()
  if (!row) {
    const [held] = await ctx.db.select().from(subscriptionChanges).where(one)
    if (!held) throw new AppError('not_found', `no change ${changeId} of ${subscriptionId}`)
    throw new AppError(
      'conflict',
      `the change took effect at ${held.at.toString()}: change the plan again`,
    )
  }
  await recordAudit(ctx, {
    action: 'subscription.plan_change_withdrawn',
    subject: { type: 'subscription', id: subscriptionId },
    reason: `to ${row.planId} from ${row.at.toString()}`,
    data: { changeId },
  })
}
