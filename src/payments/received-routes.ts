import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { MinorAmount } from '#src/http/money-fields.ts'
import { requireRole } from '#src/http/require-role.ts'
import { recordPayment } from './record-payment.ts'
import { recordPayout } from './record-payout.ts'

const write = requireRole('payments', 'write')
const params = z.object({ id: z.string() })
const Currency = z.string().regex(/^[A-Z]{3}$/, 'must be a currency like EUR')

const record = createRoute({
  method: 'post',
  path: '/api/invoices/{id}/payments',
  summary: 'Record money that arrived by transfer; above what is open it is credit',
  middleware: write,
  request: {
    params,
    body: {
      ...json(
        z.strictObject({
          amountMinor: MinorAmount,
          currency: Currency,
          /** The bank's: the same one is one payment. */
          reference: z.string().trim().min(1).max(140),
        }),
      ),
      required: true,
    },
  },
  responses: { 201: json(z.object({ id: z.string(), amountMinor: z.string() })) },
})

const payout = createRoute({
  method: 'post',
  path: '/api/payouts',
  summary: 'Record what a provider paid out to the bank account, and what it kept as a fee',
  middleware: write,
  request: {
    body: {
      ...json(
        z.strictObject({
          provider: z.string().regex(/^[a-z]{1,30}$/, 'must be a name like stripe'),
          currency: Currency,
          amountMinor: MinorAmount,
          feeMinor: z
            .string()
            .regex(/^(0|[1-9]\d{0,17})$/, 'must be minor units, as text without a point')
            .transform(BigInt)
            .openapi({ type: 'string' }),
          reference: z.string().trim().min(1).max(140),
        }),
      ),
      required: true,
    },
  },
  responses: { 200: json(z.object({ alreadyBooked: z.boolean() })) },
})

/** Money that a person saw arrive: from customers, and from a provider. */
export function receivedRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(record, async (c) => {
    const body = c.req.valid('json')
    const row = await c
      .get('scope')
      .transact((ctx) => recordPayment(ctx, { ...body, invoiceId: c.req.valid('param').id }))
    return c.json({ id: row.id, amountMinor: row.amountMinor.toString() }, 201)
  })
  app.openapi(payout, async (c) => {
    const booked = await c.get('scope').transact((ctx) => recordPayout(ctx, c.req.valid('json')))
    return c.json({ alreadyBooked: !booked }, 200)
  })
  return app
}
