import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { rowsOf } from '#db/context.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { makePartitionsAhead } from './partitions.ts'

describeOnDatabases('partitions of raw events', (world) => {
  it('are there six months ahead, made as often as asked', async () => {
    world().setNow('2031-11-20T00:00:00Z')
    await makePartitionsAhead(world().system)
    await makePartitionsAhead(world().system)
    const rows = await rowsOf<{ name: string }>(
      world().system.db,
      sql`select inhrelid::regclass::text as name from pg_inherits
          where inhparent = 'usage_events'::regclass and inhrelid::regclass::text > 'usage_events_2031' order by 1`,
    )
    expect(rows.map(({ name }) => name.slice(-7))).toEqual(
      expect.arrayContaining(['2031_11', '2031_12', '2032_01', '2032_02', '2032_03', '2032_04']),
    )
  })
})
