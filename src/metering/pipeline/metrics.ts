import { Hono } from 'hono'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { System } from '#db/context.ts'
import { outboxHealth } from '#db/outbox.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { AppEnv } from '#src/http/env.ts'
import type { EventResult } from '../shapes.ts'
import { readPipeline } from './read-pipeline.ts'

/** One delivery of usage, answered. */
interface Delivered {
  readonly results: readonly Pick<EventResult, 'status' | 'code'>[]
  readonly seconds: number
}

export interface Metrics {
  /** Counts what this process answered; the rest is read from the database when it is asked for. */
  readonly delivered: (delivery: Delivered) => void
  readonly routes: Hono<AppEnv>
}

/**
 * `/metrics` for Prometheus: totals over all organisations, nothing of a tenant's. With a token it is answered only to
 * `Authorization: Bearer <token>`.
 */
export function createMetrics(deps: {
  readonly system: System
  readonly token?: string | undefined
}): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const events = new Counter({
    name: 'tollkeeper_usage_events_total',
    help: 'Usage events this process answered, by status and reason',
    labelNames: ['status', 'code'],
    registers: [registry],
  })
  const deliveries = new Histogram({
    name: 'tollkeeper_usage_delivery_seconds',
    help: 'From the request of usage to its durable answer',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  })
  const refresh = databaseGauges(registry, deps.system)
  const routes = new Hono<AppEnv>()
  routes.get('/metrics', async (c) => {
    if (deps.token !== undefined && c.req.header('authorization') !== `Bearer ${deps.token}`)
      throw new AppError('unauthorized', 'METRICS_TOKEN is needed: Authorization: Bearer …')
    await refresh()
    return c.body(await registry.metrics(), 200, { 'content-type': registry.contentType })
  })
  return {
    delivered: ({ results, seconds }) => {
      deliveries.observe(seconds)
      for (const { status, code } of results) events.inc({ status, code: code ?? '' })
    },
    routes,
  }
}

/** Gauges of what stands in the database; the answer brings them up to date, all of one moment. */
function databaseGauges(registry: Registry, system: System): () => Promise<void> {
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name: `tollkeeper_${name}`, help, labelNames, registers: [registry] })
  const up = gauge(
    'database_up',
    'Whether the database answered; if not, what is read from it stands still',
  )
  const lag = gauge('rollup_lag_seconds', 'How long the oldest event has waited for the roll-up')
  const letters = gauge('dead_letters_open', 'Events that were not taken and wait for somebody', [
    'code',
  ])
  const recounted = gauge('usage_recounted_events', 'Raw events of the last recount')
  const counted = gauge('usage_counted_events', 'What the buckets held of them')
  const differing = gauge(
    'usage_differing_hours',
    'Hours whose buckets are not what raw events come to',
  )
  const recountAge = gauge('usage_recount_age_seconds', 'Since the recount that is longest ago')
  const due = gauge('outbox_due', 'Jobs that are due')
  const failed = gauge('outbox_failed', 'Jobs that were given up')
  const oldest = gauge('outbox_oldest_seconds', 'How long the oldest due job has waited')
  const read = async () => {
    const now = system.clock.now()
    const pipeline = await readPipeline(system)
    const outbox = await outboxHealth(system.db, now)
    lag.set(pipeline.lagSeconds)
    letters.reset()
    for (const [code, count] of Object.entries(pipeline.openDeadLetters))
      letters.set({ code }, count)
    recounted.set(pipeline.recounted)
    counted.set(pipeline.counted)
    differing.set(pipeline.differingHours)
    // Before the first one: since this process began.
    recountAge.set(pipeline.recountAgeSeconds ?? performance.now() / 1000)
    due.set(outbox.due)
    failed.set(outbox.failed)
    oldest.set(outbox.oldestDueAt ? Math.max(0, outbox.oldestDueAt.until(now).total('seconds')) : 0)
  }
  return () =>
    read().then(
      () => up.set(1),
      () => up.set(0),
    )
}
