import { sql } from 'drizzle-orm'
import type pg from 'pg'
import { beforeAll, expect, it } from 'vitest'
import { rowsOf, scopeAt } from '#db/context.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { formatDecimal } from '#src/kernel/decimal.ts'
import { Temporal } from '#src/kernel/time.ts'
import { catchUp } from './catch-up.ts'
import { recordUsage } from './record-usage.ts'
import { rollUp } from './roll-up.ts'
import { addCustomers, usage } from './testing/world.ts'
import { usageTotals } from './usage-totals.ts'

const FEBRUARY = {
  start: Temporal.Instant.from('2026-02-01T00:00:00Z'),
  end: Temporal.Instant.from('2026-03-01T00:00:00Z'),
}

async function total(world: TestWorld, customerId: string, aggregation = 'sum'): Promise<string> {
  const totals = await world
    .scope()
    .transact((ctx) =>
      usageTotals(ctx, [
        { key: 'x', customerId, metric: 'api_calls', aggregation, period: FEBRUARY },
      ]),
    )
  return formatDecimal(totals.get('x') ?? (0n as never))
}

async function bucketed(world: TestWorld, customer: string): Promise<number> {
  const [row] = await rowsOf<{ count: string | null }>(
    world.system.db,
    sql`select sum(count) as count from usage_buckets where customer_id = ${customer}`,
  )
  return Number(row?.count ?? 0)
}

async function rollAll(world: TestWorld, maxEvents?: number): Promise<number> {
  let calls = 0
  for (;;) {
    calls += 1
    const done = await rollUp(world.system, maxEvents === undefined ? {} : { maxEvents })
    if (done.caughtUp) return calls
  }
}

describeOnDatabases('the roll-up', (world) => {
  beforeAll(() =>
    addCustomers(world(), ['1001', 'open', 'bound', 'behind', 'twin', 'restored', 'merged']),
  )

  it('catches up in one go with what came in since, bounded call by bounded call', async () => {
    for (const key of ['b1', 'b2', 'b3'])
      await recordUsage(world().scope(), { events: [usage(key, { customer: 'behind' })] })
    expect(await catchUp(world().system, { maxEvents: 1 })).toBe(3)
    expect(await bucketed(world(), 'behind')).toBe(3)
    expect(await catchUp(world().system)).toBe(0)
  })

  it('moves each event into its hour once and leaves totals as they were', async () => {
    const events = ['2026-02-20T10:00:00Z', '2026-02-20T10:59:59.999Z', '2026-02-20T11:00:00Z']
    await recordUsage(world().scope(), {
      events: events.map((at, index) => usage(`r${index}`, { at, quantity: `${index + 1}.5` })),
    })
    expect(await total(world(), '1001')).toBe('7.5')
    expect(await rollUp(world().system)).toEqual({ moved: 3, caughtUp: true })
    expect(await rollUp(world().system)).toEqual({ moved: 0, caughtUp: true })
    const rows = await rowsOf<{ count: string; sum: string }>(
      world().system.db,
      sql`select count::text, sum::float8::text as sum from usage_buckets where customer_id = '1001' order by hour`,
    )
    expect(rows).toEqual([
      { count: '2', sum: '4' },
      { count: '1', sum: '3.5' },
    ])
    expect(await total(world(), '1001')).toBe('7.5')
  })

  it('adds to a bucket what comes late', async () => {
    for (const [key, quantity] of [
      ['m1', '5'],
      ['m2', '-2'],
      ['m3', '9'],
    ] as const) {
      await recordUsage(world().scope(), { events: [usage(key, { customer: 'merged', quantity })] })
      await rollUp(world().system)
    }
    const totals = ['count', 'sum', 'max', 'min'].map((name) => total(world(), 'merged', name))
    expect(await Promise.all(totals)).toEqual(['3', '12', '9', '-2'])
  })

  it('works in bounded steps', async () => {
    for (let batch = 0; batch < 5; batch += 1)
      await recordUsage(world().scope(), {
        events: Array.from({ length: 10 }, (_, index) =>
          usage(`b${batch}-${index}`, { customer: 'bound' }),
        ),
      })
    expect(await rollAll(world(), 12)).toBeGreaterThan(3)
    expect(await bucketed(world(), 'bound')).toBe(50)
    expect(await rollUp(world().system)).toEqual({ moved: 0, caughtUp: true })
  })

  it('counts once when two workers roll up at the same time', async () => {
    for (let batch = 0; batch < 4; batch += 1)
      await recordUsage(world().scope(), { events: [usage(`w${batch}`, { customer: 'twin' })] })
    await Promise.all(Array.from({ length: 4 }, () => rollUp(world().system)))
    await rollAll(world())
    expect(await bucketed(world(), 'twin')).toBe(4)
  })

  it('does not pass a transaction that still runs: it counts once when it commits', async () => {
    // One connection cannot hold a transaction open beside another.
    if (world().database.kind === 'embedded') return
    const client = await (world().database.driver as pg.Pool).connect()
    try {
      await client.query('begin')
      await client.query(
        `insert into usage_events (org_id, event_id, idempotency_key, customer_id, metric, timestamp, quantity, received_at)
         values ('org_test', 'slow', 'slow', 'open', 'api_calls', '2026-02-20T10:00:00Z', 100, now())`,
      )
      await recordUsage(world().scope(), { events: [usage('quick', { customer: 'open' })] })
      await rollAll(world())
      expect(await total(world(), 'open')).toBe('1')
      await client.query('commit')
    } finally {
      client.release()
    }
    expect(await total(world(), 'open')).toBe('101')
    await rollAll(world())
    expect(await bucketed(world(), 'open')).toBe(2)
    expect(await total(world(), 'open')).toBe('101')
  })

  it('begins anew when the database was restored where transaction ids are lower', async () => {
    await recordUsage(world().scope(), { events: [usage('s1', { customer: 'restored' })] })
    await rollAll(world())
    await world().system.db.execute(sql`update usage_watermarks set xid = 9000000000000`)
    await recordUsage(world().scope(), { events: [usage('s2', { customer: 'restored' })] })
    await rollAll(world())
    expect(await bucketed(world(), 'restored')).toBe(2)
    expect(await total(world(), 'restored')).toBe('2')
  })

  it('asks for detection once per organisation and local day, due when the day is over', async () => {
    await world().addOrg('org_day', { timeZone: 'Europe/Berlin' })
    await addCustomers(world(), ['9'], { orgId: 'org_day' })
    const at = Temporal.Instant.from('2026-03-01T00:00:00Z')
    for (const key of ['d1', 'd2']) {
      const scope = scopeAt(world().system, 'org_day', { kind: 'system', id: 'test' }, at)
      await recordUsage(scope, { events: [usage(key, { customer: '9' })] })
      await rollAll(world())
    }
    const jobs = await rowsOf<{ key: string; due: string }>(
      world().system.db,
      sql`select key, extract(epoch from due_at)::text as due from outbox where org_id = 'org_day'`,
    )
    expect(jobs.map(({ key, due }) => [key, Number(due) * 1000])).toEqual([
      ['2026-03-01', Date.parse('2026-03-01T23:00:00Z')],
    ])
  })
})
