import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { PageQuery } from '#src/kernel/paging.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { listDeadLetters } from './dead-letters.ts'
import { eventsIn, trackedEvent } from './delivery.ts'
import { parseExactJson } from './exact-json.ts'
import { usageGrouper } from './group-usage.ts'
import { readUsage } from './read-usage.ts'
import { recordUsage } from './record-usage.ts'
import { redriveDeadLetter } from './redrive-dead-letter.ts'
import {
  CloudEventView,
  DeadLetterView,
  EventResultView,
  EventsView,
  RecordedView,
  ShortEventView,
  UsageView,
} from './views.ts'

const read = requireRole('usage', 'read')
const write = requireRole('usage', 'write')
const taken = { 202: json(RecordedView, 'What became of each event, in order') }

const usage = createRoute({
  method: 'get',
  path: '/api/usage',
  summary: 'Exact usage of a period, with its hours',
  middleware: read,
  request: {
    query: z.object({
      customerId: z.string().min(1),
      metric: z.string().min(1),
      from: z.string(),
      to: z.string(),
    }),
  },
  responses: { 200: json(UsageView, 'Totals and hours') },
})

const letters = createRoute({
  method: 'get',
  path: '/api/dead-letters',
  summary: 'Events that were not taken, with the reason',
  middleware: read,
  request: {
    query: PageQuery.extend({ status: z.enum(['open', 'redriven', 'dismissed']).default('open') }),
  },
  responses: {
    200: json(
      z.object({ data: z.array(DeadLetterView), nextCursor: z.string().nullable() }),
      'A page, oldest first',
    ),
  },
})

const redrive = createRoute({
  method: 'post',
  path: '/api/dead-letters/{id}/redrive',
  summary: 'Send a dead letter in again, as it is or mended; it counts once',
  middleware: write,
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json(EventResultView, 'What became of it') },
})

/** Usage in and out. `/api/track` and `/api/events` dedup by the events' own keys, not by the HTTP middleware. */
export function meteringRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  addIngest(app)
  app.openapi(usage, async (c) => {
    const { from, to, customerId, metric } = c.req.valid('query')
    const period = { start: parseInstant(from, 'from'), end: parseInstant(to, 'to') }
    const answer = await c
      .get('scope')
      .transact((ctx) => readUsage(ctx, { customerId, metric, period }))
    return c.json(answer, 200)
  })
  app.openapi(letters, async (c) => {
    const query = c.req.valid('query')
    return c.json(await c.get('scope').transact((ctx) => listDeadLetters(ctx, query)), 200)
  })
  app.openapi(redrive, async (c) => {
    const text = await c.req.text()
    const body = text.trim() === '' ? undefined : parseExactJson(text)
    const { id } = c.req.valid('param')
    return c.json(await redriveDeadLetter(c.get('scope'), { id, body }), 200)
  })
  return app
}

/** Bodies are read by metering itself: numbers stay exact, and a half-bad body stores its good half. */
function addIngest(app: OpenAPIHono<AppEnv>): void {
  app.openAPIRegistry.registerPath({
    method: 'post',
    path: '/api/track',
    summary: 'Record one usage event; the Idempotency-Key header makes a retry count once',
    request: { body: { ...json(ShortEventView), required: true } },
    responses: taken,
  })
  app.openAPIRegistry.registerPath({
    method: 'post',
    path: '/api/events',
    summary: 'Record up to 1,000 usage events, each once per idempotency key',
    request: {
      body: {
        required: true,
        content: {
          'application/json': { schema: EventsView },
          'application/cloudevents+json': { schema: CloudEventView },
          'application/cloudevents-batch+json': { schema: z.array(CloudEventView) },
        },
      },
    },
    responses: taken,
  })
  const recordGrouped = usageGrouper()
  app.post('/api/track', write, async (c) => {
    const event = trackedEvent(await c.req.text(), c.req.header('idempotency-key'))
    return c.json(await recordGrouped(c.get('scope'), event), 202)
  })
  app.post('/api/events', write, async (c) => {
    const events = eventsIn(await c.req.text(), c.req.header('content-type') ?? '')
    return c.json(await recordUsage(c.get('scope'), { events }), 202)
  })
}
