import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { eventsIn, trackedEvent } from './delivery.ts'
import { correctUsage } from './correct-usage.ts'
import { correctionsIn } from './delivery.ts'
import { BACKFILL_WINDOW_DAYS } from './rules/arrival.ts'
import { usageGrouper } from './group-usage.ts'
import { readUsage } from './read-usage.ts'
import { recordUsage } from './record-usage.ts'
import type { RecordedUsage } from './shapes.ts'
import {
  CloudEventView,
  CorrectedView,
  CorrectionsView,
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

/** Told of each delivery, for the figures of the pipeline. */
interface Watch {
  readonly delivered?: (delivery: {
    readonly results: RecordedUsage['results']
    readonly seconds: number
  }) => void
}

/** Usage in and out. `/api/track` and `/api/events` dedup by the events' own keys, not by the HTTP middleware. */
export function meteringRoutes(watch: Watch = {}): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  addIngest(app, watch)
  app.openapi(usage, async (c) => {
    const { from, to, customerId, metric } = c.req.valid('query')
    const period = { start: parseInstant(from, 'from'), end: parseInstant(to, 'to') }
    const answer = await c
      .get('scope')
      .transact((ctx) => readUsage(ctx, { customerId, metric, period }))
    return c.json(answer, 200)
  })
  return app
}

const EVENTS_BODY = {
  required: true,
  content: {
    'application/json': { schema: EventsView },
    'application/cloudevents+json': { schema: CloudEventView },
    'application/cloudevents-batch+json': { schema: z.array(CloudEventView) },
  },
}

/** Bodies are read by metering itself: numbers stay exact, and a half-bad body stores its good half. */
function addIngest(app: OpenAPIHono<AppEnv>, watch: Watch): void {
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
    request: { body: EVENTS_BODY },
    responses: taken,
  })
  app.openAPIRegistry.registerPath({
    method: 'post',
    path: '/api/events/backfill',
    summary: `Record events that are up to ${BACKFILL_WINDOW_DAYS} days old; invoices that are final are adjusted`,
    request: { body: EVENTS_BODY },
    responses: taken,
  })
  app.openAPIRegistry.registerPath({
    method: 'post',
    path: '/api/events/corrections',
    summary:
      'Cancel or amend events by entries beside them; drafts follow, final invoices are adjusted',
    request: { body: { ...json(CorrectionsView), required: true } },
    responses: { 200: json(CorrectedView, 'What became of each entry, in order') },
  })
  const recordGrouped = usageGrouper()
  const watched = async (work: Promise<RecordedUsage>) => {
    const began = performance.now()
    const answer = await work
    watch.delivered?.({ results: answer.results, seconds: (performance.now() - began) / 1000 })
    return answer
  }
  app.post('/api/track', write, async (c) => {
    const event = trackedEvent(await c.req.text(), c.req.header('idempotency-key'))
    return c.json(await watched(recordGrouped(c.get('scope'), event)), 202)
  })
  app.post('/api/events', write, async (c) => {
    const events = eventsIn(await c.req.text(), c.req.header('content-type') ?? '')
    return c.json(await watched(recordUsage(c.get('scope'), { events })), 202)
  })
  app.post('/api/events/backfill', write, async (c) => {
    const events = eventsIn(await c.req.text(), c.req.header('content-type') ?? '')
    const delivery = { events, windowDays: BACKFILL_WINDOW_DAYS }
    return c.json(await watched(recordUsage(c.get('scope'), delivery)), 202)
  })
  app.post('/api/events/corrections', write, async (c) => {
    const corrections = correctionsIn(await c.req.text())
    return c.json(await c.get('scope').transact((ctx) => correctUsage(ctx, corrections)), 200)
  })
}
