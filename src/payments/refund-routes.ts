import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { MinorOrFull, OnceKey, Reason } from '#src/http/money-fields.ts'
import { ExpectedHash } from '#src/http/preview.ts'
import { requireRole } from '#src/http/require-role.ts'
import { actorName } from '#src/kernel/ids.ts'
import { PageQuery } from '#src/kernel/paging.ts'
import { listRefunds } from './list-refunds.ts'
import { cancelRefund, payRefund } from './pay-refund.ts'
import { refundCredit } from './refund-credit.ts'
import { lockRefund } from './refund-rows.ts'
import { previewRefund, requestRefund } from './request-refund.ts'
import { RefundView, refundView } from './refund-views.ts'

const read = requireRole('payments', 'read')
const write = requireRole('payments', 'write')
const params = z.object({ id: z.string() })
const Currency = z.string().regex(/^[A-Z]{3}$/, 'must be a currency like EUR')

const refund = createRoute({
  method: 'post',
  path: '/api/payments/{id}/refunds',
  summary:
    'Give a payment back, or a part of it: what no credit note or overpayment covers is owed again',
  middleware: write,
  request: {
    params,
    body: {
      ...json(
        z.strictObject({
          amountMinor: MinorOrFull,
          currency: Currency.optional(),
          reason: Reason,
          key: OnceKey,
          expectedHash: ExpectedHash,
        }),
      ),
      required: true,
    },
  },
  responses: { 201: json(RefundView) },
})

const preview = createRoute({
  method: 'get',
  path: '/api/payments/{id}/refunds/preview',
  summary: 'What giving a payment back would do, with the hash the commit may demand',
  middleware: read,
  request: { params, query: z.object({ amountMinor: MinorOrFull.default('full') }) },
  responses: {
    200: json(
      z.object({
        hash: z.string(),
        effects: z.object({
          action: z.literal('refund'),
          paymentId: z.string(),
          invoiceId: z.string(),
          kind: z.enum(['card', 'transfer']),
          currency: z.string(),
          amountMinor: z.string(),
        }),
      }),
    ),
  },
})

const refundOfCredit = createRoute({
  method: 'post',
  path: '/api/customers/{id}/credit-refunds',
  summary: "Give a customer's credit back to the payments it came from",
  middleware: write,
  request: {
    params,
    body: {
      ...json(
        z.strictObject({
          amountMinor: MinorOrFull,
          currency: Currency,
          reason: Reason,
          key: OnceKey,
        }),
      ),
      required: true,
    },
  },
  responses: { 201: json(z.object({ refundIds: z.array(z.string()) })) },
})

const list = createRoute({
  method: 'get',
  path: '/api/refunds',
  summary: 'Refunds, newest first; status=to_pay are the transfers to make',
  middleware: read,
  request: {
    query: PageQuery.extend({
      status: RefundView.shape.status.optional(),
      customerId: z.string().optional(),
      paymentId: z.string().optional(),
    }),
  },
  responses: {
    200: json(z.object({ data: z.array(RefundView), nextCursor: z.string().nullable() })),
  },
})

const show = createRoute({
  method: 'get',
  path: '/api/refunds/{id}',
  summary: 'A refund',
  middleware: read,
  request: { params },
  responses: { 200: json(RefundView) },
})

const pay = createRoute({
  method: 'post',
  path: '/api/refunds/{id}/paid',
  summary: 'Say that the transfer was made',
  middleware: write,
  request: {
    params,
    body: {
      ...json(z.strictObject({ reference: z.string().trim().min(1).max(140) })),
      required: true,
    },
  },
  responses: { 200: json(RefundView) },
})

const cancel = createRoute({
  method: 'post',
  path: '/api/refunds/{id}/cancel',
  summary: 'Call off a refund that has not left',
  middleware: write,
  request: { params, body: { ...json(z.strictObject({ reason: Reason })), required: true } },
  responses: { 200: json(RefundView) },
})

/** Money back. */
export function refundRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(refund, async (c) => {
    const { id: paymentId } = c.req.valid('param')
    const { key, currency, expectedHash, ...body } = c.req.valid('json')
    const row = await c.get('scope').transact((ctx) =>
      requestRefund(ctx, {
        ...body,
        paymentId,
        approvedBy: actorName(ctx.actor),
        key: `api:${paymentId}:${key}`,
        ...(currency === undefined ? {} : { currency }),
        ...(expectedHash === undefined ? {} : { expectedHash }),
      }),
    )
    return c.json(refundView(row), 201)
  })
  app.openapi(preview, async (c) => {
    const { amountMinor } = c.req.valid('query')
    const { effects, hash } = await c
      .get('scope')
      .transact((ctx) => previewRefund(ctx, { paymentId: c.req.valid('param').id, amountMinor }))
    return c.json(
      { hash, effects: { ...effects, amountMinor: effects.amountMinor.toString() } },
      200,
    )
  })
  app.openapi(refundOfCredit, async (c) => {
    const { id: customerId } = c.req.valid('param')
    const { key, ...body } = c.req.valid('json')
    const refundIds = await c.get('scope').transact((ctx) =>
      refundCredit(ctx, {
        ...body,
        customerId,
        approvedBy: actorName(ctx.actor),
        key: `api:credit:${customerId}:${key}`,
      }),
    )
    return c.json({ refundIds }, 201)
  })
  app.openapi(list, async (c) => {
    const found = await c.get('scope').transact((ctx) => listRefunds(ctx, c.req.valid('query')))
    return c.json({ data: found.data.map(refundView), nextCursor: found.nextCursor }, 200)
  })
  app.openapi(show, async (c) => {
    const row = await c.get('scope').transact((ctx) => lockRefund(ctx, c.req.valid('param').id))
    return c.json(refundView(row), 200)
  })
  app.openapi(pay, async (c) => {
    const { reference } = c.req.valid('json')
    const row = await c
      .get('scope')
      .transact((ctx) => payRefund(ctx, { refundId: c.req.valid('param').id, reference }))
    return c.json(refundView(row), 200)
  })
  app.openapi(cancel, async (c) => {
    const { reason } = c.req.valid('json')
    const row = await c
      .get('scope')
      .transact((ctx) => cancelRefund(ctx, { refundId: c.req.valid('param').id, reason }))
    return c.json(refundView(row), 200)
  })
  return app
}
