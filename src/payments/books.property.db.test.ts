import { randomInt } from 'node:crypto'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { rowsOf } from '#db/context.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { selfcheck } from '#src/selfcheck/selfcheck.ts'
import { anyStep, openBooks, playStep } from './testing/books-play.ts'

/** What each customer owes in the books beside what their invoices say, where the two differ. */
async function owedDifferently(world: TestWorld, orgId: string) {
  return rowsOf(
    world.system.db,
    sql`select customer_id, currency, sum(owed)::text as invoices, sum(booked)::text as books from (
        select customer_id, currency, total_minor - credited_minor - paid_minor as owed, 0 as booked from invoices
          where org_id = ${orgId} and status = 'finalized'
        union all select customer_id, currency, 0, amount_minor from ledger_entries
          where org_id = ${orgId} and account = 'receivable') both_sides
      group by customer_id, currency having sum(owed) <> sum(booked)`,
  )
}

async function problems(world: TestWorld, orgId: string): Promise<string[]> {
  const results = await selfcheck(world.scope(orgId, '2026-08-01T00:10:00Z'))
  return (['I1', 'I2', 'I3', 'I4', 'I6', 'I7', 'I8'] as const).flatMap((name) =>
    results[name].problems.map((problem) => `${name} ${problem}`),
  )
}

describeOnDatabases('whatever is done to invoices, payments and refunds', (world) => {
  it('conserves money after each step, in every currency and for every customer', async () => {
    const seed = randomInt(2 ** 31)
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 15, maxLength: 25 }), async (steps) => {
        run += 1
        const orgId = `org_${seed}_${run}`
        world().setNow('2026-08-01T00:00:00Z')
        await openBooks(world(), orgId)
        const first = { move: 'bill', which: 0, percentage: 100 } as const
        for (const [index, step] of [first, ...steps].entries()) {
          const refused = await playStep(world(), orgId, step, index)
          expect({
            after: `step ${index} ${JSON.stringify(step)}, ${refused ?? 'done'}`,
            problems: await problems(world(), orgId),
            owed: await owedDifferently(world(), orgId),
          }).toMatchObject({ problems: [], owed: [] })
        }
      }),
      // fast-check prints the seed and the steps of a failure; the organisations of shrunk runs are their own.
      { seed, numRuns: 6, endOnFailure: true },
    )
  }, 180_000)
})
