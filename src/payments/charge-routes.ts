import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { ProviderFor } from '#src/gateways/payments/provider.ts'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { OnceKey } from '#src/http/money-fields.ts'
import { ExpectedHash } from '#src/http/preview.ts'
import { requireRole } from '#src/http/require-role.ts'
import { chargeInvoice } from './charge-invoice.ts'
import { previewCharge } from './plan-charge.ts'

const params = z.object({ id: z.string() })

const preview = createRoute({
  method: 'get',
  path: '/api/invoices/{id}/charges/preview',
  summary: 'What charging the card on file would do, with the hash the commit may demand',
  middleware: requireRole('payments', 'read'),
  request: { params },
  responses: {
    200: json(
      z.object({
        hash: z.string(),
        effects: z.object({
          action: z.literal('charge'),
          invoiceId: z.string(),
          number: z.string().nullable(),
          currency: z.string(),
          does: z.enum(['charge', 'continue', 'look_up', 'cancel_first', 'refuse']),
          reason: z.string().nullable(),
          amountMinor: z.string(),
          card: z.object({ id: z.string(), brand: z.string(), last4: z.string() }).nullable(),
          attempt: z.number().int(),
        }),
      }),
    ),
  },
})

const charge = createRoute({
  method: 'post',
  path: '/api/invoices/{id}/charges',
  summary: 'Charge what is due to the card on file, inside the limits of cards and cases',
  middleware: requireRole('payments', 'write'),
  request: {
    params,
    body: { ...json(z.strictObject({ key: OnceKey, expectedHash: ExpectedHash })), required: true },
  },
  responses: {
    200: json(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('charged'), paymentId: z.string(), status: z.string() }),
        z.object({
          kind: z.literal('refused'),
          reason: z.string(),
          detail: z.string().optional(),
        }),
      ]),
    ),
  },
})

/** `/api/invoices/<id>/charges` and its preview twin. */
export function chargeRoutes(deps: { readonly providerFor: ProviderFor }): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(preview, async (c) => {
    const { id } = c.req.valid('param')
    const { effects, hash } = await c.get('scope').transact((ctx) => previewCharge(ctx, id))
    return c.json(
      { hash, effects: { ...effects, amountMinor: effects.amountMinor.toString() } },
      200,
    )
  })
  app.openapi(charge, async (c) => {
    const { key, expectedHash } = c.req.valid('json')
    const result = await chargeInvoice(c.get('scope'), deps, {
      invoiceId: c.req.valid('param').id,
      cause: `manual:${key}`,
      ...(expectedHash === undefined ? {} : { expectedHash }),
    })
    return c.json(result, 200)
  })
  return app
}
