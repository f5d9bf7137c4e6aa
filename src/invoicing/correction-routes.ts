import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { Reason } from '#src/http/money-fields.ts'
import { ExpectedHash } from '#src/http/preview.ts'
import { requireRole } from '#src/http/require-role.ts'
import { actorName } from '#src/kernel/ids.ts'
import { correctInvoice, previewCorrection } from './correct-invoice.ts'
import { invoiceLink } from './view.ts'
import { loadInvoice } from './load-invoice.ts'
import { InvoiceDetailView, invoiceDetailView, PreviewView, previewView } from './views.ts'

const params = z.object({ id: z.string() })

const CorrectedLines = z
  .array(
    z.strictObject({
      /** On the wrong invoice, from 0. */
      position: z.number().int().min(0),
      /** As it should have been; "0" takes the charge away. */
      amountMinor: z
        .string()
        .regex(/^-?(0|[1-9]\d{0,17})$/, 'must be minor units, as text without a point')
        .transform(BigInt)
        .openapi({ type: 'string' }),
      description: z.string().trim().min(1).max(500).optional(),
    }),
  )
  .max(1000)
  .optional()

const preview = createRoute({
  method: 'post',
  path: '/api/invoices/{id}/corrections/preview',
  summary: 'The invoice that would replace this one; its contentHash may be demanded',
  middleware: requireRole('invoices', 'read'),
  request: {
    params,
    body: { ...json(z.strictObject({ lines: CorrectedLines })), required: true },
  },
  responses: { 200: json(PreviewView) },
})

const correct = createRoute({
  method: 'post',
  path: '/api/invoices/{id}/corrections',
  summary:
    'Replace a wrong invoice: credit it and finalize another that names it, for the account as it stands now',
  middleware: requireRole('invoices', 'write'),
  request: {
    params,
    body: {
      ...json(
        z.strictObject({ reason: Reason, lines: CorrectedLines, expectedHash: ExpectedHash }),
      ),
      required: true,
    },
  },
  responses: { 201: json(InvoiceDetailView) },
})

/** `/api/invoices/<id>/corrections` and its preview twin. */
export function correctionRoutes(deps: { readonly publicUrl: string }): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(preview, async (c) => {
    const { lines } = c.req.valid('json')
    const draft = await c.get('scope').transact((ctx) =>
      previewCorrection(ctx, {
        invoiceId: c.req.valid('param').id,
        ...(lines === undefined ? {} : { lines: lines.map(lineOf) }),
      }),
    )
    return c.json(previewView({ kind: 'draft', draft }), 200)
  })
  app.openapi(correct, async (c) => {
    const { reason, lines, expectedHash } = c.req.valid('json')
    const doc = await c.get('scope').transact(async (ctx) => {
      const id = await correctInvoice(ctx, {
        invoiceId: c.req.valid('param').id,
        reason,
        approvedBy: actorName(ctx.actor),
        ...(lines === undefined ? {} : { lines: lines.map(lineOf) }),
        ...(expectedHash === undefined ? {} : { expectedHash }),
      })
      return loadInvoice(ctx, id)
    })
    return c.json(invoiceDetailView(doc, invoiceLink(deps.publicUrl, doc)), 201)
  })
  return app
}

function lineOf({
  position,
  amountMinor,
  description,
}: {
  position: number
  amountMinor: bigint
  description?: string | undefined
}) {
  return { position, amountMinor, ...(description === undefined ? {} : { description }) }
}
