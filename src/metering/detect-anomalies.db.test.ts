import { sql } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { rowsOf } from '#db/context.ts'
import { webhookDeliveries } from '#db/schema/notifications.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { formatDecimal } from '#src/kernel/decimal.ts'
import { Temporal } from '#src/kernel/time.ts'
import { createEndpoint } from '#src/notifications/endpoints.ts'
import { detectForOrg } from './detect-anomalies.ts'
import { recordUsage } from './record-usage.ts'
import { rollUp } from './roll-up.ts'
import { addCustomers, usage } from './testing/world.ts'
import { usageByDay, usageDrivers } from './usage-facts.ts'

const SPIKE_DAY = 18

describeOnDatabases('anomalies', (world) => {
  const customers = Array.from({ length: 30 }, (_, index) => `a${index}`)
  beforeAll(async () => {
    await addCustomers(world(), customers)
    for (const [index, customer] of customers.entries()) {
      const events = Array.from({ length: 27 * 12 }, (_, step) => {
        const day = Math.floor(step / 12) + 1
        const weekend = new Date(Date.UTC(2026, 1, day)).getUTCDay() % 6 === 0
        const spike = index === 3 && day === SPIKE_DAY
        const noise = 0.7 + 0.6 * ((((step + 1) * (index + 7) * 7919) % 101) / 100)
        const amount = 100 * noise * (weekend ? 0.5 : 1) * (spike ? 7 : 1)
        return usage(`${customer}-${step}`, {
          customer,
          quantity: amount.toFixed(3),
          at: `2026-02-${String(day).padStart(2, '0')}T${String((step % 12) + 6).padStart(2, '0')}:15:00Z`,
          properties: { key: spike && step % 12 > 2 ? 'leaked' : 'usual' },
        })
      })
      await recordUsage(world().scope(), { events })
    }
  })

  it('raises the one planted spike, once, and hands it to the supervisor', async () => {
    await rollUp(world().system, { maxEvents: 4_000 })
    const scope = world().scope()
    await scope.transact((ctx) =>
      createEndpoint(ctx, { url: 'https://hooks.example/x', events: ['usage.*'] }),
    )
    expect(await detectForOrg(scope)).toEqual({ series: 30, raised: 1 })
    expect((await detectForOrg(scope)).raised).toBe(0)
    const [anomaly] = await rowsOf<{ id: string; customer_id: string; at: string }>(
      world().system.db,
      sql`select id, customer_id, extract(epoch from "from")::text as at from usage_anomalies`,
    )
    expect(anomaly?.customer_id).toBe('a3')
    // The organisation's day, not UTC's.
    expect(Number(anomaly?.at) * 1000).toBe(Date.parse(`2026-02-${SPIKE_DAY - 1}T23:00:00Z`))
    const jobs = await rowsOf<{ key: string; payload: unknown }>(
      world().system.db,
      sql`select key, payload from outbox where job = 'RUN_SUPERVISOR'`,
    )
    expect(jobs).toEqual([
      { key: `usage_anomaly:${anomaly?.id}`, payload: { type: 'usage_anomaly', ref: anomaly?.id } },
    ])
  })

  it('tells subscribed programs of it once', async () => {
    const rows = await world().system.db.select().from(webhookDeliveries)
    expect(rows).toMatchObject([
      { type: 'usage.anomaly', payload: { data: { customerId: 'a3', metric: 'api_calls' } } },
    ])
  })

  it('raises nothing when the organisation sent no usage at all: nobody stopped', async () => {
    const scope = world().scope('org_test', '2026-03-09T00:00:00Z')
    expect(await detectForOrg(scope)).toEqual({ series: 30, raised: 0 })
  })

  it('names the property that drives it', async () => {
    const period = {
      start: Temporal.Instant.from(`2026-02-${SPIKE_DAY - 1}T23:00:00Z`),
      end: Temporal.Instant.from(`2026-02-${SPIKE_DAY}T23:00:00Z`),
    }
    const question = { customerId: 'a3', metric: 'api_calls', period }
    const [driver] = await world()
      .scope()
      .transact((ctx) => usageDrivers(ctx, question))
    expect(driver).toMatchObject({ property: 'key', value: 'leaked', previousSum: 0n })
    const days = await world()
      .scope()
      .transact((ctx) =>
        usageByDay(ctx, {
          ...question,
          period: { start: period.start.subtract({ hours: 24 }), end: period.end },
          timeZone: 'Europe/Berlin',
        }),
      )
    expect(days).toHaveLength(2)
    const [before, spike] = days.map(({ sum }) => Number(formatDecimal(sum)))
    expect((spike ?? 0) / (before ?? 1)).toBeGreaterThan(4)
  })
})
