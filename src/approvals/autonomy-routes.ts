import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { Ctx } from '#db/context.ts'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { AUTONOMY, autonomyOf, CEILING } from './autonomy.ts'
import { AutonomyChange, changeAutonomy, isEarned, measuredAgreement } from './change-autonomy.ts'
import type { ProposalKind } from './shapes.ts'

const Level = z.enum(['execute', 'once', 'ask'])
const AutonomyView = z
  .object({
    actions: z.array(
      z.object({
        kind: z.string(),
        level: Level,
        usual: Level,
        ceiling: Level,
        answers: z.number(),
        unchanged: z.number(),
        lowerBound: z.number(),
        earned: z.boolean(),
      }),
    ),
  })
  .openapi('Autonomy')

const show = createRoute({
  method: 'get',
  path: '/api/settings/autonomy',
  summary: 'What agents may do alone, and what people’s answers have earned',
  middleware: [requireRole('organization', 'read')],
  responses: { 200: json(AutonomyView, 'By kind of proposal') },
})

const change = createRoute({
  method: 'patch',
  path: '/api/settings/autonomy',
  summary: 'Lower at will; raise above the usual what is earned; kind to execute, once or ask',
  middleware: [requireRole('organization', 'write')],
  request: { body: { ...json(AutonomyChange), required: true } },
  responses: { 200: json(AutonomyView, 'After the change') },
})

async function viewOf(ctx: Ctx): Promise<z.infer<typeof AutonomyView>> {
  const levels = autonomyOf((await loadOrganization(ctx)).settings.autonomy)
  const measured = await measuredAgreement(ctx)
  return {
    actions: (Object.keys(AUTONOMY) as ProposalKind[]).map((kind) => {
      const found = measured.get(kind)
      return {
        kind,
        level: levels[kind],
        usual: AUTONOMY[kind],
        ceiling: CEILING[kind],
        answers: found?.n ?? 0,
        unchanged: found?.unchanged ?? 0,
        lowerBound: found?.interval[0] ?? 0,
        earned: isEarned(found),
      }
    }),
  }
}

/** `/api/settings/autonomy`. */
export function autonomyRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(show, async (c) => c.json(await c.get('scope').transact(viewOf), 200))
  app.openapi(change, async (c) => {
    const wanted = c.req.valid('json')
    const view = await c.get('scope').transact(async (ctx) => {
      await changeAutonomy(ctx, wanted)
      return viewOf(ctx)
    })
    return c.json(view, 200)
  })
  return app
}
