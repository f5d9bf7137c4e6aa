import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { loadCustomer } from '#src/customers/load-customer.ts'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { actorName } from '#src/kernel/ids.ts'
import { PageQuery } from '#src/kernel/paging.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { creditBalance } from './credit-balance.ts'
import { grantCredits } from './grant-credits.ts'
import { listGrants, loadGrant } from './list-grants.ts'
import { NewCreditGrant, VoidRequest } from './shapes.ts'
import {
  CreditBalanceView,
  creditBalanceView,
  CreditGrantView,
  creditGrantView,
  CreditMovementView,
  creditMovementView,
} from './views.ts'
import { voidGrant } from './void-grant.ts'

const read = requireRole('credits', 'read')
const write = requireRole('credits', 'write')
const params = z.object({ id: z.string() })

const grant = createRoute({
  method: 'post',
  path: '/api/credits/grants',
  summary: 'Give a customer credit',
  middleware: write,
  request: { body: { ...json(NewCreditGrant), required: true } },
  responses: { 201: json(CreditGrantView) },
})

const list = createRoute({
  method: 'get',
  path: '/api/credits/grants',
  summary: 'Grants of credit, newest first',
  middleware: read,
  request: {
    query: PageQuery.extend({
      customerId: z.string().optional(),
      /** "true": those with something left. */
      open: z.enum(['true', 'false']).optional(),
    }),
  },
  responses: {
    200: json(z.object({ data: z.array(CreditGrantView), nextCursor: z.string().nullable() })),
  },
})

const show = createRoute({
  method: 'get',
  path: '/api/credits/grants/{id}',
  summary: 'A grant with everything that moved it',
  middleware: read,
  request: { params },
  responses: { 200: json(CreditGrantView.extend({ movements: z.array(CreditMovementView) })) },
})

const take = createRoute({
  method: 'post',
  path: '/api/credits/grants/{id}/void',
  summary: 'Take away what is left; bought credit goes back by a credit note',
  middleware: write,
  request: { params, body: { ...json(VoidRequest), required: true } },
  responses: {
    200: json(
      z
        .object({
          grantId: z.string(),
          voidedMinor: z.string(),
          creditNoteId: z.string().nullable(),
        })
        .openapi('VoidedCredit'),
    ),
  },
})

const balance = createRoute({
  method: 'get',
  path: '/api/customers/{id}/credit-balance',
  summary: "A customer's credit as of an instant; default: now",
  middleware: read,
  request: { params, query: z.object({ at: z.iso.datetime({ offset: true }).optional() }) },
  responses: { 200: json(CreditBalanceView) },
})

/** `/api/credits` and `/api/customers/{id}/credit-balance`. */
export function creditRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(grant, async (c) => {
    const made = await c.get('scope').transact((ctx) => grantCredits(ctx, c.req.valid('json')))
    return c.json(creditGrantView(made), 201)
  })
  app.openapi(list, async (c) => {
    const { open, ...query } = c.req.valid('query')
    const page = await c
      .get('scope')
      .transact((ctx) => listGrants(ctx, { ...query, open: open === 'true' }))
    return c.json({ data: page.data.map(creditGrantView), nextCursor: page.nextCursor }, 200)
  })
  app.openapi(show, async (c) => {
    const { id } = c.req.valid('param')
    const found = await c.get('scope').transact((ctx) => loadGrant(ctx, id))
    const movements = found.movements.map(creditMovementView)
    return c.json({ ...creditGrantView(found.grant), movements }, 200)
  })
  app.openapi(take, async (c) => {
    const { reason } = c.req.valid('json')
    const grantId = c.req.valid('param').id
    const done = await c
      .get('scope')
      .transact((ctx) => voidGrant(ctx, { grantId, reason, approvedBy: actorName(ctx.actor) }))
    return c.json({ ...done, voidedMinor: done.voidedMinor.toString() }, 200)
  })
  app.openapi(balance, async (c) => {
    const { id } = c.req.valid('param')
    const { at } = c.req.valid('query')
    const found = await c.get('scope').transact(async (ctx) => ({
      currency: (await loadCustomer(ctx, id)).currency,
      balance: await creditBalance(ctx, {
        customerId: id,
        ...(at === undefined ? {} : { at: parseInstant(at, 'at') }),
      }),
    }))
    return c.json(creditBalanceView(found.balance, found.currency), 200)
  })
  return app
}
