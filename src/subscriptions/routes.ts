import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { PageQuery } from '#src/kernel/paging.ts'
import { addAddon } from './add-addon.ts'
import { cancelSubscription } from './cancel-subscription.ts'
import { changePlan } from './change-plan.ts'
import { couponRoutes } from './coupons/routes.ts'
import { listSubscriptions } from './load-subscription.ts'
import { CancelRequest, NewAddon, NewSubscription, PlanChangeRequest } from './shapes.ts'
import { subscribe } from './subscribe.ts'
import {
  AddonView,
  addonView,
  ChangeView,
  changeView,
  SubscriptionView,
  subscriptionView,
} from './views.ts'

const params = z.object({ id: z.string() })
const write = requireRole('subscriptions', 'write')
const Listed = SubscriptionView.extend({ addons: z.array(AddonView), changes: z.array(ChangeView) })

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
      z.object({ data: z.array(Listed), nextCursor: z.string().nullable() }),
      'A page of subscriptions',
    ),
  },
})

const change = createRoute({
  method: 'post',
  path: '/api/subscriptions/{id}/changes',
  summary: 'Another plan from an instant on',
  middleware: write,
  request: { params, body: { ...json(PlanChangeRequest), required: true } },
  responses: { 201: json(ChangeView, 'The change') },
})

const addon = createRoute({
  method: 'post',
  path: '/api/subscriptions/{id}/addons',
  summary: 'Book an add-on',
  middleware: write,
  request: { params, body: { ...json(NewAddon), required: true } },
  responses: { 201: json(AddonView, 'The booking') },
})

const cancel = createRoute({
  method: 'post',
  path: '/api/subscriptions/{id}/cancel',
  summary: 'End a subscription',
  middleware: write,
  request: { params, body: { ...json(CancelRequest), required: true } },
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
    const data = found.page.data.map((row) => ({
      ...subscriptionView(row),
      addons: found.addons.filter((it) => it.subscriptionId === row.id).map(addonView),
      changes: found.changes.filter((it) => it.subscriptionId === row.id).map(changeView),
    }))
    return c.json({ data, nextCursor: found.page.nextCursor }, 200)
  })
  app.openapi(change, async (c) => {
    const body = await c.req.json<z.input<typeof PlanChangeRequest>>()
    const subscriptionId = c.req.valid('param').id
    const row = await c.get('scope').transact((ctx) => changePlan(ctx, { ...body, subscriptionId }))
    return c.json(changeView(row), 201)
  })
  app.openapi(addon, async (c) => {
    const body = await c.req.json<z.input<typeof NewAddon>>()
    const subscriptionId = c.req.valid('param').id
    const row = await c.get('scope').transact((ctx) => addAddon(ctx, { ...body, subscriptionId }))
    return c.json(addonView(row), 201)
  })
  app.openapi(cancel, async (c) => {
    const body = await c.req.json<z.input<typeof CancelRequest>>()
    const subscriptionId = c.req.valid('param').id
    const row = await c
      .get('scope')
      .transact((ctx) => cancelSubscription(ctx, { ...body, subscriptionId }))
    return c.json(subscriptionView(row), 200)
  })
  app.route('/', couponRoutes())
  return app
}
