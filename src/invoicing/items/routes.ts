import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { formatDecimal } from '#src/kernel/decimal.ts'
import { PageQuery } from '#src/kernel/paging.ts'
import { addItem } from './add-item.ts'
import { deleteItem } from './delete-item.ts'
import { listItems, loadItem, type ListedItem } from './list-items.ts'
import { NewItem } from './shapes.ts'

const write = requireRole('invoices', 'write')

const ItemView = z
  .object({
    id: z.string(),
    customerId: z.string(),
    description: z.string(),
    quantity: z.string(),
    unitPrice: z.string(),
    currency: z.string(),
    date: z.string(),
    /** pending: it waits · drafted: a draft has taken it up · invoiced: for good. */
    status: z.enum(['pending', 'drafted', 'invoiced']),
    invoiceId: z.string().nullable(),
    createdAt: z.string(),
  })
  .openapi('InvoiceItem')

const create = createRoute({
  method: 'post',
  path: '/api/invoice-items',
  summary: "A one-off item for a customer's next invoice",
  middleware: write,
  request: { body: { ...json(NewItem), required: true } },
  responses: { 201: json(ItemView, 'The item') },
})

const list = createRoute({
  method: 'get',
  path: '/api/invoice-items',
  summary: 'One-off items, waiting or taken up',
  middleware: requireRole('invoices', 'read'),
  request: {
    query: PageQuery.extend({
      customerId: z.string().optional(),
      status: z.enum(['pending', 'invoiced']).optional(),
    }),
  },
  responses: {
    200: json(z.object({ data: z.array(ItemView), nextCursor: z.string().nullable() })),
  },
})

const remove = createRoute({
  method: 'delete',
  path: '/api/invoice-items/{id}',
  summary: 'Take back an item that no invoice has taken up',
  middleware: write,
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: 'It is gone' } },
})

/** `/api/invoice-items`. */
export function itemRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(create, async (c) => {
    const body = await c.req.json<z.input<typeof NewItem>>()
    const item = await c.get('scope').transact(async (ctx) => {
      const { id } = await addItem(ctx, body)
      return loadItem(ctx, id)
    })
    return c.json(itemView(item), 201)
  })
  app.openapi(list, async (c) => {
    const query = c.req.valid('query')
    const page = await c.get('scope').transact((ctx) => listItems(ctx, query))
    return c.json({ data: page.data.map(itemView), nextCursor: page.nextCursor }, 200)
  })
  app.openapi(remove, async (c) => {
    const itemId = c.req.valid('param').id
    await c.get('scope').transact((ctx) => deleteItem(ctx, { itemId }))
    return c.body(null, 204)
  })
  return app
}

function itemView({ item, invoiceStatus }: ListedItem): z.infer<typeof ItemView> {
  return {
    id: item.id,
    customerId: item.customerId,
    description: item.description,
    quantity: formatDecimal(item.quantity),
    unitPrice: formatDecimal(item.unitPrice),
    currency: item.currency,
    date: item.date.toString(),
    status:
      item.invoiceId === null ? 'pending' : invoiceStatus === 'draft' ? 'drafted' : 'invoiced',
    invoiceId: item.invoiceId,
    createdAt: item.createdAt.toString(),
  }
}
