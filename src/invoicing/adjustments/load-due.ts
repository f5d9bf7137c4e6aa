import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { instantFromSql } from '#db/schema/columns.ts'
import { instantText, type Instant, type Period } from '#src/kernel/time.ts'
import { detachedMonths } from '#src/metering/detached-months.ts'
import { requestSpan } from '#src/metering/hours.ts'
import type { BillingCase } from '../decision.ts'
import { loadBillingCases } from '../load-billing-cases.ts'
import { usageAmounts } from './rate-usage.ts'
import { USAGE_KINDS, type AdjustedMetric, type DueAdjustment, type LateNote } from './shapes.ts'

/** An invoice whose period has usage that may be on no invoice yet. */
interface Suspect {
  readonly subscriptionId: string
  readonly customerId: string
  readonly invoiceId: string
  readonly number: string
  readonly periodName: string
  readonly period: Period
  readonly notes: LateNote[]
}

/**
 * The cases with what earlier periods of their subscriptions have to catch up (REQUIREMENTS M7): only periods that late
 * usage was noted for are rated anew, all of a kind together; where none was noted this is one statement. A draft of
 * the case's own period that is about to be written anew does not count as billed.
 */
export async function withDueAdjustments(
  ctx: Ctx,
  cases: readonly BillingCase[],
): Promise<BillingCase[]> {
  const suspects = await loadSuspects(ctx, cases)
  if (suspects.length === 0) return [...cases]
  const rated = await rateAnew(ctx, suspects)
  const billed = await loadBilled(ctx, suspects, cases)
  const due = suspects.map((suspect): DueAdjustment => {
    const now = rated.get(suspect.invoiceId)
    return {
      subscriptionId: suspect.subscriptionId,
      periodName: suspect.periodName,
      period: suspect.period,
      originalId: suspect.invoiceId,
      originalNumber: suspect.number,
      metrics: now ? differences(now, billed.get(suspect.invoiceId) ?? new Map()) : [],
      // A period that cannot be rated now stays due.
      notes: now ? suspect.notes : [],
    }
  })
  const bySubscription = Map.groupBy(due, ({ subscriptionId }) => subscriptionId)
  return cases.map((billing) => ({
    ...billing,
    adjustments: bySubscription.get(billing.subscriptionId) ?? [],
  }))
}

/** Metrics that differ, in order of their names; equal ones have nothing to say. */
function differences(
  rated: ReadonlyMap<string, bigint>,
  billed: ReadonlyMap<string, Billed>,
): AdjustedMetric[] {
  return [...new Set([...rated.keys(), ...billed.keys()])]
    .sort((a, b) => (a < b ? -1 : 1))
    .map((metric) => ({
      metric,
      ratedMinor: rated.get(metric) ?? 0n,
      billedMinor: billed.get(metric)?.minor ?? 0n,
      ordinal: (billed.get(metric)?.adjustments ?? 0) + 1,
    }))
    .filter(({ ratedMinor, billedMinor }) => ratedMinor !== billedMinor)
}

function caseRows(cases: readonly BillingCase[]): string {
  return JSON.stringify(
    cases.map(({ customerId, subscriptionId, period }) => ({
      c: customerId,
      s: subscriptionId,
      p: instantText(period.start),
    })),
  )
}

/** A void invoice stands for its period once another has replaced it: that one has its lines. */
const IS_CORRECTED = sql`exists (select 1 from invoices c where c.org_id = i.org_id and c.customer_id = i.customer_id
  and c.subscription_id = i.subscription_id and c.period_start = i.period_start and c.kind = 'correction'
  and c.status not in ('draft', 'void'))`

/** What a weighted sum held at the end of a period it opens the next one with: late usage reaches beyond its month. */
const CARRIES_LEVELS = sql`exists (select 1 from pricing_documents d where d.org_id = i.org_id
  and d.version = i.pricing_version
  and jsonb_path_exists(d.document, '$.tiers[*].charges[*] ? (@.aggregation == "weighted_sum")'))`

