import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { parsePricingDocument } from '#src/pricing/document.ts'
import { replayPricing } from './replay-pricing.ts'
import type { ReplayRow } from './rules.ts'
import { replaySummary } from './summary.ts'

const Minor = z.string()
const Row = z.object({
  customerId: z.string(),
  subscriptionId: z.string(),
  planId: z.string(),
  newPlanId: z.string().nullable(),
  currency: z.string().nullable(),
  oldMinor: Minor.nullable(),
  newMinor: Minor.nullable(),
  differenceMinor: Minor.nullable(),
  problem: z.string().nullable(),
  unpriced: z.array(z.object({ metric: z.string(), quantity: z.string().nullable() })),
})

const ReplayView = z
  .object({
    period: z.string(),
    version: z.string(),
    totals: z.array(
      z.object({
        currency: z.string(),
        subscriptions: z.number().int(),
        oldMinor: Minor,
        newMinor: Minor,
        differenceMinor: Minor,
        dearer: z.number().int(),
        cheaper: z.number().int(),
        same: z.number().int(),
      }),
    ),
    topMovers: z.array(Row),
    problems: z.array(z.object({ problem: z.string(), subscriptions: z.number().int() })),
    unpriced: z.array(z.object({ metric: z.string(), subscriptions: z.number().int() })),
  })
  .openapi('PricingReplay')

const replay = createRoute({
  method: 'post',
  path: '/api/pricing/replay',
  summary: 'A period’s real usage on a new pricing document: who would pay more; writes nothing',
  middleware: requireRole('pricing', 'read'),
  request: {
    body: {
      ...json(
        z.strictObject({
          period: z.string(),
          /** YAML or JSON text. */
          pricing: z.string().min(1),
          /** Old plan id → plan id in the new document. */
          mapping: z.record(z.string(), z.string()).default({}),
          top: z.number().int().min(1).max(1000).default(20),
        }),
      ),
      required: true,
    },
  },
  responses: { 200: json(ReplayView) },
})

/** `/api/pricing/replay`. */
export function replayRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(replay, async (c) => {
    const { period, pricing, mapping, top } = c.req.valid('json')
    const document = parsePricingDocument(pricing, 'pricing')
    const summary = replaySummary(top)
    const input = { period, document, mapping: new Map(Object.entries(mapping)) }
    for await (const row of replayPricing(c.get('scope'), input)) summary.add(row)
    const { totals, topMovers, ...counts } = summary.result()
    return c.json(
      {
        period,
        version: document.version,
        totals: totals.map(({ oldMinor, newMinor, differenceMinor, ...rest }) => ({
          ...rest,
          oldMinor: oldMinor.toString(),
          newMinor: newMinor.toString(),
          differenceMinor: differenceMinor.toString(),
        })),
        topMovers: topMovers.map(rowView),
        problems: [...counts.problems],
        unpriced: [...counts.unpriced],
      },
      200,
    )
  })
  return app
}

function rowView({ oldMinor, newMinor, differenceMinor, ...row }: ReplayRow): z.infer<typeof Row> {
  return {
    ...row,
    unpriced: [...row.unpriced],
    oldMinor: oldMinor?.toString() ?? null,
    newMinor: newMinor?.toString() ?? null,
    differenceMinor: differenceMinor?.toString() ?? null,
  }
}
