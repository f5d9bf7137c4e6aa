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

// A statement takes 65,535 parameters.
const ROWS_PER_STATEMENT = 1_000

/** Queues a delivery for each subscribed endpoint, in the transaction of what happened. @returns how many. */
export function notify(ctx: Ctx, notification: Notification): Promise<number> {
  return notifyAll(ctx, [notification])
}

/** The same for many at once: who listens is asked once, and most organisations listen to nothing. */
export async function notifyAll(ctx: Ctx, notifications: readonly Notification[]): Promise<number> {
  if (notifications.length === 0) return 0
  const endpoints = await ctx.db
    .select({ id: webhookEndpoints.id, events: webhookEndpoints.events })
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.orgId, ctx.orgId), eq(webhookEndpoints.disabled, false)))
  const rows = notifications.flatMap(({ type, key, data }) =>
    endpoints
      .filter(({ events }) => isSubscribed(events, type))
      .map((endpoint) => ({
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
  if (rows.length === 0) return 0
  const { mode } = await loadOrganization(ctx)
  let total = 0
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT)
    total += await queue(ctx, rows.slice(start, start + ROWS_PER_STATEMENT), mode)
  return total
}

async function queue(
  ctx: Ctx,
  rows: (typeof webhookDeliveries.$inferInsert)[],
  mode: Parameters<typeof deliveryAttempts>[0],
): Promise<number> {
  const queued = await ctx.db
    .insert(webhookDeliveries)
    .values(rows)
    .onConflictDoNothing()
    .returning({
      id: webhookDeliveries.id,
      endpointId: webhookDeliveries.endpointId,
      key: webhookDeliveries.key,
    })
  await enqueue(
    ctx,
    ...queued.map((delivery) => ({
      job: 'DELIVER_WEBHOOK',
      key: `${delivery.endpointId}:${delivery.key}`,
      payload: { deliveryId: delivery.id },
      maxAttempts: deliveryAttempts(mode),
    })),
  )
  return queued.length
}
