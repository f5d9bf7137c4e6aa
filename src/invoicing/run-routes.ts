import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { ExpectedHash } from '#src/http/preview.ts'
import { requireRole } from '#src/http/require-role.ts'
import { PageQuery } from '#src/kernel/paging.ts'
import { listRuns } from './list-invoices.ts'
import { previewRun } from './preview-run.ts'
import { RunPreviewView, runPreviewView } from './run-preview-views.ts'
import { runBilling } from './run-billing.ts'
import { RunSummaryView, runSummaryView, RunView, runView } from './run-views.ts'

const Month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month like 2026-02')

const start = createRoute({
  method: 'post',
  path: '/api/billing-runs',
  summary: 'Bill a period; again, it changes nothing and says so',
  middleware: requireRole('invoices', 'write'),
  request: {
    body: {
      ...json(z.strictObject({ period: Month, expectedHash: ExpectedHash })),
      required: true,
    },
  },
  responses: { 200: json(RunSummaryView) },
})

const preview = createRoute({
  method: 'get',
  path: '/api/billing-runs/preview',
  summary: 'What billing a period would come to, with the hash a run may demand; writes nothing',
  middleware: requireRole('invoices', 'read'),
  request: {
    query: z.object({
      period: Month,
      top: z.coerce.number().int().min(1).max(1000).default(20),
    }),
  },
  responses: { 200: json(RunPreviewView) },
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
  app.openapi(start, async (c) => {
    const { period, expectedHash } = c.req.valid('json')
    const summary = await runBilling(c.get('scope'), {
      period,
      ...(expectedHash === undefined ? {} : { expectedHash }),
    })
    return c.json(runSummaryView(summary), 200)
  })
  app.openapi(preview, async (c) =>
    c.json(runPreviewView(await previewRun(c.get('scope'), c.req.valid('query'))), 200),
  )
  app.openapi(list, async (c) => {
    const query = c.req.valid('query')
    const found = await c.get('scope').transact((ctx) => listRuns(ctx, query))
    return c.json({ data: found.data.map(runView), nextCursor: found.nextCursor }, 200)
  })
  return app
}
