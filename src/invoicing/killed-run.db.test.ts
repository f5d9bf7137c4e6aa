import { fork } from 'node:child_process'
import { asc, sql } from 'drizzle-orm'
import type { Pool } from 'pg'
import { expect, it } from 'vitest'
import { rowsOf } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { describeOnPostgres } from '#db/testing/database.ts'
import { addAccount, openShop } from './testing/billing-world.ts'

const CHILD = new URL('./testing/run-until-killed.ts', import.meta.url)
const MARCH = '2026-03-01T12:00:00Z'

/** How a process that bills with chunks of some accounts ended: by which signal, or with which code. */
function billing(pool: Pool, chunkSize: number, stop: string): Promise<string | number | null> {
  const url = pool.options.connectionString ?? ''
  const child = fork(CHILD, [url, MARCH, chunkSize.toString(), stop], {
    execArgv: [],
    stdio: 'inherit',
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(signal ?? code))
  })
}

describeOnPostgres('a billing run whose process is killed', (world) => {
  // Ten processes are started, one after the other: on a busy machine that alone is a minute.
  it('ends in the invoices, numbers, postings and jobs of a run that was not', async () => {
    const early = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(early)
    for (let index = 0; index < 30; index += 1)
      await addAccount(early, `${980 + index}`, {
        planId: index % 5 === 0 ? null : 'flat',
        customer: { collection: index % 2 === 0 ? 'card' : 'transfer' },
      })
    const pool = world().database.driver as Pool
    // Each goes on where the one before it was killed: while it drafts, around the end of drafting, while it numbers.
    for (const stop of [
      'before 1',
      'before 6',
      'after 7',
      'before 12',
      'after 12',
      'before 4',
      'after 4',
      'before 6',
    ])
      expect([stop, await billing(pool, 4, stop)]).toEqual([stop, 'SIGKILL'])
    const left = await rowsOf<{ status: string; count: number }>(
      world().system.db,
      sql`select status, count(*)::int as count from invoices group by status order by status`,
    )
    expect(left).toMatchObject([{ status: 'draft' }, { status: 'finalized' }])
    // Two more at once, who cut the accounts differently.
    expect(await Promise.all([billing(pool, 3, 'never'), billing(pool, 5, 'never')])).toEqual([
      0, 0,
    ])

    const written = await world().system.db.select().from(invoices).orderBy(asc(invoices.number))
    const billed = Array.from({ length: 30 }, (_, index) => index).filter(
      (index) => index % 5 !== 0,
    )
    expect(written.map(({ number, customerId }) => [number, customerId])).toEqual(
      billed.map((index, position) => [
        `INV-2026-02-${(position + 1).toString().padStart(4, '0')}`,
        `${980 + index}`,
      ]),
    )
    const counts = await rowsOf<{ what: string; count: number }>(
      world().system.db,
      sql`select job as what, count(*)::int as count from outbox where job in ('CHARGE_INVOICE', 'SEND_INVOICE')
          group by job
        union all select kind, count(*)::int from ledger_transactions group by kind
        union all select action, count(*)::int from audit_log where action = 'invoice.finalized' group by action
        union all select status, count(*)::int from billing_runs group by status order by what`,
    )
    expect(counts).toEqual([
      { what: 'CHARGE_INVOICE', count: 12 },
      { what: 'SEND_INVOICE', count: 24 },
      { what: 'finished', count: 1 },
      { what: 'invoice', count: 24 },
      { what: 'invoice.finalized', count: 24 },
    ])
  }, 180_000)
})
