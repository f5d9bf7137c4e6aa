import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { EVENT_OUTCOMES, type EventLine } from './event-reasons.ts'
import { explainEvent, type EventExplanation } from './explain-event.ts'
import { explainLines, type LineExplanation } from './explain-line.ts'
import { investigateInvoice } from './investigate-invoice.ts'
import { LAYERS } from './layers.ts'

const read = requireRole('invoices', 'read')

const InvestigationView = z
  .object({
    invoiceId: z.string(),
    number: z.string().nullable(),
    customerId: z.string(),
    currency: z.string(),
    status: z.string(),
    source: z.enum(['events', 'buckets', 'none']),
    layers: z.array(
      z.object({
        layer: z.enum(LAYERS),
        compared: z.string(),
        ok: z.boolean().nullable(),
        note: z.string().nullable(),
        differences: z.array(
          z.object({ where: z.string(), expected: z.string(), found: z.string() }),
        ),
      }),
    ),
    firstDifference: z.enum(LAYERS).nullable(),
    overbilledMinor: z.string().nullable(),
    late: z.array(
      z.object({
        metric: z.string(),
        quantity: z.string(),
        events: z.number().int(),
        adjustedOn: z.string().nullable(),
      }),
    ),
  })
  .openapi('InvoiceInvestigation')

const investigate = createRoute({
  method: 'get',
  path: '/api/invoices/{id}/investigation',
  summary:
    'Rate the invoice again from raw events and follow it to the books: where do they differ?',
  middleware: read,
  request: { params: z.object({ id: z.string().openapi({ description: 'Id or number.' }) }) },
  responses: { 200: json(InvestigationView) },
})

const EventLineView = z.object({
  reference: z.string(),
  description: z.string(),
  amountMinor: z.string(),
})

const EventExplanationView = z
  .looseObject({
    state: z.enum(['counted', 'withdrawn', 'detached', 'refused']),
    because: z.string().optional(),
    billing: z
      .array(
        z.object({
          subscriptionId: z.string(),
          planId: z.string(),
          pricingVersion: z.string(),
          charges: z.array(z.string()),
          invoice: z
            .object({ id: z.string(), number: z.string().nullable(), status: z.string() })
            .nullable(),
          lines: z.array(EventLineView),
          adjustments: z.array(EventLineView),
          outcome: z.enum(EVENT_OUTCOMES),
          because: z.string(),
        }),
      )
      .optional(),
  })
  .openapi('EventExplanation')

const explainUsage = createRoute({
  method: 'get',
  path: '/api/events/{id}/explanation',
  summary: 'Where an event is, and why it is or is not on an invoice',
  middleware: requireRole('usage', 'read'),
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json(EventExplanationView, 'Why') },
})

const LineExplanationView = z
  .object({
    reference: z.string(),
    invoiceId: z.string(),
    customerId: z.string(),
    currency: z.string(),
    kind: z.string(),
    metric: z.string().nullable(),
    description: z.string(),
    amountMinor: z.string(),
    plan: z.string().nullable(),
    pricingVersion: z.string(),
    usage: z
      .object({
        metric: z.string(),
        source: z.enum(['events', 'buckets']),
        events: z.number().int(),
        sum: z.string(),
        days: z.array(z.object({ day: z.string(), events: z.number().int(), sum: z.string() })),
        sample: z.array(z.string()),
      })
      .nullable(),
    detached: z.array(z.string()),
    steps: z.array(z.string()),
    reproduced: z.boolean().nullable(),
  })
  .openapi('LineExplanation')

const explainInvoice = createRoute({
  method: 'get',
  path: '/api/invoices/{id}/explanation',
  summary: 'What stands behind the lines of an invoice, or one of them: usage, tiers, arithmetic',
  middleware: read,
  request: {
    params: z.object({ id: z.string().openapi({ description: 'Id or number.' }) }),
    query: z.object({
      line: z.coerce
        .number()
        .int()
        .min(1)
        .optional()
        .openapi({ description: 'Its number on the invoice, from 1.' }),
    }),
  },
  responses: { 200: json(z.object({ data: z.array(LineExplanationView) })) },
})

/** What looks into events and invoices. */
export function examineRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(investigate, async (c) => {
    const { id } = c.req.valid('param')
    const found = await c.get('scope').transact((ctx) => investigateInvoice(ctx, id))
    return c.json(
      {
        ...found,
        layers: found.layers.map((layer) => ({ ...layer, differences: [...layer.differences] })),
        overbilledMinor: found.overbilledMinor?.toString() ?? null,
        late: [...found.late],
      },
      200,
    )
  })
  app.openapi(explainUsage, async (c) => {
    const { id } = c.req.valid('param')
    const found = await c.get('scope').transact((ctx) => explainEvent(ctx, id))
    return c.json(eventView(found), 200)
  })
  app.openapi(explainInvoice, async (c) => {
    const { id } = c.req.valid('param')
    const { line } = c.req.valid('query')
    const found = await c
      .get('scope')
      .transact((ctx) => explainLines(ctx, { invoice: id, line: line ?? null }))
    return c.json({ data: found.map(lineView) }, 200)
  })
  return app
}

function eventView(found: EventExplanation): z.infer<typeof EventExplanationView> {
  if (!('billing' in found)) return found
  const view = (line: EventLine) => ({ ...line, amountMinor: line.amountMinor.toString() })
  return {
    ...found,
    billing: found.billing.map((one) => ({
      ...one,
      charges: [...one.charges],
      lines: one.lines.map(view),
      adjustments: one.adjustments.map(view),
    })),
  }
}

function lineView(line: LineExplanation): z.infer<typeof LineExplanationView> {
  return {
    ...line,
    amountMinor: line.amountMinor.toString(),
    usage: line.usage && {
      ...line.usage,
      days: [...line.usage.days],
      sample: [...line.usage.sample],
    },
    detached: [...line.detached],
    steps: [...line.steps],
  }
}
