import { and, eq, sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { billingRuns, type CountedTotals } from '#db/schema/invoicing.ts'
import { parseCurrency, type Currency } from '#src/kernel/currency.ts'
import type { BillingRun } from './billing-run.ts'

export interface CurrencyTotals {
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

/**
 * What the numbered invoices of a run's period come to, by currency. Counted once and kept with the run: a numbered
 * invoice changes no amount and is never unnumbered, so the totals hold until another gets a number or one is voided.
 */
export async function runTotals(
  ctx: Ctx,
  run: Pick<BillingRun, 'id' | 'period' | 'totals'>,
): Promise<CurrencyTotals[]> {
  // Read before the totals: what changes in between makes the next call count again.
  const now = await countedAt(ctx, run.period)
  const kept = run.totals
  if (kept && kept.lastNumber === now.lastNumber && kept.voided === now.voided)
    return kept.totals.map(totalsOf)
  const totals = await countTotals(ctx, run.period)
  await ctx.db
    .update(billingRuns)
    .set({ totals: { ...now, totals } })
    .where(and(eq(billingRuns.orgId, ctx.orgId), eq(billingRuns.id, run.id)))
  return totals.map(totalsOf)
}

type TotalsRow = CountedTotals['totals'][number]

async function countedAt(ctx: Ctx, period: string): Promise<Omit<CountedTotals, 'totals'>> {
  const [row] = await rowsOf<{ last: number | null; voided: string }>(
    ctx.db,
    sql`select (select last from invoice_numbers where org_id = ${ctx.orgId} and series = ${period}) as last,
      (select count(*) from invoices where org_id = ${ctx.orgId} and status = 'void' and period = ${period})::text
        as voided`,
  )
  return { lastNumber: row?.last ?? 0, voided: Number(row?.voided ?? 0) }
}

function countTotals(ctx: Ctx, period: string): Promise<TotalsRow[]> {
  return rowsOf<TotalsRow>(
    ctx.db,
    sql`with numbered as materialized (
        select id, currency, period_start, period_end, subtotal_minor, tax_minor, total_minor from invoices
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
        from numbered i join invoice_lines l on l.org_id = ${ctx.orgId} and l.invoice_id = i.id
        group by i.currency
      )
      select i.currency, count(*)::text as invoices, sum(i.subtotal_minor)::text as subtotal,
        sum(i.tax_minor)::text as tax, sum(i.total_minor)::text as total,
        coalesce(max(s.usage), 0)::text as usage, coalesce(max(s.flat), 0)::text as flat,
        coalesce(max(s.proration), 0)::text as proration, coalesce(max(s.adjustment), 0)::text as adjustment
      from numbered i left join sums s on s.currency = i.currency
      group by i.currency order by i.currency`,
  )
}

function totalsOf(row: TotalsRow): CurrencyTotals {
  return {
    currency: parseCurrency(row.currency),
    invoices: Number(row.invoices),
    usageMinor: BigInt(row.usage),
    flatMinor: BigInt(row.flat),
    prorationMinor: BigInt(row.proration),
    adjustmentMinor: BigInt(row.adjustment),
    subtotalMinor: BigInt(row.subtotal),
    taxMinor: BigInt(row.tax),
    totalMinor: BigInt(row.total),
  }
}
