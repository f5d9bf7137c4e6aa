import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { pageOf, PageQuery, startAfter } from '#src/kernel/paging.ts'
import { invalidInput } from '#src/kernel/parse.ts'
import { answerEscalation } from './answer-escalation.ts'
import { claimEscalation, releaseEscalation } from './claim-escalation.ts'
import { listEscalations, loadEscalation, queuePosition } from './load-escalation.ts'
import { listRuns, loadRun, runPosition } from './runs/list-runs.ts'
import { EscalationAnswer } from './shapes.ts'
import { AgentRunView, agentRunView, EscalationView, escalationView } from './views.ts'

const json = <Schema extends z.ZodType>(schema: Schema) => ({
  content: { 'application/json': { schema } },
})
const params = z.object({ id: z.string() })
const pageSchema = <Schema extends z.ZodType>(item: Schema) =>
  json(z.object({ data: z.array(item), nextCursor: z.string().nullable() }))
const one = { 200: { description: 'The escalation', ...json(EscalationView) } }

const list = createRoute({
  method: 'get',
  path: '/api/escalations',
  summary: 'The human queue',
  middleware: requireRole('escalations', 'read'),
  request: {
    query: PageQuery.extend({
      status: z.enum(['open', 'claimed', 'answered', 'resolved']).optional(),
      customerId: z.string().optional(),
    }),
  },
  responses: { 200: { description: 'A page of escalations', ...pageSchema(EscalationView) } },
})

const show = createRoute({
  method: 'get',
  path: '/api/escalations/{id}',
  summary: 'An escalation with its context',
  middleware: requireRole('escalations', 'read'),
  request: { params },
  responses: one,
})

const step = (name: 'claim' | 'release', summary: string) =>
  createRoute({
    method: 'post',
    path: `/api/escalations/{id}/${name}`,
    summary,
    middleware: requireRole('escalations', 'write'),
    request: { params },
    responses: one,
  })

const answer = createRoute({
  method: 'post',
  path: '/api/escalations/{id}/answer',
  summary: 'Approve, edit, reject or respond; the run that waits goes on',
  middleware: requireRole('escalations', 'write'),
  request: { params, body: { ...json(EscalationAnswer), required: true } },
  responses: one,
})

const runs = createRoute({
  method: 'get',
  path: '/api/agent-runs',
  summary: 'Runs of the supervisor',
  middleware: requireRole('runs', 'read'),
  request: {
    query: PageQuery.extend({
      customerId: z.string().optional(),
      status: z.enum(['running', 'waiting', 'done', 'failed']).optional(),
    }),
  },
  responses: { 200: { description: 'A page of runs', ...pageSchema(AgentRunView) } },
})

const run = createRoute({
  method: 'get',
  path: '/api/agent-runs/{id}',
  summary: 'A run: decision, proposals, verdicts, outcome',
  middleware: requireRole('runs', 'read'),
  request: { params },
  responses: { 200: { description: 'The run', ...json(AgentRunView) } },
})

/** `/api/escalations` and `/api/agent-runs`. */
export function approvalRoutes(): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidInput(result.error)
    },
  })
  app.openapi(list, async (c) => {
    const query = c.req.valid('query')
    const { limit, status, customerId } = query
    const rows = await c.get('scope').transact((ctx) =>
      listEscalations(ctx, {
        ...(status === undefined ? {} : { statuses: [status] }),
        ...(customerId === undefined ? {} : { customerId }),
        after: startAfter(query),
        limit: limit + 1,
      }),
    )
    return c.json(pageOf(rows, limit, queuePosition, escalationView), 200)
  })
  app.openapi(show, async (c) => {
    const { id } = c.req.valid('param')
    const row = await c.get('scope').transact((ctx) => loadEscalation(ctx, id))
    return c.json(escalationView(row), 200)
  })
  app.openapi(step('claim', 'Take the case'), async (c) => {
    const { id } = c.req.valid('param')
    const row = await c.get('scope').transact((ctx) => claimEscalation(ctx, id))
    return c.json(escalationView(row), 200)
  })
  app.openapi(step('release', 'Give the case back'), async (c) => {
    const { id } = c.req.valid('param')
    const row = await c.get('scope').transact((ctx) => releaseEscalation(ctx, id))
    return c.json(escalationView(row), 200)
  })
  app.openapi(answer, async (c) => {
    const input = { id: c.req.valid('param').id, answer: c.req.valid('json') }
    const row = await c.get('scope').transact((ctx) => answerEscalation(ctx, input))
    return c.json(escalationView(row), 200)
  })
  app.openapi(runs, async (c) => {
    const query = c.req.valid('query')
    const { limit, status, customerId } = query
    const after = startAfter(query)
    const rows = await c
      .get('scope')
      .transact((ctx) => listRuns(ctx, { status, customerId, after, limit: limit + 1 }))
    return c.json(pageOf(rows, limit, runPosition, agentRunView), 200)
  })
  app.openapi(run, async (c) => {
    const { id } = c.req.valid('param')
    const row = await c.get('scope').transact((ctx) => loadRun(ctx, id))
    return c.json(agentRunView(row), 200)
  })
  return app
}
