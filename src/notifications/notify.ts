import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { webhookDeliveries, webhookEndpoints } from '#db/schema/notifications.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { deliveryAttempts, isSubscribed } from './rules.ts'

/** Something happened that programs outside may want to know. */
export interface Notification {
  /** "invoice.paid", "dunning.step_sent", "usage.anomaly". */
  readonly type: string
  /** Derived from the thing ("invoice.paid:inv_1"): the same key is delivered once to an endpoint. */
  readonly key: string
  /** Ids, states, amounts as strings of minor units. */
  readonly data: Readonly<Record<string, unknown>>
}

/** Queues a delivery for each subscribed endpoint, in the transaction of what happened. @returns how many. */
export async function notify(ctx: Ctx, notification: Notification): Promise<number> {
  const endpoints = await ctx.db
    .select({ id: webhookEndpoints.id, events: webhookEndpoints.events })
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.orgId, ctx.orgId), eq(webhookEndpoints.disabled, false)))
  const subscribed = endpoints.filter(({ events }) => isSubscribed(events, notification.type))
  if (subscribed.length === 0) return 0
  const { mode } = await loadOrganization(ctx)
  const { type, key, data } = notification
  const queued = await ctx.db
    .insert(webhookDeliveries)
    .values(
      subscribed.map((endpoint) => ({
        orgId: ctx.orgId,
        id: ctx.newId('whd'),
        endpointId: endpoint.id,
        key,
        type,
        payload: { type, timestamp: ctx.now.toString(), data },
        status: 'pending' as const,
        attempts: 0,
        createdAt: ctx.now,
      })),
    )
    .onConflictDoNothing()
    .returning({ id: webhookDeliveries.id, endpointId: webhookDeliveries.endpointId })
  await enqueue(
    ctx,
    ...queued.map((delivery) => ({
      job: 'DELIVER_WEBHOOK',
      key: `${delivery.endpointId}:${key}`,
      payload: { deliveryId: delivery.id },
      maxAttempts: deliveryAttempts(mode),
    })),
  )
  return queued.length
}
