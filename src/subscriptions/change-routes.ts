import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { addAddon } from './add-addon.ts'
import { changeAddon, removeAddon } from './change-addon.ts'
import { changePlan } from './change-plan.ts'
import { AddonChange, NewAddon, PlanChangeRequest } from './shapes.ts'
import { AddonView, addonView, ChangeView, changeView } from './views.ts'
import { withdrawChange } from './withdraw-change.ts'

const params = z.object({ id: z.string() })
const bookingParams = params.extend({ bookingId: z.string() })
const write = requireRole('subscriptions', 'write')

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

const withdraw = createRoute({
  method: 'delete',
  path: '/api/subscriptions/{id}/changes/{changeId}',
  summary: 'Take back a plan change that lies ahead',
  middleware: write,
  request: { params: params.extend({ changeId: z.string() }) },
  responses: { 204: { description: 'It is gone' } },
})

const quantity = createRoute({
  method: 'patch',
  path: '/api/subscriptions/{id}/addons/{bookingId}',
  summary:
    'Another quantity of an add-on or of seats from an instant on; the answer is the booking that goes on',
  middleware: write,
  request: { params: bookingParams, body: { ...json(AddonChange), required: true } },
  responses: { 200: json(AddonView, 'The booking') },
})

const remove = createRoute({
  method: 'delete',
  path: '/api/subscriptions/{id}/addons/{bookingId}',
  summary: 'End an add-on now, at an instant or at the end of the running period',
  middleware: write,
  request: {
    params: bookingParams,
    query: z.object({
      at: z.string().optional(),
      when: z.enum(['now', 'period_end']).optional(),
    }),
  },
  responses: { 200: json(AddonView, 'The booking') },
})

/** Plan changes and add-ons of `/api/subscriptions/{id}`. */
export function changeRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
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
  app.openapi(withdraw, async (c) => {
    const { id: subscriptionId, changeId } = c.req.valid('param')
    await c.get('scope').transact((ctx) => withdrawChange(ctx, { subscriptionId, changeId }))
    return c.body(null, 204)
  })
  app.openapi(quantity, async (c) => {
    const body = await c.req.json<z.input<typeof AddonChange>>()
    const { id: subscriptionId, bookingId } = c.req.valid('param')
    const row = await c
      .get('scope')
      .transact((ctx) => changeAddon(ctx, { ...body, subscriptionId, bookingId }))
    return c.json(addonView(row), 200)
  })
  app.openapi(remove, async (c) => {
    const { at, when } = c.req.valid('query')
    const { id: subscriptionId, bookingId } = c.req.valid('param')
    const effect = { ...(at === undefined ? {} : { at }), ...(when === undefined ? {} : { when }) }
    const row = await c
      .get('scope')
      .transact((ctx) => removeAddon(ctx, { ...effect, subscriptionId, bookingId }))
    return c.json(addonView(row), 200)
  })
  return app
}
