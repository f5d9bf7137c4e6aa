import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { PageQuery } from '#src/kernel/paging.ts'
import { cancelSubscription } from './cancel-subscription.ts'
import { changeRoutes } from './change-routes.ts'
import { couponRoutes } from './coupons/routes.ts'
import { endTrial } from './end-trial.ts'
import { listSubscriptions, loadSubscription, stateAt } from './load-subscription.ts'
import { reactivateSubscription } from './reactivate-subscription.ts'
import { CancelRequest, NewSubscription, Reactivation, TrialEnd } from './shapes.ts'
import { subscribe } from './subscribe.ts'
import {
  Detail,
  detailView,
  ListedView,
  listedView,
  SubscriptionView,
  subscriptionView,
} from './views.ts'

const params = z.object({ id: z.string() })
const write = requireRole('subscriptions', 'write')

const create = createRoute({
  method: 'post',
  path: '/api/subscriptions',
  summary: 'Put a customer on a plan',
  middleware: write,
  request: { body: { ...json(NewSubscription), required: true } },
  responses: { 201: json(SubscriptionView, 'The subscription') },
})

const list = createRoute({
  method: 'get',
  path: '/api/subscriptions',
  summary: 'Subscriptions by id, of one customer where asked',
  middleware: requireRole('subscriptions', 'read'),
  request: { query: PageQuery.extend({ customerId: z.string().optional() }) },
  responses: {
    200: json(
      z.object({ data: z.array(ListedView), nextCursor: z.string().nullable() }),
      'A page of subscriptions',
    ),
  },
})

const show = createRoute({
  method: 'get',
  path: '/api/subscriptions/{id}',
  summary: 'A subscription with its plan now, its running period, what was added and what changes',
  middleware: requireRole('subscriptions', 'read'),
  request: { params },
  responses: { 200: json(Detail, 'The subscription') },
})

const cancel = createRoute({
  method: 'post',
  path: '/api/subscriptions/{id}/cancel',
  summary: 'End a subscription',
  middleware: write,
  request: { params, body: { ...json(CancelRequest), required: true } },
  responses: { 200: json(SubscriptionView, 'The subscription') },
})

const reactivate = createRoute({
  method: 'post',
  path: '/api/subscriptions/{id}/reactivate',
  summary: 'Take back an end that lies ahead',
  middleware: write,
  request: { params, body: { ...json(Reactivation), required: true } },
  responses: { 200: json(SubscriptionView, 'The subscription') },
})

const trialEnd = createRoute({
  method: 'post',
  path: '/api/subscriptions/{id}/end-trial',
  summary: 'Turn a trial into a paid subscription now',
  middleware: write,
  request: { params, body: { ...json(TrialEnd), required: true } },
  responses: { 200: json(SubscriptionView, 'The subscription') },
})

/** `/api/subscriptions`, `/api/coupons`. */
export function subscriptionRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  // The verbs parse the body themselves (the demo and the importers call them too): they get it as it was sent.
  app.openapi(create, async (c) => {
    const body = await c.req.json<z.input<typeof NewSubscription>>()
    const row = await c.get('scope').transact((ctx) => subscribe(ctx, body))
    return c.json(subscriptionView(row), 201)
  })
  app.openapi(list, async (c) => {
    const query = c.req.valid('query')
    const found = await c.get('scope').transact((ctx) => listSubscriptions(ctx, query))
    const data = found.page.data.map((row) =>
      listedView({
        subscription: row,
        addons: found.addons.filter((it) => it.subscriptionId === row.id),
        changes: found.changes.filter((it) => it.subscriptionId === row.id),
      }),
    )
    return c.json({ data, nextCursor: found.page.nextCursor }, 200)
  })
  app.openapi(show, async (c) => {
    const { id } = c.req.valid('param')
    const body = await c.get('scope').transact(async (ctx) => {
      const found = await loadSubscription(ctx, id)
      return detailView(found, await stateAt(ctx, found.subscription, ctx.now))
    })
    return c.json(body, 200)
  })
  app.openapi(cancel, async (c) => {
    const body = await c.req.json<z.input<typeof CancelRequest>>()
    const subscriptionId = c.req.valid('param').id
    const row = await c
      .get('scope')
      .transact((ctx) => cancelSubscription(ctx, { ...body, subscriptionId }))
    return c.json(subscriptionView(row), 200)
  })
  app.openapi(reactivate, async (c) => {
    const body = await c.req.json<z.input<typeof Reactivation>>()
    const subscriptionId = c.req.valid('param').id
    const row = await c
      .get('scope')
      .transact((ctx) => reactivateSubscription(ctx, { ...body, subscriptionId }))
    return c.json(subscriptionView(row), 200)
  })
  app.openapi(trialEnd, async (c) => {
    const body = await c.req.json<z.input<typeof TrialEnd>>()
    const subscriptionId = c.req.valid('param').id
    const row = await c.get('scope').transact((ctx) => endTrial(ctx, { ...body, subscriptionId }))
    return c.json(subscriptionView(row), 200)
  })
  app.route('/', changeRoutes())
  app.route('/', couponRoutes())
  return app
}
