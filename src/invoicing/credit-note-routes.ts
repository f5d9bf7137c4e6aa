import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { PageQuery } from '#src/kernel/paging.ts'
import {
  CreditNoteDetailView,
  creditNoteDetailView,
  CreditNoteItemView,
  creditNoteItemView,
} from './credit-note-views.ts'
import { issueCreditRoutes } from './issue-credit-routes.ts'
import { listCreditNotes } from './list-credit-notes.ts'
import { loadCreditNote } from './load-credit-note.ts'

const read = requireRole('invoices', 'read')

const list = createRoute({
  method: 'get',
  path: '/api/credit-notes',
  summary: 'Credit notes, newest first',
  middleware: read,
  request: {
    query: PageQuery.extend({
      invoiceId: z.string().optional(),
      customerId: z.string().optional(),
    }),
  },
  responses: {
    200: json(z.object({ data: z.array(CreditNoteItemView), nextCursor: z.string().nullable() })),
  },
})

const show = createRoute({
  method: 'get',
  path: '/api/credit-notes/{id}',
  summary: 'A credit note with the taxes it takes back',
  middleware: read,
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json(CreditNoteDetailView) },
})

/** `/api/credit-notes`, and issuing one under its invoice. */
export function creditNoteRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(list, async (c) => {
    const query = c.req.valid('query')
    const found = await c.get('scope').transact((ctx) => listCreditNotes(ctx, query))
    return c.json({ data: found.data.map(creditNoteItemView), nextCursor: found.nextCursor }, 200)
  })
  app.openapi(show, async (c) => {
    const { id } = c.req.valid('param')
    const note = await c.get('scope').transact((ctx) => loadCreditNote(ctx, id))
    return c.json(creditNoteDetailView(note), 200)
  })
  app.route('/', issueCreditRoutes())
  return app
}
