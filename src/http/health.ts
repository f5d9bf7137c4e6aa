import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { sql } from 'drizzle-orm'
import { rowsOf, type System } from '#db/context.ts'
import { outboxHealth } from '#db/outbox.ts'
import { apiRouter, json } from './api-router.ts'
import type { AppEnv } from './env.ts'

/** `parts` names what is in use ("payments": "sandbox"); a check rejects when its part is down. */
export interface HealthDeps {
  readonly system: System
  readonly parts?: Readonly<Record<string, string>>
  readonly checks?: Readonly<Record<string, () => Promise<unknown>>>
}

const Live = z.object({ status: z.literal('ok') })
const Ready = z.object({
  status: z.enum(['ok', 'down']),
  parts: z.record(z.string(), z.string()),
  checks: z.record(z.string(), z.enum(['up', 'down'])),
  outbox: z
    .object({
      due: z.number(),
      running: z.number(),
      failed: z.number(),
      oldestDueAt: z.string().nullable(),
      /** On the clock of the organisation that the job belongs to. */
      oldestAgeSeconds: z.number(),
    })
    .nullable(),
})

const live = createRoute({
  method: 'get',
  path: '/health/live',
  summary: 'The process answers',
  security: [],
  responses: { 200: json(Live, 'Alive') },
})

const ready = createRoute({
  method: 'get',
  path: '/health/ready',
  summary: 'Which parts are up, and how much work waits since when',
  security: [],
  responses: { 200: json(Ready, 'Ready'), 503: json(Ready, 'A part is down') },
})

/** `/health/live` and `/health/ready`, without authentication and without anything that belongs to a tenant. */
export function healthRoutes(deps: HealthDeps): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(live, (c) => c.json({ status: 'ok' as const }, 200))
  app.openapi(ready, async (c) => {
    const checks: Record<string, 'up' | 'down'> = {}
    const outbox = await readOutbox(deps.system).catch(() => null)
    checks['database'] = outbox ? 'up' : 'down'
    for (const [name, check] of Object.entries(deps.checks ?? {})) {
      checks[name] = await check().then(
        () => 'up' as const,
        () => 'down' as const,
      )
    }
    const ok = !Object.values(checks).includes('down')
    const body = { status: ok ? ('ok' as const) : ('down' as const), checks, outbox }
    return c.json({ ...body, parts: { ...deps.parts } }, ok ? 200 : 503)
  })
  return app
}

async function readOutbox(system: System) {
  const now = system.clock.now()
  const { oldestDueAt, ...counts } = await outboxHealth(system.db, now)
  const [row] = await rowsOf<{ age: string | null }>(
    system.db,
    sql`select max(extract(epoch from coalesce(g.clock_at, ${now.toString()}::timestamptz) - o.due_at)) as age
        from outbox o join organizations g on g.id = o.org_id where o.status = 'pending'`,
  )
  return {
    ...counts,
    oldestDueAt: oldestDueAt?.toString() ?? null,
    oldestAgeSeconds: Math.max(0, Math.round(Number(row?.age ?? 0))),
  }
}
