import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { PageQuery } from '#src/kernel/paging.ts'
import { dismissDeadLetter, listDeadLetters } from './dead-letters.ts'
import { parseExactJson } from './exact-json.ts'
import { redriveDeadLetter } from './redrive-dead-letter.ts'
import { redriveDeadLetters } from './redrive-dead-letters.ts'
import { DeadLetterView, EventResultView, RejectionCodeView } from './views.ts'

const read = requireRole('usage', 'read')
const write = requireRole('usage', 'write')
const named = { params: z.object({ id: z.string() }) }

const list = createRoute({
  method: 'get',
  path: '/api/dead-letters',
  summary: 'Events that were not taken, with the reason',
  middleware: read,
  request: {
    query: PageQuery.extend({
      status: z.enum(['open', 'redriven', 'dismissed']).default('open'),
      code: RejectionCodeView.optional(),
    }),
  },
  responses: {
    200: json(
      z.object({ data: z.array(DeadLetterView), nextCursor: z.string().nullable() }),
      'A page, oldest first',
    ),
  },
})

const redriveOne = createRoute({
  method: 'post',
  path: '/api/dead-letters/{id}/redrive',
  summary: 'Send a dead letter in again, as it is or mended; it counts once',
  middleware: write,
  request: named,
  responses: { 200: json(EventResultView, 'What became of it') },
})

const redriveMany = createRoute({
  method: 'post',
  path: '/api/dead-letters/redrive',
  summary: 'Send open dead letters in again as they are, oldest first; each counts once',
  middleware: write,
  request: {
    body: {
      ...json(
        z.object({
          code: RejectionCodeView.optional(),
          after: z
            .string()
            .optional()
            .openapi({ description: '`nextAfter` of the answer before.' }),
        }),
      ),
      required: true,
    },
  },
  responses: {
    200: json(
      z.object({
        redriven: z.number().int(),
        stillRefused: z.number().int(),
        nextAfter: z.string().nullable(),
      }),
      'Up to 200; the rest begins after `nextAfter`',
    ),
  },
})

const dismiss = createRoute({
  method: 'post',
  path: '/api/dead-letters/{id}/dismiss',
  summary: 'Put a dead letter away, with the reason; it stays on record',
  middleware: write,
  request: {
    ...named,
    body: {
      ...json(z.object({ reason: z.string().trim().min(1).max(500) })),
      required: true,
    },
  },
  responses: { 200: json(DeadLetterView, 'The letter') },
})

/** What was not taken: seen, mended, sent in again, put away. */
export function deadLetterRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(list, async (c) => {
    const query = c.req.valid('query')
    return c.json(await c.get('scope').transact((ctx) => listDeadLetters(ctx, query)), 200)
  })
  app.openapi(redriveMany, async (c) =>
    c.json(await redriveDeadLetters(c.get('scope'), c.req.valid('json')), 200),
  )
  app.openapi(redriveOne, async (c) => {
    const text = await c.req.text()
    const body = text.trim() === '' ? undefined : parseExactJson(text)
    const { id } = c.req.valid('param')
    return c.json(await redriveDeadLetter(c.get('scope'), { id, body }), 200)
  })
  app.openapi(dismiss, async (c) => {
    const input = { ...c.req.valid('param'), ...c.req.valid('json') }
    return c.json(await c.get('scope').transact((ctx) => dismissDeadLetter(ctx, input)), 200)
  })
  return app
}
