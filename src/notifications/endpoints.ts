import { randomBytes } from 'node:crypto'
import { and, desc, eq, lt, type InferSelectModel } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { webhookDeliveries, webhookEndpoints } from '#db/schema/notifications.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { startAfter, type PageQuery } from '#src/kernel/paging.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import type { EndpointChange, NewEndpoint } from './shapes.ts'

/** An endpoint as anybody may see it: without its secret. */
export type Endpoint = Omit<InferSelectModel<typeof webhookEndpoints>, 'secret' | 'orgId'>
export type Delivery = Omit<InferSelectModel<typeof webhookDeliveries>, 'orgId'>

const SECRET_BYTES = 24
const VISIBLE = {
  id: webhookEndpoints.id,
  url: webhookEndpoints.url,
  events: webhookEndpoints.events,
  disabled: webhookEndpoints.disabled,
  createdAt: webhookEndpoints.createdAt,
}

async function refusePlainHttp(ctx: Ctx, url: string): Promise<void> {
  if (url.startsWith('https:')) return
  if ((await loadOrganization(ctx)).mode === 'live')
    throw invalidField('url', 'must be https in a live organisation')
}

const own = (ctx: Ctx, id: string) =>
  and(eq(webhookEndpoints.orgId, ctx.orgId), eq(webhookEndpoints.id, id))

async function audit(ctx: Ctx, id: string, action: string, data: Record<string, unknown>) {
  await recordAudit(ctx, {
    action: `webhook_endpoint.${action}`,
    subject: { type: 'webhook_endpoint', id },
    reason: 'asked for through the API',
    data,
  })
}

/** Adds an endpoint; its signing secret (`whsec_…`) is shown this once. @throws invalid_input for http when live. */
export async function createEndpoint(
  ctx: Ctx,
  input: NewEndpoint,
): Promise<Endpoint & { secret: string }> {
  await refusePlainHttp(ctx, input.url)
  // Drawn here: a secret that a test or a seed could repeat would be none.
  const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
  const endpoint = { id: ctx.newId('whe'), ...input, disabled: false, createdAt: ctx.now }
  await ctx.db.insert(webhookEndpoints).values({ orgId: ctx.orgId, ...endpoint, secret })
  await audit(ctx, endpoint.id, 'created', { events: input.events })
  return { ...endpoint, secret }
}

/** Changes what is named; `disabled: false` turns an endpoint on again. @throws not_found */
export async function changeEndpoint(
  ctx: Ctx,
  id: string,
  change: EndpointChange,
): Promise<Endpoint> {
  if (change.url !== undefined) await refusePlainHttp(ctx, change.url)
  const named = Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== undefined),
  )
  if (Object.keys(named).length === 0) throw new AppError('invalid_input', 'nothing to change')
  const [row] = await ctx.db
    .update(webhookEndpoints)
    .set(named)
    .where(own(ctx, id))
    .returning(VISIBLE)
  if (!row) throw new AppError('not_found', `no webhook endpoint ${id}`)
  await audit(ctx, id, 'changed', { fields: Object.keys(named) })
  return row
}

/** Deletes an endpoint; what still waits for it fails. @throws not_found */
export async function deleteEndpoint(ctx: Ctx, id: string): Promise<void> {
  const gone = await ctx.db
    .delete(webhookEndpoints)
    .where(own(ctx, id))
    .returning({ id: webhookEndpoints.id })
  if (gone.length === 0) throw new AppError('not_found', `no webhook endpoint ${id}`)
  await audit(ctx, id, 'deleted', {})
}

/** Endpoints, newest first; one more than the limit, for `pageOf`. */
export async function listEndpoints(ctx: Ctx, query: PageQuery): Promise<Endpoint[]> {
  const after = startAfter(query)
  return ctx.db
    .select(VISIBLE)
    .from(webhookEndpoints)
    .where(
      and(
        eq(webhookEndpoints.orgId, ctx.orgId),
        after === null ? undefined : lt(webhookEndpoints.id, after),
      ),
    )
    .orderBy(desc(webhookEndpoints.id))
    .limit(query.limit + 1)
}

/** The delivery log of an endpoint, newest first; one more than the limit, for `pageOf`. */
export async function listDeliveries(
  ctx: Ctx,
  endpointId: string,
  query: PageQuery,
): Promise<Delivery[]> {
  const after = startAfter(query)
  return ctx.db
    .select()
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookDeliveries.orgId, ctx.orgId),
        eq(webhookDeliveries.endpointId, endpointId),
        after === null ? undefined : lt(webhookDeliveries.id, after),
      ),
    )
    .orderBy(desc(webhookDeliveries.id))
    .limit(query.limit + 1)
}
