import { Hono, type Context } from 'hono'
import { html } from 'hono/html'
import { openScope, type Scope, type System } from '#db/context.ts'
import type { ProviderFor } from '#src/gateways/payments/provider.ts'
import { completeSandboxIntent } from '#src/gateways/payments/sandbox-controls.ts'
import type { AppEnv } from '#src/http/env.ts'
import { AppError } from '#src/kernel/errors.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { attachCard } from './attach-card.ts'
import { customerByProviderId } from './payment-rows.ts'

interface Deps {
  readonly system: System
  readonly providerFor: ProviderFor
}

function page(title: string, body: unknown) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <style>
          body {
            font: 1rem/1.5 system-ui;
            max-width: 32rem;
            margin: 4rem auto;
            padding: 0 1rem;
          }
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${body}
        <p><small>Simulated payment provider: no money moves here.</small></p>
      </body>
    </html>`
}

/** The ids in the link are unguessable; a live organisation has no such pages. */
async function scopeOf(deps: Deps, orgId: string): Promise<Scope> {
  const scope = await openScope(deps.system, orgId, { kind: 'customer', id: 'sandbox' })
  const { mode } = await scope.transact((ctx) => loadOrganization(ctx))
  if (mode !== 'sandbox') throw new AppError('not_found', 'there is no such page')
  return scope
}

async function field(c: Context<AppEnv>, name: string): Promise<string> {
  const value = (await c.req.parseBody())[name]
  return typeof value === 'string' ? value : ''
}

/** What Stripe hosts for a customer, for the sandbox: confirming a payment (3-D Secure), and changing the card. */
export function sandboxPages(deps: Deps): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  app.get('/sandbox/authenticate/:org/:intent', async (c) => {
    await scopeOf(deps, c.req.param('org'))
    return c.html(
      page(
        'Confirm your payment',
        html`<form method="post">
          <button name="result" value="succeeded">Confirm</button>
          <button name="result" value="failed">Refuse</button>
        </form>`,
      ),
    )
  })
  app.post('/sandbox/authenticate/:org/:intent', async (c) => {
    const scope = await scopeOf(deps, c.req.param('org'))
    const result = (await field(c, 'result')) === 'succeeded' ? 'succeeded' : 'failed'
    await completeSandboxIntent(scope, { paymentIntentId: c.req.param('intent'), result })
    return c.html(page(result === 'succeeded' ? 'Confirmed' : 'Refused', ''))
  })
  app.get('/sandbox/cards/:org/:customer', async (c) => {
    await scopeOf(deps, c.req.param('org'))
    return c.html(
      page(
        'Change your card',
        html`<form method="post">
          <label>Test card <input name="token" value="4242 4242 4242 4242" /></label>
          <button>Save</button>
        </form>`,
      ),
    )
  })
  app.post('/sandbox/cards/:org/:customer', async (c) => {
    const scope = await scopeOf(deps, c.req.param('org'))
    const customer = await scope.transact((ctx) =>
      customerByProviderId(ctx, c.req.param('customer')),
    )
    if (!customer) throw new AppError('not_found', 'there is no such page')
    const token = await field(c, 'token')
    const card = await attachCard(scope, deps, { customerId: customer.id, token })
    return c.html(page('Saved', html`<p>The card ending in ${card.last4} is on file.</p>`))
  })
  return app
}
