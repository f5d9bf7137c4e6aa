import { readFileSync } from 'node:fs'
import { parser } from '@prometheus-io/lezer-promql'
import { sql } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { describeOnDatabases } from '#db/testing/database.ts'
import { toProblem } from '#src/kernel/errors.ts'
import { recordUsage } from '#src/metering/record-usage.ts'
import { rolledUp } from '#src/metering/testing/rolled-up.ts'
import { addCustomers, usage } from '#src/metering/testing/world.ts'
import { createMetrics } from './metrics.ts'
import { recountBuckets } from './recount.ts'

const Rules = z.strictObject({
  groups: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        rules: z
          .array(
            z.strictObject({
              alert: z.string().regex(/^[A-Z]\w+$/),
              expr: z.string().min(1),
              for: z
                .string()
                .regex(/^\d+[smhd]$/)
                .optional(),
              labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
              annotations: z.strictObject({
                summary: z.string().min(1),
                action: z.string().min(1),
              }),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
})

const alerts = Rules.parse(
  parse(readFileSync(new URL('../../../docs/prometheus-alerts.yaml', import.meta.url), 'utf8')),
).groups.flatMap(({ rules }) => rules)

/** Names of metrics in an expression; throws where Prometheus could not read it. */
function metricsIn(expr: string): string[] {
  const names: string[] = []
  parser.parse(expr).iterate({
    enter: (node) => {
      if (node.type.isError) throw new Error(`${expr}: cannot be read at ${node.from}`)
      const parent = node.node.parent?.name
      if (node.name === 'Identifier' && parent === 'VectorSelector')
        names.push(expr.slice(node.from, node.to))
    },
  })
  return names
}

describe('the alert rules', () => {
  it('would be refused with a bracket missing', () => {
    expect(() => metricsIn('sum(rate(x[5m]) > 1')).toThrow('cannot be read')
  })
  it('are told apart by their names, and tell of loss and delay', () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length)
    const exprOf = (name: string) => alerts.find(({ alert }) => alert === name)?.expr
    expect(exprOf('UsageLost')).toContain('> 0.02')
    expect(exprOf('UsageDelayed')).toContain('> 300')
  })
})

describeOnDatabases('metrics', (world) => {
  const scrape = async (headers: Record<string, string> = {}, token?: string) => {
    const metrics = createMetrics({ system: world().system, token })
    metrics.delivered({
      seconds: 0.004,
      results: [{ status: 'accepted' }, { status: 'rejected', code: 'future' }],
    })
    metrics.routes.onError((error, c) => c.json(toProblem(error), toProblem(error).status as 401))
    const answer = await metrics.routes.request('/metrics', { headers })
    return { status: answer.status, text: await answer.text() }
  }
  const valueOf = (text: string, name: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.split(' ')[1],
    )

  beforeAll(async () => {
    await addCustomers(world(), ['1001'])
    await recordUsage(world().scope(), {
      events: [
        usage('m1', { at: '2026-02-28T10:00:00Z' }),
        usage('m2', { at: '2026-02-28T10:00:00Z' }),
        usage('m3', { quantity: 'x' }),
      ],
    })
  })

  it('has every metric that an alert asks for', async () => {
    const { text } = await scrape()
    const known = new Set([...text.matchAll(/^(\w+)(?:\{| )/gm)].map(([, name]) => name))
    const asked = alerts.flatMap(({ expr }) => metricsIn(expr))
    expect(asked.filter((name) => !known.has(name))).toEqual([])
    expect(asked.length).toBeGreaterThan(alerts.length)
  })

  it('tells how long usage waits, what was refused, and where buckets are not what raw events come to', async () => {
    world().setNow('2026-03-01T00:07:00Z')
    const waiting = (await scrape()).text
    expect(valueOf(waiting, 'tollkeeper_rollup_lag_seconds')).toBe(420)
    expect(waiting).toContain('tollkeeper_dead_letters_open{code="malformed"} 1')
    expect(waiting).toContain('tollkeeper_usage_events_total{status="rejected",code="future"} 1')
    await rolledUp(world())
    expect(await recountBuckets(world().system)).toEqual([])
    const fine = (await scrape()).text
    expect(valueOf(fine, 'tollkeeper_rollup_lag_seconds')).toBe(0)
    expect(valueOf(fine, 'tollkeeper_usage_recounted_events')).toBe(2)
    await world().system.db.execute(sql`update usage_buckets set count = 1, sum = 1`)
    expect(await recountBuckets(world().system)).toEqual([
      { orgId: 'org_test', events: 2, counted: 1, differingHours: 1 },
    ])
    const wrong = (await scrape()).text
    expect(valueOf(wrong, 'tollkeeper_usage_counted_events')).toBe(1)
    expect(valueOf(wrong, 'tollkeeper_usage_differing_hours')).toBe(1)
  })

  it('asks for its token where one is set', async () => {
    expect((await scrape({}, 'secret')).status).toBe(401)
    expect((await scrape({ authorization: 'Bearer secret' }, 'secret')).status).toBe(200)
  })
})
