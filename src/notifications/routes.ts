import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { PageQuery, pageOf } from '#src/kernel/paging.ts'
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  listDeliveries,
  listEndpoints,
  type Delivery,
  type Endpoint,
} from './endpoints.ts'
import { EndpointChange, NewEndpoint } from './shapes.ts'

const EndpointView = z
  .object({
    id: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    disabled: z.boolean(),
    createdAt: z.string(),
  })
  .openapi('WebhookEndpoint')
const DeliveryView = z
  .object({
    id: z.string(),
    key: z.string(),
    type: z.string(),
    payload: z.record(z.string(), z.unknown()),
    status: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.number(),
    lastStatus: z.number().nullable(),
    lastAnswer: z.string().nullable(),
    createdAt: z.string(),
    deliveredAt: z.string().nullable(),
  })
  .openapi('WebhookDelivery')

const pageOfView = <View extends z.ZodType>(view: View) =>
  z.object({ data: z.array(view), nextCursor: z.string().nullable() })
const read = [requireRole('webhookEndpoints', 'read')]
const write = [requireRole('webhookEndpoints', 'write')]
const params = z.object({ id: z.string() })

const list = createRoute({
  method: 'get',
  path: '/api/webhook-endpoints',
  summary: 'Where events are sent to, newest first',
  middleware: read,
  request: { query: PageQuery },
  responses: { 200: json(pageOfView(EndpointView), 'A page of endpoints') },
})

const create = createRoute({
  method: 'post',
  path: '/api/webhook-endpoints',
  summary: 'Add an endpoint; the answer shows its signing secret this once',
  middleware: write,
  request: { body: { ...json(NewEndpoint), required: true } },
  responses: { 201: json(EndpointView.extend({ secret: z.string() }), 'The endpoint') },
})

const change = createRoute({
  method: 'patch',
  path: '/api/webhook-endpoints/{id}',
  summary: 'Change address or events, or turn the endpoint off and on',
  middleware: write,
  request: { params, body: { ...json(EndpointChange), required: true } },
  responses: { 200: json(EndpointView, 'The endpoint') },
})

const remove = createRoute({
  method: 'delete',
  path: '/api/webhook-endpoints/{id}',
  summary: 'Remove an endpoint',
  middleware: write,
  request: { params },
  responses: { 204: { description: 'Removed' } },
})

const deliveries = createRoute({
  method: 'get',
  path: '/api/webhook-endpoints/{id}/deliveries',
  summary: 'What was sent there and how it was answered, newest first',
  middleware: read,
  request: { params, query: PageQuery },
  responses: { 200: json(pageOfView(DeliveryView), 'A page of deliveries') },
})

function endpointView(endpoint: Endpoint): z.infer<typeof EndpointView> {
  return { ...endpoint, createdAt: endpoint.createdAt.toString() }
}

function deliveryView(delivery: Delivery): z.infer<typeof DeliveryView> {
  return {
    ...delivery,
    createdAt: delivery.createdAt.toString(),
    deliveredAt: delivery.deliveredAt?.toString() ?? null,
  }
}

/** `/api/webhook-endpoints`. */
export function notificationRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(list, async (c) => {
    const query = c.req.valid('query')
    const rows = await c.get('scope').transact((ctx) => listEndpoints(ctx, query))
    return c.json(
      pageOf(rows, query.limit, (row) => row.id, endpointView),
      200,
    )
  })
  app.openapi(create, async (c) => {
    const input = c.req.valid('json')
    const { secret, ...made } = await c.get('scope').transact((ctx) => createEndpoint(ctx, input))
    // Keeps the secret out of caches and out of the stored answers of idempotency keys.
    c.header('Cache-Control', 'no-store')
    return c.json({ ...endpointView(made), secret }, 201)
  })
  app.openapi(change, async (c) => {
    const { id } = c.req.valid('param')
    const input = c.req.valid('json')
    const changed = await c.get('scope').transact((ctx) => changeEndpoint(ctx, id, input))
    return c.json(endpointView(changed), 200)
  })
  app.openapi(remove, async (c) => {
    const { id } = c.req.valid('param')
    await c.get('scope').transact((ctx) => deleteEndpoint(ctx, id))
    return c.body(null, 204)
  })
  app.openapi(deliveries, async (c) => {
    const { id } = c.req.valid('param')
    const query = c.req.valid('query')
    const rows = await c.get('scope').transact((ctx) => listDeliveries(ctx, id, query))
    return c.json(
      pageOf(rows, query.limit, (row) => row.id, deliveryView),
      200,
    )
  })
  return app
}
