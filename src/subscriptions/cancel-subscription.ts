import { and, eq, ne } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { subscriptions } from '#db/schema/customers.ts'
import { AppError } from '#src/kernel/errors.ts'
import { parseInput } from '#src/kernel/parse.ts'
import { isBefore } from '#src/kernel/time.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { effectiveAt, refuseInvoiced } from './effective-at.ts'
import { lockSubscription, type Subscription } from './load-subscription.ts'
import { insideLife } from './rules.ts'
import { CancelRequest } from './shapes.ts'

/**
 * Ends a subscription at an instant (default: now) or at the end of the running period; what was used until then is
 * still billed, what is owed stays owed. Canceling again can bring an end that lies ahead forward; an end that is later
 * than the one that stands is the same answer.
 * @throws not_found; invalid_input when the instant is before the start, or in what is invoiced already.
 */
export async function cancelSubscription(
  ctx: Ctx,
  input: z.input<typeof CancelRequest> & { subscriptionId: string },
): Promise<Subscription> {
  const { subscriptionId, ...fields } = input
  const wanted = parseInput(CancelRequest, fields)
  const subscription = await lockSubscription(ctx, subscriptionId)
  const { at, field } = await effectiveAt(ctx, subscription, wanted)
  const { canceledAt } = subscription
  if (canceledAt && !isBefore(at, canceledAt)) return subscription
  if (subscription.status === 'canceled') return subscription
  insideLife(subscription, at, field)
  await refuseInvoiced(ctx, subscriptionId, at, field)
  const later = isBefore(ctx.now, at)
  const [row] = await ctx.db
    .update(subscriptions)
    .set({ canceledAt: at, ...(later ? {} : { status: 'canceled' as const }) })
    .where(
      and(
        eq(subscriptions.orgId, ctx.orgId),
        eq(subscriptions.id, subscriptionId),
        ne(subscriptions.status, 'canceled'),
      ),
    )
    .returning()
  if (!row) throw new AppError('conflict', `subscription ${subscriptionId} was just canceled`)
  await recordAudit(ctx, {
    action: 'subscription.canceled',
    subject: { type: 'subscription', id: subscriptionId },
    reason: wanted.reason,
    data: { at: at.toString() },
  })
  if (later)
    await enqueue(ctx, {
      job: 'ADVANCE_SUBSCRIPTION',
      key: `${subscriptionId}:end:${at.toString()}`,
      payload: { subscriptionId },
      dueAt: at,
    })
  return row
}
