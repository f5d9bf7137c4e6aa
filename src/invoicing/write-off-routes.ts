import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { ExpectedHash } from '#src/http/preview.ts'
import { requireRole } from '#src/http/require-role.ts'
import { actorName } from '#src/kernel/ids.ts'
import { markUncollectible, previewWriteOff } from './mark-uncollectible.ts'
import { MoneyPreviewView, moneyPreviewView } from './money-effects.ts'

const params = z.object({ id: z.string() })

const preview = createRoute({
  method: 'get',
  path: '/api/invoices/{id}/write-off/preview',
  summary: 'What writing the invoice off would do, with the hash the commit may demand',
  middleware: requireRole('invoices', 'read'),
  request: { params },
  responses: { 200: json(MoneyPreviewView) },
})

const commit = createRoute({
  method: 'post',
  path: '/api/invoices/{id}/write-off',
  summary: 'Write the open amount off as bad debt; it stays payable',
  middleware: requireRole('invoices', 'write'),
  request: {
    params,
    body: {
      ...json(
        z.strictObject({
          reason: z.string().trim().min(1).max(500),
          expectedHash: ExpectedHash,
        }),
      ),
      required: true,
    },
  },
  responses: { 200: json(z.object({ status: z.literal('uncollectible') })) },
})

/** `/api/invoices/<id>/write-off` and its preview twin. */
export function writeOffRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(preview, async (c) => {
    const { id } = c.req.valid('param')
    const found = await c.get('scope').transact((ctx) => previewWriteOff(ctx, id))
    return c.json(moneyPreviewView(found), 200)
  })
  app.openapi(commit, async (c) => {
    const { id: invoiceId } = c.req.valid('param')
    const { reason, expectedHash } = c.req.valid('json')
    await c.get('scope').transact((ctx) =>
      markUncollectible(ctx, {
        invoiceId,
        reason,
        approvedBy: actorName(ctx.actor),
        ...(expectedHash === undefined ? {} : { expectedHash }),
      }),
    )
    return c.json({ status: 'uncollectible' as const }, 200)
  })
  return app
}
