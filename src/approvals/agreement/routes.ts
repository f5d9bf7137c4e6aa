import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { EARNED_DAYS } from '../autonomy.ts'
import { agreementReport } from './report.ts'

const share = {
  n: z.number(),
  agreed: z.number(),
  share: z.number().nullable(),
  interval: z.tuple([z.number(), z.number()]).readonly(),
}
const kappa = { kappa: z.number().nullable() }
const Labelled = z.object({ label: z.string(), ...share, ...kappa })
const labels = z.array(z.string()).readonly()

const AgreementView = z
  .object({
    since: z.string(),
    routes: z.object({ ...share, ...kappa, each: z.array(Labelled) }),
    actions: z.object({ each: z.array(Labelled) }),
    disagreements: z
      .array(
        z.object({
          callId: z.string(),
          runId: z.string().nullable(),
          task: z.string(),
          shadow: z.string(),
          live: labels,
          shadowed: labels,
          liveReason: z.string(),
          shadowReason: z.string(),
          at: z.string(),
        }),
      )
      .readonly(),
    people: z
      .array(
        z.object({
          kind: z.string(),
          ...share,
          unchanged: z.number(),
          edited: z.number(),
          rejected: z.number(),
        }),
      )
      .readonly(),
  })
  .openapi('Agreement')

const report = createRoute({
  method: 'get',
  path: '/api/reports/agreement',
  summary: 'How far shadow and live model, and people and proposals, agree; 90 days by default',
  middleware: [requireRole('reports', 'read')],
  request: { query: z.object({ since: z.string().optional() }) },
  responses: { 200: json(AgreementView, 'By route and by kind of proposal') },
})

/** `/api/reports/agreement`. */
export function agreementRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(report, async (c) => {
    const { since } = c.req.valid('query')
    const view = await c.get('scope').transact((ctx) => {
      const from =
        since === undefined
          ? ctx.now.subtract({ hours: 24 * EARNED_DAYS })
          : parseInstant(since, 'since')
      return agreementReport(ctx, from)
    })
    return c.json(view, 200)
  })
  return app
}