async function loadSuspects(ctx: Ctx, cases: readonly BillingCase[]): Promise<Suspect[]> {
  if (cases.length === 0) return []
  const rows = await rowsOf<{
    customer_id: string
    subscription_id: string
    invoice_id: string
    number: string
    period: string
    start: string
    end: string
    metric: string
    seq: string
    noted: string
  }>(
    ctx.db,
    sql`select n.customer_id, n.subscription_id, i.id as invoice_id, i.number, i.period, i.period_start as start,
        i.period_end as end, n.period_start as noted, n.metric, n.seq::text as seq
      from jsonb_to_recordset(${caseRows(cases)}::text::jsonb) as r(c text, s text, p timestamptz)
      -- First of all, whatever the planner takes their number for: most often there are none.
      cross join lateral (select * from late_usage where org_id = ${ctx.orgId} and customer_id = r.c
        and subscription_id = r.s and period_start <> r.p offset 0) n
      join invoices i on i.org_id = n.org_id and i.customer_id = n.customer_id and i.subscription_id = n.subscription_id
        and i.kind = 'period' and i.status <> 'draft' and (i.status <> 'void' or ${IS_CORRECTED})
        and (i.period_start = n.period_start
          or i.period_start > n.period_start and i.period_start <> r.p and ${CARRIES_LEVELS})
      left join invoices by on by.org_id = n.org_id and by.id = n.settled_by
      where n.settled_by is null or by.status = 'void' or (by.status = 'draft' and by.period_start = r.p)
      order by n.subscription_id, i.period_start, n.metric, n.seq`,
  )
  const suspects = new Map<string, Suspect>()
  for (const row of rows) {
    const period = { start: instantFromSql(row.start), end: instantFromSql(row.end) }
    const suspect = suspects.get(row.invoice_id) ?? {
      subscriptionId: row.subscription_id,
      customerId: row.customer_id,
      invoiceId: row.invoice_id,
      number: row.number,
      periodName: row.period,
      period,
      notes: [],
    }
    suspect.notes.push({
      periodStart: instantFromSql(row.noted),
      metric: row.metric,
      seq: BigInt(row.seq),
    })
    suspects.set(row.invoice_id, suspect)
  }
  return [...suspects.values()]
}

/** By invoice, then metric; a period that cannot be rated any more is left out, and stays due. */
async function rateAnew(
  ctx: Ctx,
  suspects: readonly Suspect[],
): Promise<Map<string, ReadonlyMap<string, bigint>>> {
  const rated = new Map<string, ReadonlyMap<string, bigint>>()
  for (const [periodName, group] of Map.groupBy(suspects, (suspect) => suspect.periodName)) {
    const cases = await loadBillingCases(ctx, {
      customerIds: [...new Set(group.map(({ customerId }) => customerId))],
      periodName,
      billed: new Map(group.map(({ subscriptionId, period }) => [subscriptionId, period])),
    })
    const bySubscription = new Map(cases.map((billing) => [billing.subscriptionId, billing]))
    const detached = await detachedMonths(ctx, requestSpan(group.map(({ period }) => period)))
    for (const { subscriptionId, invoiceId } of group) {
      const billing = bySubscription.get(subscriptionId)
      const amounts = billing ? usageAmounts(billing, detached.length > 0) : null
      if (amounts) rated.set(invoiceId, amounts)
    }
  }
  return rated
}

interface Billed {
  readonly minor: bigint
  readonly adjustments: number
}

/** By original invoice, then metric. What a void invoice or the draft being renewed carried is not billed. */
async function loadBilled(
  ctx: Ctx,
  suspects: readonly Suspect[],
  cases: readonly BillingCase[],
): Promise<Map<string, Map<string, Billed>>> {
  const renewed = new Map<string, Instant>(
    cases.map(({ subscriptionId, period }) => [subscriptionId, period.start]),
  )
  const asked = JSON.stringify(
    suspects.map(({ invoiceId, subscriptionId, period }) => ({
      i: invoiceId,
      s: subscriptionId,
      p: period.start.toString(),
      d: renewed.get(subscriptionId)?.toString(),
    })),
  )
  const rows = await rowsOf<{ id: string; metric: string; minor: string; count: string }>(
    ctx.db,
    sql`with r as materialized (
        select * from jsonb_to_recordset(${asked}::text::jsonb) as r(i text, s text, p timestamptz, d timestamptz)
      ), part as (
        select r.i as id, coalesce(l.metric, '') as metric, l.amount_minor as minor, 0 as ordinal
        from r join invoice_lines l on l.org_id = ${ctx.orgId} and l.invoice_id = r.i
          and l.kind in (select jsonb_array_elements_text(${JSON.stringify(USAGE_KINDS)}::text::jsonb))
        union all
        select r.i, a.metric, case when by.status = 'void' then 0 else a.amount_minor end, a.ordinal
        from r join usage_adjustments a on a.org_id = ${ctx.orgId} and a.subscription_id = r.s and a.period_start = r.p
        join invoices by on by.org_id = a.org_id and by.id = a.invoice_id
          and not (by.status = 'draft' and by.period_start = r.d)
      )
      select id, metric, sum(minor)::text as minor, max(ordinal)::text as count from part group by id, metric`,
  )
  const billed = new Map<string, Map<string, Billed>>()
  for (const { id, metric, minor, count } of rows) {
    const metrics = billed.get(id) ?? new Map<string, Billed>()
    billed.set(id, metrics.set(metric, { minor: BigInt(minor), adjustments: Number(count) }))
  }
  return billed
}
