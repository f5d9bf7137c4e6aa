import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { actorName } from '#src/kernel/ids.ts'
import { pageOf, PageQuery, startAfter } from '#src/kernel/paging.ts'
import { listEscalations, loadEscalation, queuePosition } from './load-escalation.ts'
import { queueStatistics } from './queue-statistics.ts'
import { PRIORITIES } from './priorities.ts'
import { EscalationView, escalationView, QueueStatisticsView } from './views.ts'

const STATUSES = ['open', 'claimed', 'answered', 'resolved'] as const

const QueueQuery = PageQuery.extend({
  status: z.enum(STATUSES).optional(),
  reason: z.string().optional(),
  priority: z.enum(PRIORITIES).optional(),
  assignee: z.string().optional().openapi({
    description: '"me", "none", or who has it as claimedBy names them ("member:mbr_1")',
  }),
  customerId: z.string().optional(),
  overdue: z.enum(['true', 'false']).optional(),
})

const list = createRoute({
  method: 'get',
  path: '/api/escalations',
  summary: 'The human queue, due first',
  middleware: [requireRole('escalations', 'read')],
  request: { query: QueueQuery },
  responses: {
    200: json(
      z.object({ data: z.array(EscalationView), nextCursor: z.string().nullable() }),
      'A page of escalations',
    ),
  },
})

const statistics = createRoute({
  method: 'get',
  path: '/api/escalations/statistics',
  summary: 'How the queue stands: open, overdue, median time to an answer',
  middleware: [requireRole('escalations', 'read')],
  request: { query: z.object({ days: z.coerce.number().int().min(1).max(366).default(30) }) },
  responses: { 200: json(QueueStatisticsView, 'The statistics') },
})

const show = createRoute({
  method: 'get',
  path: '/api/escalations/{id}',
  summary: 'An escalation with its context',
  middleware: [requireRole('escalations', 'read')],
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json(EscalationView, 'The escalation') },
})

/** Looking into the queue. */
export function queueRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(list, async (c) => {
    const query = c.req.valid('query')
    const { limit, status, reason, priority, assignee, customerId, overdue } = query
    const rows = await c.get('scope').transact((ctx) =>
      listEscalations(ctx, {
        statuses: status === undefined ? undefined : [status],
        reason,
        priority,
        assignee: assigneeOf(assignee, actorName(ctx.actor)),
        customerId,
        overdue: overdue === 'true',
        after: startAfter(query),
        limit: limit + 1,
      }),
    )
    return c.json(pageOf(rows, limit, queuePosition, escalationView), 200)
  })
  app.openapi(statistics, async (c) => {
    const { days } = c.req.valid('query')
    return c.json(await c.get('scope').transact((ctx) => queueStatistics(ctx, days)), 200)
  })
  app.openapi(show, async (c) => {
    const { id } = c.req.valid('param')
    const row = await c.get('scope').transact((ctx) => loadEscalation(ctx, id))
    return c.json(escalationView(row), 200)
  })
  return app
}

function assigneeOf(assignee: string | undefined, me: string): string | null | undefined {
  if (assignee === 'me') return me
  return assignee === 'none' ? null : assignee
}
