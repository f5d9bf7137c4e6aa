import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { pageOf, PageQuery, startAfter } from '#src/kernel/paging.ts'
import { listRuns, loadRun, runPosition } from './runs/list-runs.ts'
import { AgentRunView, agentRunView } from './views.ts'

const list = createRoute({
  method: 'get',
  path: '/api/agent-runs',
  summary: 'Runs of the supervisor',
  middleware: [requireRole('runs', 'read')],
  request: {
    query: PageQuery.extend({
      customerId: z.string().optional(),
      status: z.enum(['running', 'waiting', 'done', 'failed']).optional(),
    }),
  },
  responses: {
    200: json(
      z.object({ data: z.array(AgentRunView), nextCursor: z.string().nullable() }),
      'A page of runs',
    ),
  },
})

const show = createRoute({
  method: 'get',
  path: '/api/agent-runs/{id}',
  summary: 'A run: decision, proposals, verdicts, outcome',
  middleware: [requireRole('runs', 'read')],
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json(AgentRunView, 'The run') },
})

/** `/api/agent-runs`. */
export function runRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(list, async (c) => {
    const query = c.req.valid('query')
    const { limit, status, customerId } = query
    const after = startAfter(query)
    const rows = await c
      .get('scope')
      .transact((ctx) => listRuns(ctx, { status, customerId, after, limit: limit + 1 }))
    return c.json(pageOf(rows, limit, runPosition, agentRunView), 200)
  })
  app.openapi(show, async (c) => {
    const { id } = c.req.valid('param')
    const row = await c.get('scope').transact((ctx) => loadRun(ctx, id))
    return c.json(agentRunView(row), 200)
  })
  return app
}
