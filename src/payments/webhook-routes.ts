import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { System } from '#db/context.ts'
import type { WebhookVerifier } from '#src/gateways/payments/provider.ts'
import type { AppEnv } from '#src/http/env.ts'
import { receiveProviderEvent } from './receive-provider-event.ts'

const receive = createRoute({
  method: 'post',
  path: '/webhooks/stripe',
  summary: 'Events of the payment provider, signed by Stripe’s scheme over the raw body',
  request: { headers: z.looseObject({ 'stripe-signature': z.string().optional() }) },
  responses: {
    200: {
      description: 'Stored',
      content: {
        'application/json': {
          schema: z.object({ received: z.boolean(), duplicate: z.boolean() }),
        },
      },
    },
  },
})

/** The provider's webhooks: unauthenticated, the signature is the proof. 200 means stored durably. */
export function paymentWebhookRoutes(deps: {
  system: System
  verifier: WebhookVerifier
}): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>()
  app.openapi(receive, async (c) => {
    const rawBody = await c.req.text()
    const signature = c.req.header('stripe-signature') ?? ''
    const { duplicate } = await receiveProviderEvent(deps.system, deps.verifier, rawBody, signature)
    return c.json({ received: true, duplicate }, 200)
  })
  return app
}
