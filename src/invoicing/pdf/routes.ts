import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import type { System } from '#db/context.ts'
import type { DocumentRenderer } from '#src/gateways/documents/renderer.ts'
import { apiRouter } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { loadHostedInvoice } from '../hosted-page.ts'
import { loadCreditNote } from '../load-credit-note.ts'
import { loadInvoice } from '../load-invoice.ts'
import { renderCreditNotePdf, renderInvoicePdf, renderReceiptPdf } from './render-pdf.ts'

interface PdfDeps {
  readonly system: System
  readonly renderer: DocumentRenderer
  readonly publicUrl: string
}

const read = requireRole('invoices', 'read')
const request = { params: z.object({ id: z.string() }) }
const responses = {
  200: {
    description: 'The document, PDF/A-3b',
    content: { 'application/pdf': { schema: z.string().openapi({ format: 'binary' }) } },
  },
}

const invoice = createRoute({
  method: 'get',
  path: '/api/invoices/{id}/pdf',
  summary: 'The invoice as a PDF',
  middleware: read,
  request,
  responses,
})

const receipt = createRoute({
  method: 'get',
  path: '/api/invoices/{id}/receipt',
  summary: 'The receipt of a paid invoice as a PDF',
  middleware: read,
  request,
  responses,
})

const creditNote = createRoute({
  method: 'get',
  path: '/api/credit-notes/{id}/pdf',
  summary: 'The credit note as a PDF',
  middleware: read,
  request,
  responses,
})

/** Documents for whoever may read invoices, and `/i/<token>/pdf` and `/i/<token>/receipt` that need no sign-in. */
export function pdfRoutes({ system, renderer, publicUrl }: PdfDeps): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  const options = { publicUrl }
  app.openapi(invoice, async (c) => {
    const { id } = c.req.valid('param')
    const doc = await c.get('scope').transact((ctx) => loadInvoice(ctx, id))
    return pdfAnswer(await renderInvoicePdf(renderer, doc, options), doc.number ?? 'draft')
  })
  app.openapi(receipt, async (c) => {
    const { id } = c.req.valid('param')
    const doc = await c.get('scope').transact((ctx) => loadInvoice(ctx, id))
    return pdfAnswer(await renderReceiptPdf(renderer, doc, options), `receipt-${doc.number}`)
  })
  app.openapi(creditNote, async (c) => {
    const { id } = c.req.valid('param')
    const note = await c.get('scope').transact((ctx) => loadCreditNote(ctx, id))
    return pdfAnswer(await renderCreditNotePdf(renderer, note, options), note.number)
  })
  app.get('/i/:token/pdf', async (c) => {
    const doc = await loadHostedInvoice(system, c.req.param('token'))
    return pdfAnswer(await renderInvoicePdf(renderer, doc, options), doc.number ?? doc.id)
  })
  app.get('/i/:token/receipt', async (c) => {
    const doc = await loadHostedInvoice(system, c.req.param('token'))
    return pdfAnswer(await renderReceiptPdf(renderer, doc, options), `receipt-${doc.number}`)
  })
  return app
}

/** Shown in the browser, saved under the document's number, kept by no cache in between. */
function pdfAnswer(pdf: Uint8Array, name: string): Response {
  const fileName = name.replace(/[^A-Za-z0-9._-]/g, '_')
  return new Response(new Uint8Array(pdf), {
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="${fileName}.pdf"`,
      'cache-control': 'private, no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
    },
  })
}
