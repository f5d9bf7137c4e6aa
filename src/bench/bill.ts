import { sql } from 'drizzle-orm'
import type { Scope, System } from '#db/context.ts'
import { runBilling } from '#src/invoicing/run-billing.ts'
import { billingOrg } from './billing-orgs.ts'
import type { BenchResult } from './result.ts'

const PERIOD = '2026-02'
const LIMIT_SECONDS = 2
const MOST_RERUN_SHARE = 0.1
const MOST_GROWTH = 1.5
const WRITTEN = [
  'invoices',
  'invoice_lines',
  'invoice_taxes',
  'ledger_transactions',
  'ledger_entries',
  'audit_log',
  'outbox',
]

/**
 * Measures the invoice run (DESIGN §7) on organisations of its own: 200 customers, then 1,000 subscriptions, each
 * drafted, numbered, posted, audited and queued for charging and mailing; the same again; and the bare writing of the
 * same rows as the limit.
 */
export async function benchBill(
  system: System,
  size: { readonly customers?: number; readonly subscriptionsEach?: number } = {},
): Promise<BenchResult[]> {
  const customers = size.customers ?? 200
  const each = size.subscriptionsEach ?? 5
  await timedRun(await billingOrg(system, 20))
  const small = await timedRun(await billingOrg(system, customers))
  const scope = await billingOrg(system, customers * each)
  const large = await timedRun(scope)
  const again = await timedRun(scope)
  const bare = await bareWriteSeconds(system, scope)
  const growth = large.seconds / large.invoices / (small.seconds / small.invoices)
  return [
    {
      what: `invoice run, ${customers} customers`,
      value: small.seconds,
      unit: 's',
      limit: LIMIT_SECONDS,
      ratio: small.seconds / LIMIT_SECONDS,
      goal: `≤ ${LIMIT_SECONDS} s`,
      holds: small.seconds <= LIMIT_SECONDS,
    },
    {
      what: `invoice run, ${large.invoices} subscriptions, against bare writing of the same rows`,
      value: large.seconds,
      unit: 's',
      limit: bare,
      ratio: large.seconds / bare,
      goal: null,
      holds: null,
    },
    {
      what: 'time per invoice, large run to small run',
      value: growth,
      unit: '×',
      limit: MOST_GROWTH,
      ratio: growth / MOST_GROWTH,
      goal: `≤ ${MOST_GROWTH} ×: linear`,
      holds: growth <= MOST_GROWTH,
    },
    {
      what: 'the same run again',
      value: again.seconds,
      unit: 's',
      limit: large.seconds,
      ratio: again.seconds / large.seconds,
      goal: `≤ ${MOST_RERUN_SHARE} of the first`,
      holds: again.alreadyDone && again.seconds / large.seconds <= MOST_RERUN_SHARE,
    },
  ]
}

async function timedRun(
  scope: Scope,
): Promise<{ seconds: number; invoices: number; alreadyDone: boolean }> {
  const started = performance.now()
  const summary = await runBilling(scope, { period: PERIOD })
  const seconds = (performance.now() - started) / 1000
  return { seconds, invoices: summary.generated, alreadyDone: summary.alreadyDone }
}

/** Copies what the run has written into tables without keys, triggers or walls: no run can be faster. */
async function bareWriteSeconds(system: System, scope: Scope): Promise<number> {
  const started = performance.now()
  await system.db.transaction(async (db) => {
    for (const table of WRITTEN)
      await db.execute(
        sql`create temp table ${sql.identifier(`bench_${table}`)} on commit drop as
          select * from ${sql.identifier(table)} where org_id = ${sql.raw(`'${scope.orgId}'`)}`,
      )
  })
  return (performance.now() - started) / 1000
}
