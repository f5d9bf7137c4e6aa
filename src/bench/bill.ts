import { sql } from 'drizzle-orm'
import type { Scope, System } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { typstRenderer } from '#src/gateways/documents/typst-renderer.ts'
import { loadInvoices } from '#src/invoicing/load-invoice.ts'
import { renderInvoicePdf } from '#src/invoicing/pdf/render-pdf.ts'
import { runBilling } from '#src/invoicing/run-billing.ts'
import { billingOrg } from './billing-orgs.ts'
import type { BenchResult } from './result.ts'

const PERIOD = '2026-02'
const WITH_PDFS = 200
const PDF_LIMIT_SECONDS = 2
const LARGE_LIMIT_SECONDS = 60
const MOST_GROWTH = 1.2
const LEAST_RERUN_TIMES = 20
const MEMORY_LIMIT_MB = 1000
/** Documents loaded together; two children set them. */
const DOCUMENTS_AT_ONCE = 20
const WRITTEN = [
  'invoices',
  'invoice_lines',
  'invoice_taxes',
  'ledger_transactions',
  'ledger_entries',
  'ledger_unsummed',
  'audit_log',
  'audit_unsealed',
  'outbox',
]

/**
 * Measures the invoice run (DESIGN §7) on organisations of its own, every subscription with two metrics: 200 with their
 * PDFs, then a small and a large run without, each drafted, numbered, posted, audited and queued for charging and
 * mailing; the large one again; and the plain INSERT of the large run's rows as the limit.
 */
export async function benchBill(
  system: System,
  size: { readonly documents?: number; readonly small?: number; readonly large?: number } = {},
): Promise<BenchResult[]> {
  const documents = size.documents ?? WITH_PDFS
  const pdfs = await withPdfs(system, documents)
  const small = await timedRun(await billingOrg(system, size.small ?? 10_000))
  const scope = await billingOrg(system, size.large ?? 100_000)
  const large = await timedRun(scope)
  const memoryMb = process.resourceUsage().maxRSS / 1024
  const again = await timedRun(scope)
  const bare = await plainInsertSeconds(system, scope)
  const growth = large.seconds / large.invoices / (small.seconds / small.invoices)
  const times = large.seconds / again.seconds
  return [
    {
      what: `invoice run with PDFs, ${documents} customers, warm`,
      value: pdfs,
      unit: 's',
      limit: PDF_LIMIT_SECONDS,
      ratio: pdfs / PDF_LIMIT_SECONDS,
      goal: `< ${PDF_LIMIT_SECONDS} s`,
      holds: pdfs < PDF_LIMIT_SECONDS,
    },
    {
      what: `invoice run, ${large.invoices} subscriptions × 2 metrics`,
      value: large.seconds,
      unit: 's',
      limit: LARGE_LIMIT_SECONDS,
      ratio: large.seconds / LARGE_LIMIT_SECONDS,
      goal: `< ${LARGE_LIMIT_SECONDS} s`,
      holds: large.seconds < LARGE_LIMIT_SECONDS,
    },
    {
      what: 'the same against the plain INSERT of the same rows into the same tables and indexes',
      value: large.seconds,
      unit: 's',
      limit: bare,
      ratio: large.seconds / bare,
      goal: null,
      holds: null,
    },
    {
      what: 'processor time of this process in it, the database apart',
      value: large.cpuSeconds,
      unit: 's',
      limit: large.seconds,
      ratio: large.cpuSeconds / large.seconds,
      goal: null,
      holds: null,
    },
    {
      what: `time an invoice, ${large.invoices} to ${small.invoices}`,
      value: (large.seconds / large.invoices) * 1000,
      unit: 'ms',
      limit: (small.seconds / small.invoices) * 1000,
      ratio: growth,
      goal: `ratio ≤ ${MOST_GROWTH}: linear`,
      holds: growth <= MOST_GROWTH,
    },
    {
      what: 'the large run again',
      value: again.seconds,
      unit: 's',
      limit: large.seconds,
      ratio: again.seconds / large.seconds,
      goal: `≥ ${LEAST_RERUN_TIMES} × faster, nothing done`,
      holds: again.alreadyDone && times >= LEAST_RERUN_TIMES,
    },
    {
      what: 'most memory of the process',
      value: memoryMb,
      unit: 'MB',
      limit: MEMORY_LIMIT_MB,
      ratio: memoryMb / MEMORY_LIMIT_MB,
      goal: `< ${MEMORY_LIMIT_MB} MB`,
      holds: memoryMb < MEMORY_LIMIT_MB,
    },
  ]
}

interface TimedRun {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly invoices: number
  readonly alreadyDone: boolean
}

async function timedRun(scope: Scope): Promise<TimedRun> {
  const started = performance.now()
  const cpuBefore = process.cpuUsage()
  const { generated, alreadyDone } = await runBilling(scope, { period: PERIOD })
  const cpu = process.cpuUsage(cpuBefore)
  return {
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    invoices: generated,
    alreadyDone,
  }
}

/** Seconds from the start of a run to its last PDF; a smaller run before it warms up code, fonts and children. */
async function withPdfs(system: System, customers: number): Promise<number> {
  const renderer = typstRenderer({ processes: 2 })
  const billAndRender = async (count: number) => {
    const scope = await billingOrg(system, count)
    const started = performance.now()
    await runBilling(scope, { period: PERIOD })
    const ids = await scope.transact(({ db }) => db.select({ id: invoices.id }).from(invoices))
    const queue = Array.from({ length: Math.ceil(ids.length / DOCUMENTS_AT_ONCE) }, (_, chunk) =>
      ids.slice(chunk * DOCUMENTS_AT_ONCE, (chunk + 1) * DOCUMENTS_AT_ONCE).map(({ id }) => id),
    ).values()
    // The next are loaded while the children set these.
    const worker = async () => {
      for (const chunk of queue) {
        const documents = await scope.transact((ctx) => loadInvoices(ctx, chunk))
        await Promise.all(
          documents.map((document) =>
            renderInvoicePdf(renderer, document, { publicUrl: 'http://localhost' }),
          ),
        )
      }
    }
    await Promise.all([worker(), worker()])
    return (performance.now() - started) / 1000
  }
  try {
    await billAndRender(Math.ceil(customers / 5))
    return await billAndRender(customers)
  } finally {
    await renderer.close()
  }
}

/** What the run has written, into empty tables with the same columns and indexes but no triggers or walls. */
async function plainInsertSeconds(system: System, scope: Scope): Promise<number> {
  let seconds = 0
  await system.db.transaction(async (db) => {
    for (const table of WRITTEN) {
      const copy = sql.identifier(`bench_${table}`)
      await db.execute(
        sql`create table ${copy} (like ${sql.identifier(table)} including defaults including indexes)`,
      )
      const started = performance.now()
      await db.execute(
        sql`insert into ${copy} select * from ${sql.identifier(table)} where org_id = ${scope.orgId}`,
      )
      seconds += (performance.now() - started) / 1000
      await db.execute(sql`drop table ${copy}`)
    }
  })
  return seconds
}
