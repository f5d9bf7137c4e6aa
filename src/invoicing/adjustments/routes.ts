import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { Reason } from '#src/http/money-fields.ts'
import { ExpectedHash } from '#src/http/preview.ts'
import { requireRole } from '#src/http/require-role.ts'
import { actorName } from '#src/kernel/ids.ts'
import { creditOwedUsage, previewOwedUsage } from './credit-owed.ts'

const params = z.object({ id: z.string() })

const preview = createRoute({
  method: 'get',
  path: '/api/subscriptions/{id}/owed-usage/preview',
  summary: 'What an ended subscription is owed back for usage corrected since, with its hash',
  middleware: requireRole('invoices', 'read'),
  request: { params },
  responses: {
    200: json(
      z.object({
        hash: z.string(),
        effects: z.object({
          action: z.literal('credit_owed_usage'),
          subscriptionId: z.string(),
          credits: z.array(
            z.object({
              invoiceId: z.string(),
              number: z.string(),
              period: z.string(),
              netMinor: z.string(),
            }),
          ),
        }),
      }),
    ),
  },
})

const credit = createRoute({
  method: 'post',
  path: '/api/subscriptions/{id}/owed-usage',
  summary: 'Credit it, with a note to each invoice; again, it changes nothing',
  middleware: requireRole('invoices', 'write'),
  request: {
    params,
    body: {
      ...json(z.strictObject({ reason: Reason, expectedHash: ExpectedHash })),
      required: true,
    },
  },
  responses: { 200: json(z.object({ creditNotes: z.array(z.string()) })) },
})

/** `/api/subscriptions/<id>/owed-usage` and its preview twin. */
export function owedUsageRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(preview, async (c) => {
    const { id } = c.req.valid('param')
    const { effects, hash } = await c.get('scope').transact((ctx) => previewOwedUsage(ctx, id))
    const credits = effects.credits.map((one) => ({ ...one, netMinor: one.netMinor.toString() }))
    return c.json({ hash, effects: { ...effects, credits } }, 200)
  })
  app.openapi(credit, async (c) => {
    const { reason, expectedHash } = c.req.valid('json')
    const creditNotes = await c.get('scope').transact((ctx) =>
      creditOwedUsage(ctx, {
        subscriptionId: c.req.valid('param').id,
        reason,
        approvedBy: actorName(ctx.actor),
        ...(expectedHash === undefined ? {} : { expectedHash }),
      }),
    )
    return c.json({ creditNotes }, 200)
  })
  return app
}
