import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { QueueSettings } from '#src/tenancy/shapes.ts'
import { changeQueueSettings, QueueSettingsChange } from './change-settings.ts'

const show = createRoute({
  method: 'get',
  path: '/api/settings/queue',
  summary: 'When a claim goes stale, and how long checkpoints are kept',
  middleware: [requireRole('organization', 'read')],
  responses: { 200: json(QueueSettings, 'The settings') },
})

const change = createRoute({
  method: 'patch',
  path: '/api/settings/queue',
  summary: 'Change parts of the queue’s settings; what is not named stays',
  middleware: [requireRole('organization', 'write')],
  request: { body: { ...json(QueueSettingsChange), required: true } },
  responses: { 200: json(QueueSettings, 'The settings after the change') },
})

/** `/api/settings/queue`. */
export function queueSettingsRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(show, async (c) => {
    const { settings } = await c.get('scope').transact((ctx) => loadOrganization(ctx))
    return c.json(settings.queue, 200)
  })
  app.openapi(change, async (c) => {
    const wanted = c.req.valid('json')
    return c.json(await c.get('scope').transact((ctx) => changeQueueSettings(ctx, wanted)), 200)
  })
  return app
}
