import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { System } from '#db/context.ts'
import type { ProviderFor, WebhookVerifier } from '#src/gateways/payments/provider.ts'
import type { AppEnv } from '#src/http/env.ts'
import { cardLinkOf } from './card-link.ts'
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

/**
 * What needs no API key: the provider's webhooks, where the signature is the proof and 200 means stored durably, and
 * the way from a hosted invoice to the provider's card page, where the unguessable token is.
 */
export function publicPaymentRoutes(deps: {
  system: System
  verifier: WebhookVerifier
  providerFor: ProviderFor
}): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>()
  app.openapi(receive, async (c) => {
    const rawBody = await c.req.text()
    const signature = c.req.header('stripe-signature') ?? ''
    const { duplicate } = await receiveProviderEvent(deps.system, deps.verifier, rawBody, signature)
    return c.json({ received: true, duplicate }, 200)
  })
  app.get('/i/:token/card', async (c) => c.redirect(await cardLinkOf(deps, c.req.param('token'))))
  return app
}
