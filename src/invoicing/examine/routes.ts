import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { investigateInvoice } from './investigate-invoice.ts'
import { LAYERS } from './layers.ts'

const read = requireRole('invoices', 'read')

const InvestigationView = z
  .object({
    invoiceId: z.string(),
    number: z.string().nullable(),
    customerId: z.string(),
    currency: z.string(),
    status: z.string(),
    source: z.enum(['events', 'buckets', 'none']),
    layers: z.array(
      z.object({
        layer: z.enum(LAYERS),
        compared: z.string(),
        ok: z.boolean().nullable(),
        note: z.string().nullable(),
        differences: z.array(
          z.object({ where: z.string(), expected: z.string(), found: z.string() }),
        ),
      }),
    ),
    firstDifference: z.enum(LAYERS).nullable(),
    overbilledMinor: z.string().nullable(),
    late: z.array(
      z.object({
        metric: z.string(),
        quantity: z.string(),
        events: z.number().int(),
        adjustedOn: z.string().nullable(),
      }),
    ),
  })
  .openapi('InvoiceInvestigation')

const investigate = createRoute({
  method: 'get',
  path: '/api/invoices/{id}/investigation',
  summary:
    'Rate the invoice again from raw events and follow it to the books: where do they differ?',
  middleware: read,
  request: { params: z.object({ id: z.string().openapi({ description: 'Id or number.' }) }) },
  responses: { 200: json(InvestigationView) },
})

/** What looks into an invoice. */
export function examineRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(investigate, async (c) => {
    const { id } = c.req.valid('param')
    const found = await c.get('scope').transact((ctx) => investigateInvoice(ctx, id))
    return c.json(
      {
        ...found,
        layers: found.layers.map((layer) => ({ ...layer, differences: [...layer.differences] })),
        overbilledMinor: found.overbilledMinor?.toString() ?? null,
        late: [...found.late],
      },
      200,
    )
  })
  return app
}
