import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { Reason } from '#src/http/money-fields.ts'
import { ExpectedHash } from '#src/http/preview.ts'
import { requireRole } from '#src/http/require-role.ts'
import { actorName } from '#src/kernel/ids.ts'
import { applyCustomerCredit } from './apply-customer-credit.ts'
import { deleteDraft } from './delete-draft.ts'
import { finalizeInvoice } from './finalize-invoice.ts'
import { MoneyPreviewView, moneyPreviewView } from './money-effects.ts'
import { previewVoid, voidInvoice } from './void-invoice.ts'

const read = requireRole('invoices', 'read')
const write = requireRole('invoices', 'write')
const params = z.object({ id: z.string() })

const remove = createRoute({
  method: 'delete',
  path: '/api/invoices/{id}',
  summary: 'Delete a draft; the next run of its period writes it anew',
  middleware: write,
  request: { params },
  responses: { 204: { description: 'Deleted' } },
})

const finalize = createRoute({
  method: 'post',
  path: '/api/invoices/{id}/finalize',
  summary: 'Finalize a draft now, without waiting for its grace period',
  middleware: write,
  request: {
    params,
    body: { ...json(z.strictObject({ expectedHash: ExpectedHash })), required: true },
  },
  responses: { 200: json(z.object({ status: z.string(), number: z.string().nullable() })) },
})

const voidPreview = createRoute({
  method: 'get',
  path: '/api/invoices/{id}/void/preview',
  summary: 'What voiding the invoice would do, with the hash the commit may demand',
  middleware: read,
  request: { params },
  responses: { 200: json(MoneyPreviewView) },
})

const makeVoid = createRoute({
  method: 'post',
  path: '/api/invoices/{id}/void',
  summary: 'Void a finalized invoice that nobody has paid or credited; others need a credit note',
  middleware: write,
  request: {
    params,
    body: {
      ...json(z.strictObject({ reason: Reason, expectedHash: ExpectedHash })),
      required: true,
    },
  },
  responses: { 200: json(z.object({ status: z.literal('void') })) },
})

const useCredit = createRoute({
  method: 'post',
  path: '/api/invoices/{id}/apply-credit',
  summary: 'Pay what is open from what we owe the customer, as far as it goes',
  middleware: write,
  request: { params },
  responses: { 200: json(z.object({ appliedMinor: z.string() })) },
})

/** What a person does to one invoice: delete, finalize, void, pay from credit. */
export function verbRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(remove, async (c) => {
    await c.get('scope').transact((ctx) => deleteDraft(ctx, c.req.valid('param').id))
    return c.body(null, 204)
  })
  app.openapi(finalize, async (c) => {
    const { expectedHash } = c.req.valid('json')
    const { status, number } = await c.get('scope').transact((ctx) =>
      finalizeInvoice(ctx, {
        invoiceId: c.req.valid('param').id,
        ...(expectedHash === undefined ? {} : { expectedHash }),
      }),
    )
    return c.json({ status, number }, 200)
  })
  app.openapi(voidPreview, async (c) => {
    const found = await c.get('scope').transact((ctx) => previewVoid(ctx, c.req.valid('param').id))
    return c.json(moneyPreviewView(found), 200)
  })
  app.openapi(makeVoid, async (c) => {
    const { reason, expectedHash } = c.req.valid('json')
    await c.get('scope').transact((ctx) =>
      voidInvoice(ctx, {
        invoiceId: c.req.valid('param').id,
        reason,
        approvedBy: actorName(ctx.actor),
        ...(expectedHash === undefined ? {} : { expectedHash }),
      }),
    )
    return c.json({ status: 'void' as const }, 200)
  })
  app.openapi(useCredit, async (c) => {
    const applied = await c
      .get('scope')
      .transact((ctx) => applyCustomerCredit(ctx, c.req.valid('param').id))
    return c.json({ appliedMinor: applied.toString() }, 200)
  })
  return app
}
