import { sql } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { rowsOf } from '#db/context.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { ingestLines } from './ingest-file.ts'
import { addCustomers, usage } from './testing/world.ts'

describeOnDatabases('a file of events', (world) => {
  beforeAll(() => addCustomers(world(), ['1001']))
  const stored = async () => {
    const [row] = await rowsOf<{ count: string }>(
      world().system.db,
      sql`select (select count(*) from usage_events) + (select count(*) from usage_dead_letters) as count`,
    )
    return Number(row?.count)
  }

  it.each([
    ['jsonl', ['PK\u0003\u0004', JSON.stringify(usage('x'))], 'line 1'],
    ['jsonl', ['', '[{"event_id":"x"}]'], 'line 2'],
    ['csv', ['a,b,c', '1,2,3'], 'line 1'],
  ] as const)('that is no such file (%s) writes nothing', async (format, lines, place) => {
    await expect(ingestLines(world().scope(), lines, format)).rejects.toThrow(place)
    expect(await stored()).toBe(0)
  })

  it('counts each line once, whatever is run again, and names the lines it could not take', async () => {
    const lines = Array.from({ length: 2_500 }, (_, index) => JSON.stringify(usage(`f${index}`)))
    lines[1_200] = '{"broken'
    lines[2_400] = JSON.stringify(usage('f-bad', { quantity: '-' }))
    const first = await ingestLines(world().scope(), lines, 'jsonl')
    expect(first).toMatchObject({ lines: 2_500, accepted: 2_498, duplicate: 0, rejected: 2 })
    expect(first.problems.map(({ line }) => line)).toEqual([1_201, 2_401])
    const again = await ingestLines(world().scope(), lines, 'jsonl')
    expect(again).toMatchObject({ accepted: 0, duplicate: 2_498, rejected: 2 })
  })

  it('reads CSV with properties', async () => {
    const lines = [
      'idempotency_key,event_type,timestamp,customer_id,quantity,properties.region',
      'c1,api_calls,2026-02-10T00:00:00Z,1001,1.5,"eu, west"',
      'c2,api_calls,2026-02-10T00:00:00Z,1001',
    ]
    expect(await ingestLines(world().scope(), lines, 'csv')).toMatchObject({
      accepted: 1,
      rejected: 1,
    })
    const rows = await rowsOf<{ properties: unknown }>(
      world().system.db,
      sql`select properties from usage_events where idempotency_key = 'c1'`,
    )
    expect(rows).toEqual([{ properties: { region: 'eu, west' } }])
  })
})
