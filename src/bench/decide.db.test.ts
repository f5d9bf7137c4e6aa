import { expect, it } from 'vitest'
import { describeOnDatabases } from '#db/testing/database.ts'
import { benchDecide } from './decide.ts'

describeOnDatabases('bench decide', (world) => {
  it('measures runs, rules and a bare commit', async () => {
    const results = await benchDecide(world().system, world().database, {
      runs: 20,
      warmUp: 5,
      triggers: 20,
    })
    for (const { what, value } of results) {
      expect(value).toBeGreaterThan(0)
      if (process.env['BENCH_PRINT']) console.log(what, value.toFixed(2))
    }
  })
})
