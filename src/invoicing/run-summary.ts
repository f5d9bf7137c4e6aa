import { and, asc, eq, sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { billingRunSkips } from '#db/schema/invoicing.ts'
import type { BillingRun } from './billing-run.ts'
import { heldDrafts, type HeldDraft } from './held-drafts.ts'
import { runTotals, type CurrencyTotals } from './run-totals.ts'
import { taxNotices } from './tax/notices.ts'
import { loadUnratedUsage, type UnratedUsage } from './unrated-usage.ts'

export interface BillingSummary {
  readonly runId: string
  readonly period: string
  readonly status: BillingRun['status']
  /** Invoices of the period with a number. */
  readonly generated: number
  /** Drafts that wait for the end of their grace period, or are held. */
  readonly waiting: number
  /** The drafts among them whose tax is not settled, and why; in account order. */
  readonly held: readonly HeldDraft[]
  /** What else a person should know: that taxes are not those of the provider a price list names. */
  readonly notices: readonly string[]
  /** In account order. */
  readonly skipped: readonly { readonly customerId: string; readonly reason: string }[]
  /** Usage of the period that is on no invoice, and why: nothing is dropped silently. */
  readonly unrated: readonly UnratedUsage[]
  readonly totals: readonly CurrencyTotals[]
  readonly totalMinorByCurrency: Readonly<Record<string, bigint>>
  /** true when the run had been finished before this call. */
  readonly alreadyDone: boolean
}

/** What a run came to, read from the invoices themselves: the same however often it is asked. */
export async function summarizeRun(
  ctx: Ctx,
  run: Pick<BillingRun, 'id' | 'period' | 'status' | 'totals'>,
  alreadyDone: boolean,
): Promise<BillingSummary> {
  const skipped = await ctx.db
    .select({ customerId: billingRunSkips.customerId, reason: billingRunSkips.reason })
    .from(billingRunSkips)
    .where(and(eq(billingRunSkips.orgId, ctx.orgId), eq(billingRunSkips.runId, run.id)))
    .orderBy(sql`length(${billingRunSkips.customerId})`, asc(billingRunSkips.customerId))
  const totals = await runTotals(ctx, run)
  return {
    runId: run.id,
    period: run.period,
    status: run.status,
    generated: totals.reduce((sum, { invoices }) => sum + invoices, 0),
    waiting: await draftCount(ctx, run.period),
    held: await heldDrafts(ctx, run.period),
    notices: await taxNotices(ctx, run.period),
    skipped,
    unrated: await loadUnratedUsage(ctx, run),
    totals,
    totalMinorByCurrency: Object.fromEntries(
      totals.map(({ currency, totalMinor }) => [currency, totalMinor]),
    ),
    alreadyDone,
  }
}

/** Invoices of the period without a number. */
export async function draftCount(ctx: Ctx, period: string): Promise<number> {
  const [drafts] = await rowsOf<{ count: string }>(
    ctx.db,
    sql`select count(*)::text as count from invoices
      where org_id = ${ctx.orgId} and period = ${period} and kind <> 'order' and status = 'draft'`,
  )
  return Number(drafts?.count ?? 0)
}
