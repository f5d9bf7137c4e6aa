import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { Database } from '#db/connect.ts'
import type { Scope, System } from '#db/context.ts'
import { createBareTable, dropBareTable, insertBare } from './bare-insert.ts'
import { sendAll, type LoadRequest } from './http-load.ts'
import { ingestOrganization } from './ingest-organization.ts'
import { median, percentile, type BenchResult } from './result.ts'
import { startRoller } from './roller.ts'
import { newEvents } from './usage-load.ts'

/** What the bench runs on. `startApi` serves the whole app on a free port of this machine. */
export interface IngestBenchOptions {
  readonly database: Database
  readonly system: System
  startApi(): Promise<{ readonly url: string; close(): Promise<void> }>
  readonly rounds?: number
  readonly batchesPerRound?: number
  readonly connections?: number
}

const BATCH = 500
const SINGLE_CONNECTIONS = 64
const SINGLES_PER_ROUND = 2_000
const LAG_GOAL_SECONDS = 2

/**
 * Ingest over HTTP against a bare INSERT of the same rows, single events against a POST that does nothing, and how far
 * the roll-up lags behind. Limit and value take turns, so that a busy machine slows both. Leaves its rows behind in an
 * organisation of its own.
 */
export async function benchIngest(options: IngestBenchOptions): Promise<BenchResult[]> {
  const { scope, key } = await ingestOrganization(options.system)
  const api = await options.startApi()
  const idle = await startIdleServer()
  const headers = { authorization: `Bearer ${key}` }
  const roller = startRoller(options.system)
  await createBareTable(options.database)
  try {
    const batches = await measureBatches(options, scope, api.url, headers)
    const singles = await measureSingles(options, scope, [api.url, idle.url], headers)
    const lags = await roller.stop()
    return [
      batches,
      singles,
      {
        what: 'roll-up lag behind the ingest above, 99th percentile',
        value: percentile(lags, 0.99),
        unit: 's',
        limit: LAG_GOAL_SECONDS,
        ratio: percentile(lags, 0.99) / LAG_GOAL_SECONDS,
        goal: '< 2 s',
        holds: percentile(lags, 0.99) < LAG_GOAL_SECONDS,
      },
    ]
  } finally {
    await roller.stop()
    await dropBareTable(options.database)
    await idle.close()
    await api.close()
  }
}

type Headers = Readonly<Record<string, string>>

async function measureBatches(
  options: IngestBenchOptions,
  scope: Scope,
  url: string,
  headers: Headers,
): Promise<BenchResult> {
  const { rounds = 5, batchesPerRound = 60, connections = 4 } = options
  const nowMs = scope.now.epochMilliseconds
  const fresh = () => Array.from({ length: batchesPerRound }, () => newEvents(BATCH, nowMs))
  const events = batchesPerRound * BATCH
  const rates: number[] = []
  const limits: number[] = []
  // The first round warms up: pages, plans, compiled code.
  for (let round = 0; round <= rounds; round += 1) {
    const bare = events / (await insertBare(options.database, fresh(), connections))
    const requests = fresh().map((batch) => ({ path: '/api/events', body: JSON.stringify(batch) }))
    const rate = events / (await sendAll(url, requests, { connections, headers }))
    if (round === 0) continue
    limits.push(bare)
    rates.push(rate)
  }
  const ratio = median(rates.map((rate, index) => rate / (limits[index] ?? Infinity)))
  const value = median(rates)
  return {
    what: `ingest over HTTP, batches of ${BATCH}, ${connections} connections, dedup, durable`,
    value,
    unit: 'events/s',
    limit: median(limits),
    ratio,
    goal: '>= 40 % of the bare INSERT … unnest, and >= 30,000 events/s',
    holds: ratio >= 0.4 && value >= 30_000,
  }
}

async function measureSingles(
  options: IngestBenchOptions,
  scope: Scope,
  [url, idleUrl]: readonly [string, string],
  headers: Headers,
): Promise<BenchResult> {
  const rates: number[] = []
  const limits: number[] = []
  const load = (): LoadRequest[] =>
    newEvents(SINGLES_PER_ROUND, scope.now.epochMilliseconds).map((event) => ({
      path: '/api/track',
      body: JSON.stringify({
        metric: event.event_type,
        amount: 1,
        customerId: event.customer_id,
        timestamp: event.timestamp,
      }),
      headers: { 'idempotency-key': event.idempotency_key },
    }))
  const send = (to: string) => sendAll(to, load(), { connections: SINGLE_CONNECTIONS, headers })
  for (let round = 0; round <= (options.rounds ?? 5); round += 1) {
    const limit = SINGLES_PER_ROUND / (await send(idleUrl))
    const rate = SINGLES_PER_ROUND / (await send(url))
    if (round === 0) continue
    limits.push(limit)
    rates.push(rate)
  }
  const ratio = median(rates.map((rate, index) => rate / (limits[index] ?? Infinity)))
  return {
    what: `single events over HTTP, ${SINGLE_CONNECTIONS} connections, shared commits`,
    value: median(rates),
    unit: 'events/s',
    limit: median(limits),
    ratio,
    goal: '>= 50 % of a no-op Hono POST',
    holds: ratio >= 0.5,
  }
}

/** A Hono server that reads the body and does nothing: the limit for single events. */
function startIdleServer(): Promise<{ url: string; close(): Promise<void> }> {
  const app = new Hono()
  app.post('/api/track', async (c) => {
    await c.req.json()
    return c.json({ accepted: 1 }, 202)
  })
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0 }, ({ port }) =>
      resolve({
        url: `http://localhost:${port}`,
        close: () => new Promise((closed) => server.close(() => closed())),
      }),
    )
  })
}
