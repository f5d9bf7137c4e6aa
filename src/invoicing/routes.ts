import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { System } from '#db/context.ts'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { PageQuery } from '#src/kernel/paging.ts'
import { correctionRoutes } from './correction-routes.ts'
import { creditNoteRoutes } from './credit-note-routes.ts'
import { einvoiceRoutes } from './einvoice/routes.ts'
import { hostedInvoicePage } from './hosted-page.ts'
import { renderInvoiceHtml } from './html.ts'
import { itemRoutes } from './items/routes.ts'
import { listInvoices } from './list-invoices.ts'
import { loadInvoice } from './load-invoice.ts'
import { nextInvoiceRoutes } from './next-invoice-routes.ts'
import { previewInvoice } from './preview-invoice.ts'
import { owedUsageRoutes } from './adjustments/routes.ts'
import { examineRoutes } from './examine/routes.ts'
import { replayRoutes } from './replay/routes.ts'
import { runRoutes } from './run-routes.ts'
import { taxRoutes } from './tax/routes.ts'
import { invoiceLink } from './view.ts'
import {
  InvoiceDetailView,
  invoiceDetailView,
  InvoiceView,
  invoiceView,
  PreviewView,
  previewView,
} from './views.ts'
import { verbRoutes } from './verb-routes.ts'
import { writeOffRoutes } from './write-off-routes.ts'

interface InvoicingDeps {
  readonly system: System
  readonly publicUrl: string
}

const read = requireRole('invoices', 'read')
const params = z.object({ id: z.string() })
const Month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month like 2026-02')

/** No script, nothing loaded from elsewhere, not kept: an invoice is private. */
const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
  'cache-control': 'private, no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
}

const list = createRoute({
  method: 'get',
  path: '/api/invoices',
  summary: 'Invoices, newest first',
  middleware: read,
  request: {
    query: PageQuery.extend({
      status: InvoiceView.shape.status.optional(),
      customerId: z.string().optional(),
      period: Month.optional(),
    }),
  },
  responses: {
    200: json(z.object({ data: z.array(InvoiceView), nextCursor: z.string().nullable() })),
  },
})

const show = createRoute({
  method: 'get',
  path: '/api/invoices/{id}',
  summary: 'An invoice with its lines, taxes, payments and credit notes',
  middleware: read,
  request: { params },
  responses: { 200: json(InvoiceDetailView) },
})

const page = createRoute({
  method: 'get',
  path: '/api/invoices/{id}/html',
  summary: 'The invoice as a page',
  middleware: read,
  request: { params },
  responses: {
    200: { description: 'The page', content: { 'text/html': { schema: z.string() } } },
  },
})

const preview = createRoute({
  method: 'post',
  path: '/api/invoices/preview',
  summary: 'What the billing run would invoice; writes nothing',
  middleware: read,
  request: {
    body: {
      ...json(z.strictObject({ subscriptionId: z.string(), period: Month })),
      required: true,
    },
  },
  responses: { 200: json(PreviewView) },
})

/** `/api/invoices`, `/api/credit-notes`, `/api/billing-runs`, and the hosted page `/i/<token>` that needs no sign-in. */
export function invoicingRoutes(deps: InvoicingDeps): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(list, async (c) => {
    const query = c.req.valid('query')
    const found = await c.get('scope').transact((ctx) => listInvoices(ctx, query))
    return c.json({ data: found.data.map(invoiceView), nextCursor: found.nextCursor }, 200)
  })
  app.openapi(preview, async (c) => {
    const target = c.req.valid('json')
    const decision = await c.get('scope').transact((ctx) => previewInvoice(ctx, target))
    return c.json(previewView(decision), 200)
  })
  app.openapi(show, async (c) => {
    const { id } = c.req.valid('param')
    const doc = await c.get('scope').transact((ctx) => loadInvoice(ctx, id))
    return c.json(invoiceDetailView(doc, invoiceLink(deps.publicUrl, doc)), 200)
  })
  app.openapi(page, async (c) => {
    const { id } = c.req.valid('param')
    const doc = await c.get('scope').transact((ctx) => loadInvoice(ctx, id))
    return c.html(renderInvoiceHtml(doc, { publicUrl: deps.publicUrl }), 200, PAGE_HEADERS)
  })
  app.get('/i/:token', async (c) =>
    c.html(await hostedInvoicePage(deps, c.req.param('token')), 200, PAGE_HEADERS),
  )
  app.route('/', runRoutes())
  app.route('/', itemRoutes())
  app.route('/', nextInvoiceRoutes())
  app.route('/', creditNoteRoutes())
  app.route('/', einvoiceRoutes())
  app.route('/', taxRoutes())
  app.route('/', writeOffRoutes())
  app.route('/', replayRoutes())
  app.route('/', examineRoutes())
  app.route('/', owedUsageRoutes())
  app.route('/', verbRoutes())
  app.route('/', correctionRoutes(deps))
  return app
}
