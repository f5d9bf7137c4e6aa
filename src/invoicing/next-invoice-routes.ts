import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { previewNextInvoice, type Considered } from './preview-next-invoice.ts'
import { PreviewView, previewView } from './views.ts'

const Query = z.object({
  /** If the plan were changed to this one, … */
  planId: z.string().optional(),
  pricingVersion: z.string().optional(),
  /** … if this add-on were booked, … */
  addonId: z.string().optional(),
  /** … or this booking had another quantity (0: were ended), */
  bookingId: z.string().optional(),
  quantity: z.string().optional(),
  /** from this instant on, … */
  at: z.string().optional(),
  /** … or this moment; */
  when: z.enum(['now', 'period_end']).optional(),
  /** if this coupon were redeemed; */
  couponId: z.string().optional(),
  /** if it were canceled at this moment, or instant; */
  cancel: z.string().optional(),
  /** if an end that lies ahead were taken back. */
  reactivate: z.enum(['true']).optional(),
})

const next = createRoute({
  method: 'get',
  path: '/api/subscriptions/{id}/next-invoice',
  summary:
    'The next invoice as it stands, or as it would be if something were changed; writes nothing',
  middleware: requireRole('invoices', 'read'),
  request: { params: z.object({ id: z.string() }), query: Query },
  responses: { 200: json(PreviewView.extend({ period: z.string() })) },
})

/** `/api/subscriptions/{id}/next-invoice`. */
export function nextInvoiceRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(next, async (c) => {
    const query = c.req.valid('query')
    const subscriptionId = c.req.valid('param').id
    const { period, decision } = await c.get('scope').transact((ctx) =>
      previewNextInvoice(ctx, {
        subscriptionId,
        considered: consideredIn(query),
      }),
    )
    return c.json({ ...previewView(decision), period }, 200)
  })
  return app
}

function consideredIn(query: z.infer<typeof Query>): Considered {
  const { planId, pricingVersion, addonId, bookingId, quantity, couponId, cancel } = query
  const effect = given({ at: query.at, when: query.when })
  if (bookingId !== undefined && quantity === undefined)
    throw invalidField('quantity', 'is required with bookingId: 0 ends the booking')
  const ends = quantity !== undefined && /^0+(\.0*)?$/.test(quantity)
  return given({
    reactivate: query.reactivate && {},
    changePlan:
      planId === undefined ? undefined : { planId, ...given({ pricingVersion }), ...effect },
    addAddon:
      addonId === undefined ? undefined : { addonId, ...given({ quantity, from: query.at }) },
    changeAddon:
      bookingId === undefined || quantity === undefined || ends
        ? undefined
        : { bookingId, quantity, ...effect },
    removeAddon: bookingId === undefined || !ends ? undefined : { bookingId, ...effect },
    redeemCoupon: couponId === undefined ? undefined : { couponId },
    cancel: cancel === undefined ? undefined : cancelOf(cancel),
  })
}

function cancelOf(cancel: string): Considered['cancel'] {
  return cancel === 'now' || cancel === 'period_end' ? { when: cancel } : { at: cancel }
}

type Given<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> }

/** Only what was given: the verbs tell a field that is absent from one that says nothing. */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Given<Fields>
}
