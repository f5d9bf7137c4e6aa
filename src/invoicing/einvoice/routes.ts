import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { loadCreditNote } from '../load-credit-note.ts'
import { loadInvoice } from '../load-invoice.ts'
import { renderCreditNoteXml, renderInvoiceXml, XML_FORMATS } from './render.ts'

const common = {
  method: 'get',
  middleware: requireRole('invoices', 'read'),
  request: {
    params: z.object({ id: z.string() }),
    query: z.object({ format: z.enum(XML_FORMATS).default('ubl') }),
  },
  responses: {
    200: {
      description: 'EN 16931 as UBL 2.1, UN/CEFACT CII, or the XML of a Factur-X PDF',
      content: { 'application/xml': { schema: z.string() } },
    },
  },
} as const

const invoice = createRoute({
  ...common,
  path: '/api/invoices/{id}/xml',
  summary: 'The invoice as an electronic one; refused while mandatory fields are missing',
})

const creditNote = createRoute({
  ...common,
  path: '/api/credit-notes/{id}/xml',
  summary: 'The credit note as an electronic one; refused while mandatory fields are missing',
})

/** Electronic invoices and credit notes. */
export function einvoiceRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(invoice, async (c) => {
    const { id } = c.req.valid('param')
    const doc = await c.get('scope').transact((ctx) => loadInvoice(ctx, id))
    const xml = renderInvoiceXml(doc, c.req.valid('query').format)
    return c.body(xml, 200, headersFor(doc.number ?? doc.id))
  })
  app.openapi(creditNote, async (c) => {
    const { id } = c.req.valid('param')
    const note = await c.get('scope').transact((ctx) => loadCreditNote(ctx, id))
    const xml = renderCreditNoteXml(note, c.req.valid('query').format)
    return c.body(xml, 200, headersFor(note.number))
  })
  return app
}

function headersFor(number: string) {
  return {
    'content-type': 'application/xml; charset=utf-8',
    'content-disposition': `attachment; filename="${number}.xml"`,
    'cache-control': 'private, no-store',
  }
}
