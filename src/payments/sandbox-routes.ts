import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Scope } from '#db/context.ts'
import {
  completeSandboxIntent,
  setSandboxCardBehaviour,
} from '#src/gateways/payments/sandbox-controls.ts'
import { CARD_BEHAVIOURS } from '#src/gateways/payments/test-cards.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { AppError } from '#src/kernel/errors.ts'
import { invalidInput } from '#src/kernel/parse.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'

const SandboxCardChange = z.object({ behaviour: z.enum(CARD_BEHAVIOURS) })
const SandboxConfirmation = z.object({ result: z.enum(['succeeded', 'failed']) })
const params = z.object({ id: z.string() })
const json = <Schema extends z.ZodType>(schema: Schema) => ({
  content: { 'application/json': { schema } },
})

const setCard = createRoute({
  method: 'post',
  path: '/api/sandbox/cards/{id}',
  summary: 'Sandbox: what the card’s bank does from now on (money arrived, card expired, …)',
  middleware: [requireRole('payments', 'write')] as const,
  request: { params, body: { ...json(SandboxCardChange), required: true } },
  responses: { 204: { description: 'Set' } },
})

const confirm = createRoute({
  method: 'post',
  path: '/api/sandbox/payment-intents/{id}/confirm',
  summary: 'Sandbox: the cardholder confirms or refuses, or the bank’s slow answer arrives',
  middleware: [requireRole('payments', 'write')] as const,
  request: { params, body: { ...json(SandboxConfirmation), required: true } },
  responses: { 204: { description: 'Done' } },
})

async function requireSandbox(scope: Scope): Promise<void> {
  const { mode } = await scope.transact((ctx) => loadOrganization(ctx))
  if (mode !== 'sandbox') throw new AppError('forbidden', 'only organisations in sandbox mode')
}

/** The cardholder's side of the simulated provider; nothing of it exists for a live organisation. */
export function sandboxRoutes(): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidInput(result.error)
    },
  })
  app.openapi(setCard, async (c) => {
    const scope = c.get('scope')
    await requireSandbox(scope)
    const { behaviour } = c.req.valid('json')
    await setSandboxCardBehaviour(scope, { paymentMethodId: c.req.valid('param').id, behaviour })
    return c.body(null, 204)
  })
  app.openapi(confirm, async (c) => {
    const scope = c.get('scope')
    await requireSandbox(scope)
    const { result } = c.req.valid('json')
    await completeSandboxIntent(scope, { paymentIntentId: c.req.valid('param').id, result })
    return c.body(null, 204)
  })
  return app
}
