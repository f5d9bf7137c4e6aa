import { and, asc, eq, sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { billingRunSkips } from '#db/schema/invoicing.ts'
import { parseCurrency, type Currency } from '#src/kernel/currency.ts'
import type { BillingRun } from './billing-run.ts'
import { heldDrafts, type HeldDraft } from './held-drafts.ts'
import { taxNotices } from './tax/notices.ts'
import { loadUnratedUsage, type UnratedUsage } from './unrated-usage.ts'

interface CurrencyTotals {
  readonly currency: Currency
  readonly invoices: number
  readonly usageMinor: bigint
  /** Base fees and add-ons over the whole billing period, one-off items. */
  readonly flatMinor: bigint
  /** Base fees and add-ons over a part of it. */
  readonly prorationMinor: bigint
  /** Minimums, commitments, maximum discounts, coupons, and what came late for earlier periods. */
  readonly adjustmentMinor: bigint
  readonly subtotalMinor: bigint
  readonly taxMinor: bigint
  readonly totalMinor: bigint
}

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
  run: Pick<BillingRun, 'id' | 'period' | 'status'>,
  alreadyDone: boolean,
): Promise<BillingSummary> {
  const skipped = await ctx.db
    .select({ customerId: billingRunSkips.customerId, reason: billingRunSkips.reason })
    .from(billingRunSkips)
    .where(and(eq(billingRunSkips.orgId, ctx.orgId), eq(billingRunSkips.runId, run.id)))
    .orderBy(sql`length(${billingRunSkips.customerId})`, asc(billingRunSkips.customerId))
  const totals = await currencyTotals(ctx, run.period)
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

interface TotalsRow {
  readonly currency: string
  readonly invoices: string
  readonly usage: string
  readonly flat: string
  readonly proration: string
  readonly adjustment: string
  readonly subtotal: string
  readonly tax: string
  readonly total: string
}

async function currencyTotals(ctx: Ctx, period: string): Promise<CurrencyTotals[]> {
  const rows = await rowsOf<TotalsRow>(
    ctx.db,
    sql`with numbered as (
        select * from invoices
        where org_id = ${ctx.orgId} and period = ${period} and kind <> 'order' and number is not null
          and status <> 'void'
      ), sums as (
        select i.currency,
          coalesce(sum(l.amount_minor) filter (where l.kind in ('usage', 'overage', 'included')), 0) as usage,
          coalesce(sum(l.amount_minor) filter (where l.kind = 'item' or l.kind in ('base_fee', 'addon')
            and l.period_start = i.period_start and l.period_end = i.period_end), 0) as flat,
          coalesce(sum(l.amount_minor) filter (where l.kind in ('base_fee', 'addon')
            and (l.period_start <> i.period_start or l.period_end <> i.period_end)), 0) as proration,
          coalesce(sum(l.amount_minor) filter (where l.kind not in
            ('usage', 'overage', 'included', 'base_fee', 'addon', 'item')), 0) as adjustment
        from numbered i join invoice_lines l on l.org_id = i.org_id and l.invoice_id = i.id
        group by i.currency
      )
      select i.currency, count(*)::text as invoices, sum(i.subtotal_minor)::text as subtotal,
        sum(i.tax_minor)::text as tax, sum(i.total_minor)::text as total,
        coalesce(max(s.usage), 0)::text as usage, coalesce(max(s.flat), 0)::text as flat,
        coalesce(max(s.proration), 0)::text as proration, coalesce(max(s.adjustment), 0)::text as adjustment
      from numbered i left join sums s on s.currency = i.currency
      group by i.currency order by i.currency`,
  )
  return rows.map((row) => ({
    currency: parseCurrency(row.currency),
    invoices: Number(row.invoices),
    usageMinor: BigInt(row.usage),
    flatMinor: BigInt(row.flat),
    prorationMinor: BigInt(row.proration),
    adjustmentMinor: BigInt(row.adjustment),
    subtotalMinor: BigInt(row.subtotal),
    taxMinor: BigInt(row.tax),
    totalMinor: BigInt(row.total),
  }))
}
