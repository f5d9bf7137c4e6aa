import { and, eq, sql } from 'drizzle-orm'
import { Webhook } from 'standardwebhooks'
import type { Ctx, Scope } from '#db/context.ts'
import { webhookDeliveries, webhookEndpoints } from '#db/schema/notifications.ts'
import type { PostWebhook, WebhookAnswer } from '#src/gateways/webhooks/post-webhook.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { Clock } from '#src/kernel/ids.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { deliveryAttempts, judgeAnswer } from './rules.ts'

export interface DeliverDeps {
  readonly post: PostWebhook
  /** Real time: receivers refuse a signature whose timestamp is minutes off, and know nothing of test clocks. */
  readonly clock: Clock
}

interface Work {
  readonly deliveryId: string
  readonly endpointId: string
  readonly url: string
  readonly secret: string
  readonly body: string
}

/**
 * Signs one delivery by the Standard Webhooks spec and POSTs it; the delivery's id is `webhook-id` at every attempt.
 * 410 disables the endpoint. @throws unavailable when it is to be tried again.
 */
export async function deliverWebhook(
  scope: Scope,
  deps: DeliverDeps,
  deliveryId: string,
): Promise<void> {
  const work = await scope.transact((ctx) => prepare(ctx, deliveryId))
  if (!work) return
  const answer = await post(deps, work)
  const outcome = judgeAnswer(answer.status)
  await scope.transact((ctx) => note(ctx, work, answer))
  if (outcome === 'again')
    throw new AppError('unavailable', `the endpoint answered ${answer.status || answer.text}`)
}

async function prepare(ctx: Ctx, deliveryId: string): Promise<Work | null> {
  const own = and(eq(webhookDeliveries.orgId, ctx.orgId), eq(webhookDeliveries.id, deliveryId))
  const [delivery] = await ctx.db.select().from(webhookDeliveries).where(own)
  if (!delivery || delivery.status !== 'pending') return null
  const [endpoint] = await ctx.db
    .select()
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.orgId, ctx.orgId), eq(webhookEndpoints.id, delivery.endpointId)))
  if (!endpoint || endpoint.disabled) {
    const lastAnswer = endpoint ? 'the endpoint is disabled' : 'the endpoint was deleted'
    await ctx.db.update(webhookDeliveries).set({ status: 'failed', lastAnswer }).where(own)
    return null
  }
  return {
    deliveryId,
    endpointId: endpoint.id,
    url: endpoint.url,
    secret: endpoint.secret,
    body: JSON.stringify(delivery.payload),
  }
}

/** An answer always: what went wrong on the way has status 0 and its reason as text. */
async function post(deps: DeliverDeps, work: Work): Promise<WebhookAnswer> {
  const at = new Date(deps.clock.now().epochMilliseconds)
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': 'Tollkeeper',
    'webhook-id': work.deliveryId,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(work.secret).sign(work.deliveryId, at, work.body),
  }
  try {
    return await deps.post(work.url, work.body, headers)
  } catch (error) {
    return { status: 0, text: error instanceof Error ? error.message.slice(0, 500) : 'failed' }
  }
}

async function note(ctx: Ctx, work: Work, answer: WebhookAnswer): Promise<void> {
  const outcome = judgeAnswer(answer.status)
  const { mode } = await loadOrganization(ctx)
  const failed = sql`case when ${webhookDeliveries.attempts} + 1 >= ${deliveryAttempts(mode)} then 'failed' else 'pending' end`
  await ctx.db
    .update(webhookDeliveries)
    .set({
      attempts: sql`${webhookDeliveries.attempts} + 1`,
      lastStatus: answer.status === 0 ? null : answer.status,
      lastAnswer: answer.text,
      ...(outcome === 'delivered' ? { status: 'delivered' as const, deliveredAt: ctx.now } : {}),
      ...(outcome === 'gone' ? { status: 'failed' as const } : {}),
      ...(outcome === 'again' ? { status: failed } : {}),
    })
    .where(and(eq(webhookDeliveries.orgId, ctx.orgId), eq(webhookDeliveries.id, work.deliveryId)))
  if (outcome !== 'gone') return
  await ctx.db
    .update(webhookEndpoints)
    .set({ disabled: true })
    .where(and(eq(webhookEndpoints.orgId, ctx.orgId), eq(webhookEndpoints.id, work.endpointId)))
  await recordAudit(ctx, {
    action: 'webhook_endpoint.disabled',
    subject: { type: 'webhook_endpoint', id: work.endpointId },
    reason: 'it answered 410 Gone',
  })
}
