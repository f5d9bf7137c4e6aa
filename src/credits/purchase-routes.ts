import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { loadCustomer } from '#src/customers/load-customer.ts'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { PageQuery } from '#src/kernel/paging.ts'
import { buyCredits } from './buy-credits.ts'
import { listPurchases } from './list-purchases.ts'
import { loadTopUp, setTopUp, turnOffTopUp } from './set-top-up.ts'
import { NewCreditPurchase, TopUpSetting } from './shapes.ts'
import { CreditPurchaseView, creditPurchaseView, TopUpView, topUpView } from './purchase-views.ts'

const read = requireRole('credits', 'read')
const write = requireRole('credits', 'write')
const params = z.object({ id: z.string() })

const buy = createRoute({
  method: 'post',
  path: '/api/credits/purchases',
  summary: 'Sell a customer credit: invoiced and charged now, granted once paid',
  middleware: write,
  request: { body: { ...json(NewCreditPurchase), required: true } },
  responses: { 201: json(CreditPurchaseView) },
})

const list = createRoute({
  method: 'get',
  path: '/api/credits/purchases',
  summary: 'Orders of credit, newest first',
  middleware: read,
  request: { query: PageQuery.extend({ customerId: z.string().optional() }) },
  responses: {
    200: json(z.object({ data: z.array(CreditPurchaseView), nextCursor: z.string().nullable() })),
  },
})

const setting = createRoute({
  method: 'put',
  path: '/api/customers/{id}/top-up',
  summary: 'Turn the automatic top-up on, or on again after a pause',
  middleware: write,
  request: { params, body: { ...json(TopUpSetting), required: true } },
  responses: { 200: json(TopUpView) },
})

const show = createRoute({
  method: 'get',
  path: '/api/customers/{id}/top-up',
  summary: 'The automatic top-up of a customer',
  middleware: read,
  request: { params },
  responses: { 200: json(TopUpView) },
})

const off = createRoute({
  method: 'delete',
  path: '/api/customers/{id}/top-up',
  summary: 'Turn the automatic top-up off',
  middleware: write,
  request: { params },
  responses: { 200: json(TopUpView) },
})

/** `/api/credits/purchases` and `/api/customers/{id}/top-up`. */
export function purchaseRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(buy, async (c) => {
    const row = await c.get('scope').transact((ctx) => buyCredits(ctx, c.req.valid('json')))
    return c.json(creditPurchaseView(row), 201)
  })
  app.openapi(list, async (c) => {
    const page = await c.get('scope').transact((ctx) => listPurchases(ctx, c.req.valid('query')))
    return c.json({ data: page.data.map(creditPurchaseView), nextCursor: page.nextCursor }, 200)
  })
  app.openapi(setting, async (c) => {
    const { id } = c.req.valid('param')
    const row = await c.get('scope').transact((ctx) => setTopUp(ctx, id, c.req.valid('json')))
    return c.json(topUpView(row), 200)
  })
  app.openapi(show, async (c) => {
    const { id } = c.req.valid('param')
    const row = await c.get('scope').transact(async (ctx) => {
      await loadCustomer(ctx, id)
      return loadTopUp(ctx, id)
    })
    return c.json(topUpView(row), 200)
  })
  app.openapi(off, async (c) => {
    const { id } = c.req.valid('param')
    const row = await c.get('scope').transact((ctx) => turnOffTopUp(ctx, id))
    return c.json(topUpView(row), 200)
  })
  return app
}
