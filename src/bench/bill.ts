import { sql } from 'drizzle-orm'
import type { Scope, System } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { typstRenderer } from '#src/gateways/documents/typst-renderer.ts'
import { loadInvoice } from '#src/invoicing/load-invoice.ts'
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
/** Documents under way at once: two children set them, the others load. */
const DOCUMENTS_AT_ONCE = 6
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
 * Measures the invoice run (DESIGN §7) on organisations of its own, every subscription with two metrics: 200 with their
 * PDFs, then a small and a large run without, each drafted, numbered, posted, audited and queued for charging and
 * mailing; the large one again; and the bare writing of the large run's rows as the limit.
 */
export async function benchBill(
  system: System,
  size: { readonly small?: number; readonly large?: number } = {},
): Promise<BenchResult[]> {
  const pdfs = await withPdfs(system)
  const small = await timedRun(await billingOrg(system, size.small ?? 10_000))
  const scope = await billingOrg(system, size.large ?? 100_000)
  const large = await timedRun(scope)
  const memoryMb = process.resourceUsage().maxRSS / 1024
  const again = await timedRun(scope)
  const bare = await bareWriteSeconds(system, scope)
  const growth = large.seconds / large.invoices / (small.seconds / small.invoices)
  const times = large.seconds / again.seconds
  return [
    {
      what: `invoice run with PDFs, ${WITH_PDFS} customers, warm`,
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
      what: 'the same against bare writing of the same rows',
      value: large.seconds,
      unit: 's',
      limit: bare,
      ratio: large.seconds / bare,
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

async function timedRun(
  scope: Scope,
): Promise<{ seconds: number; invoices: number; alreadyDone: boolean }> {
  const started = performance.now()
  const summary = await runBilling(scope, { period: PERIOD })
  const seconds = (performance.now() - started) / 1000
  return { seconds, invoices: summary.generated, alreadyDone: summary.alreadyDone }
}

/** Seconds from the start of a run to its last PDF; a smaller run before it warms up code, fonts and children. */
async function withPdfs(system: System): Promise<number> {
  const renderer = typstRenderer({ processes: 2 })
  const billAndRender = async (customers: number) => {
    const scope = await billingOrg(system, customers)
    const started = performance.now()
    await runBilling(scope, { period: PERIOD })
    const ids = await scope.transact(({ db }) => db.select({ id: invoices.id }).from(invoices))
    const queue = ids.values()
    const worker = async () => {
      for (const { id } of queue) {
        const document = await scope.transact((ctx) => loadInvoice(ctx, id))
        await renderInvoicePdf(renderer, document, { publicUrl: 'http://localhost' })
      }
    }
    await Promise.all(Array.from({ length: DOCUMENTS_AT_ONCE }, worker))
    return (performance.now() - started) / 1000
  }
  try {
    await billAndRender(40)
    return await billAndRender(WITH_PDFS)
  } finally {
    await renderer.close()
  }
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
