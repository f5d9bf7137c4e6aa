import { expect, it } from 'vitest'
import { describeOnDatabases } from '#db/testing/database.ts'
import { benchBill } from './bill.ts'

describeOnDatabases('bench bill', (world) => {
  it('measures PDFs, a small and a large run, the second run and the plain INSERT', async () => {
    const results = await benchBill(world().system, { documents: 5, small: 10, large: 20 })
    expect(results.map(({ what }) => what)).toEqual([
      'invoice run with PDFs, 5 customers, warm',
      'invoice run, 20 subscriptions × 2 metrics',
      expect.stringContaining('plain INSERT'),
      expect.stringContaining('processor time'),
      'time an invoice, 20 to 10',
      'the large run again',
      'most memory of the process',
    ])
    for (const { value, limit, ratio } of results) {
      expect(value).toBeGreaterThan(0)
      expect(ratio).toBeCloseTo(value / limit)
    }
  })
})
