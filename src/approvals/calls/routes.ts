import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { pageOf, PageQuery, startAfter } from '#src/kernel/paging.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { loadRun } from '../runs/list-runs.ts'
import { changeModelSettings, ModelSettingsChange } from './change-model-settings.ts'
import { callPosition, listCalls, spentNow } from './list-calls.ts'
import { ModelCallView, modelCallView, ModelSettingsView, modelSettingsView } from './views.ts'

const Page = z.object({ data: z.array(ModelCallView), nextCursor: z.string().nullable() })

const list = createRoute({
  method: 'get',
  path: '/api/model-calls',
  summary: 'Calls to models, newest first: what for, tokens, cost, latency, outcome',
  middleware: [requireRole('runs', 'read')],
  request: {
    query: PageQuery.extend({
      purpose: z.enum(['route', 'draft', 'repair', 'shadow']).optional(),
      outcome: z
        .enum(['reserved', 'answered', 'invalid', 'refusal', 'unavailable', 'budget'])
        .optional(),
    }),
  },
  responses: { 200: json(Page, 'A page of calls') },
})

const ofRun = createRoute({
  method: 'get',
  path: '/api/agent-runs/{id}/calls',
  summary: 'The calls a run has made, shadows among them',
  middleware: [requireRole('runs', 'read')],
  request: { params: z.object({ id: z.string() }), query: PageQuery },
  responses: { 200: json(Page, 'A page of calls') },
})

const show = createRoute({
  method: 'get',
  path: '/api/settings/models',
  summary: 'Budgets of model calls, prices, retention, and what is spent by now',
  middleware: [requireRole('organization', 'read')],
  responses: { 200: json(ModelSettingsView, 'The settings') },
})

const change = createRoute({
  method: 'patch',
  path: '/api/settings/models',
  summary: 'Change what the body names; the next call goes by it',
  middleware: [requireRole('organization', 'write')],
  request: { body: { ...json(ModelSettingsChange), required: true } },
  responses: { 200: json(ModelSettingsView, 'The settings after the change') },
})

/** `/api/model-calls`, `/api/agent-runs/{id}/calls` and `/api/settings/models`. */
export function modelCallRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(list, async (c) => {
    const query = c.req.valid('query')
    const { limit, purpose, outcome } = query
    const filter = { purpose, outcome, after: startAfter(query), limit: limit + 1 }
    const rows = await c.get('scope').transact((ctx) => listCalls(ctx, filter))
    return c.json(pageOf(rows, limit, callPosition, modelCallView), 200)
  })
  app.openapi(ofRun, async (c) => {
    const query = c.req.valid('query')
    const { id } = c.req.valid('param')
    const { limit } = query
    const rows = await c.get('scope').transact(async (ctx) => {
      await loadRun(ctx, id)
      return listCalls(ctx, { runId: id, after: startAfter(query), limit: limit + 1 })
    })
    return c.json(pageOf(rows, limit, callPosition, modelCallView), 200)
  })
  app.openapi(show, async (c) => {
    const view = await c.get('scope').transact(async (ctx) => {
      const { settings } = await loadOrganization(ctx)
      return modelSettingsView(settings.models, await spentNow(ctx))
    })
    return c.json(view, 200)
  })
  app.openapi(change, async (c) => {
    const wanted = c.req.valid('json')
    const view = await c.get('scope').transact(async (ctx) => {
      const models = await changeModelSettings(ctx, wanted)
      return modelSettingsView(models, await spentNow(ctx))
    })
    return c.json(view, 200)
  })
  return app
}
