import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { PageQuery } from '#src/kernel/paging.ts'
import { listRuns } from './list-invoices.ts'
import { runBilling } from './run-billing.ts'
import { RunSummaryView, runSummaryView, RunView, runView } from './run-views.ts'

const Month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month like 2026-02')

const start = createRoute({
  method: 'post',
  path: '/api/billing-runs',
  summary: 'Bill a period; again, it changes nothing and says so',
  middleware: requireRole('invoices', 'write'),
  request: { body: { ...json(z.strictObject({ period: Month })), required: true } },
  responses: { 200: json(RunSummaryView) },
})

const list = createRoute({
  method: 'get',
  path: '/api/billing-runs',
  summary: 'Billing runs, newest first',
  middleware: requireRole('invoices', 'read'),
  request: { query: PageQuery },
  responses: {
    200: json(z.object({ data: z.array(RunView), nextCursor: z.string().nullable() })),
  },
})

/** `/api/billing-runs`. */
export function runRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(start, async (c) =>
    c.json(runSummaryView(await runBilling(c.get('scope'), c.req.valid('json'))), 200),
  )
  app.openapi(list, async (c) => {
    const query = c.req.valid('query')
    const found = await c.get('scope').transact((ctx) => listRuns(ctx, query))
    return c.json({ data: found.data.map(runView), nextCursor: found.nextCursor }, 200)
  })
  return app
}
