import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { ProviderFor } from '#src/gateways/payments/provider.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { invalidInput } from '#src/kernel/parse.ts'
import { attachCard } from './attach-card.ts'
import { chargeRoutes } from './charge-routes.ts'
import { NewPaymentMethod, PaymentMethodView } from './shapes.ts'

const addCard = createRoute({
  method: 'post',
  path: '/api/customers/{id}/payment-methods',
  summary: 'Put a card on file and make it the default; a customer in dunning is charged with it',
  middleware: [requireRole('payments', 'write')] as const,
  request: {
    params: z.object({ id: z.string() }),
    headers: z.looseObject({ 'idempotency-key': z.string().optional() }),
    body: { content: { 'application/json': { schema: NewPaymentMethod } }, required: true },
  },
  responses: {
    201: {
      description: 'The card',
      content: { 'application/json': { schema: PaymentMethodView } },
    },
  },
})

/** Cards of customers. */
export function paymentRoutes(deps: { providerFor: ProviderFor }): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidInput(result.error)
    },
  })
  app.openapi(addCard, async (c) => {
    const requestKey = c.req.valid('header')['idempotency-key']
    const { id, brand, last4, expMonth, expYear } = await attachCard(c.get('scope'), deps, {
      customerId: c.req.valid('param').id,
      token: c.req.valid('json').token,
      ...(requestKey === undefined ? {} : { requestKey }),
    })
    return c.json({ id, brand, last4, expMonth, expYear }, 201)
  })
  app.route('/', chargeRoutes(deps))
  return app
}
