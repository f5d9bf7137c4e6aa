import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { apiRouter } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { documentToJson } from '#src/pricing/document.ts'
import { listPricing, pricingDocument } from './pricing-documents.ts'
import { publishPricing } from './publish-pricing.ts'

const Published = z.object({
  version: z.string(),
  effectiveDate: z.string(),
  hash: z.string(),
  publishedAt: z.string(),
})

const publish = createRoute({
  method: 'post',
  path: '/api/pricing',
  summary: 'Publish a pricing document (YAML or JSON) under its own version',
  middleware: requireRole('pricing', 'write'),
  request: {
    body: { content: { 'text/yaml': { schema: z.string() } }, required: true },
  },
  responses: {
    201: {
      description: 'Published, or published before with the same content',
      content: {
        'application/json': { schema: z.object({ version: z.string(), hash: z.string() }) },
      },
    },
  },
})

const list = createRoute({
  method: 'get',
  path: '/api/pricing',
  summary: 'Published versions, latest first',
  middleware: requireRole('pricing', 'read'),
  responses: {
    200: {
      description: 'All versions',
      content: {
        'application/json': {
          schema: z.object({ data: z.array(Published), nextCursor: z.null() }),
        },
      },
    },
  },
})

const show = createRoute({
  method: 'get',
  path: '/api/pricing/{version}',
  summary: 'A published document as JSON, decimals as text',
  middleware: requireRole('pricing', 'read'),
  request: { params: z.object({ version: z.string() }) },
  responses: {
    200: {
      description: 'The document',
      content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } },
    },
  },
})

/** `/api/pricing`. */
export function pricingRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(publish, async (c) => {
    const text = await c.req.text()
    const published = await c.get('scope').transact((ctx) => publishPricing(ctx, text))
    return c.json(published, 201)
  })
  app.openapi(list, async (c) => {
    const data = await c.get('scope').transact((ctx) => listPricing(ctx))
    return c.json({ data, nextCursor: null }, 200)
  })
  app.openapi(show, async (c) => {
    const { version } = c.req.valid('param')
    const document = await c.get('scope').transact((ctx) => pricingDocument(ctx, version))
    // Numbers stand as text in a document's JSON, so nothing in it can lose a digit on the way.
    return c.json(documentToJson(document), 200)
  })
  return app
}
