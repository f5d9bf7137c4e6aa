import { and, eq, sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { auditLog } from '#db/schema/tenancy.ts'
import { formatDecimal, parseDecimal } from '#src/kernel/decimal.ts'
import { instantText } from '#src/kernel/time.ts'
import { unpricedUsage } from '#src/metering/unpriced-usage.ts'
import { recordAudits } from '#src/tenancy/audit.ts'
import type { BillingCase } from './decision.ts'

/** Usage of a billed period that is on no invoice. */
export interface UnratedUsage {
  readonly customerId: string
  readonly metric: string
  /** Exact decimal. */
  readonly quantity: string
  /** `not_priced`: the plan names no price for the metric. `late`: it came after, and no adjustment has it yet. */
  readonly reason: 'not_priced' | 'late'
}

/** Leaves an audit row for usage of invoiced customers that their plans do not price; again only when it has grown. */
export async function noteUnpricedUsage(
  ctx: Ctx,
  runId: string,
  cases: readonly BillingCase[],
): Promise<void> {
  const byCustomer = Map.groupBy(cases, ({ customerId }) => customerId)
  const asked = [...byCustomer].flatMap(([customerId, own]) => {
    const metrics = [
      ...new Set(own.flatMap(({ rating }) => rating.usage.flatMap((used) => [...used.keys()]))),
    ]
    const periods = new Map(own.map(({ period }) => [instantText(period.start), period]))
    return [...periods.values()].map((period) => ({ customerId, period, metrics }))
  })
  const found = await unpricedUsage(ctx, asked)
  if (found.length === 0) return
  const noted = new Map(
    (await latestUnpriced(ctx, runId)).map((row) => [
      `${row.customerId} ${row.metric}`,
      row.quantity,
    ]),
  )
  await recordAudits(
    ctx,
    found.flatMap(({ customerId, metric, quantity, events }) => {
      const text = formatDecimal(quantity)
      if (noted.get(`${customerId} ${metric}`) === text) return []
      return [
        {
          action: 'usage.not_priced',
          subject: { type: 'billing_run', id: runId },
          reason: 'the plan names no price for the metric',
          data: { customerId, metric, quantity: text, events },
        },
      ]
    }),
  )
}

/** What the run left out and what came too late for its invoices. */
export async function loadUnratedUsage(
  ctx: Ctx,
  run: { readonly id: string; readonly period: string },
): Promise<UnratedUsage[]> {
  const late = await rowsOf<{ customer_id: string; metric: string; quantity: string }>(
    ctx.db,
    sql`select n.customer_id, n.metric, sum(n.quantity)::text as quantity
      from late_usage n
      join invoices i on i.org_id = n.org_id and i.customer_id = n.customer_id and i.subscription_id = n.subscription_id
        and i.period_start = n.period_start and i.kind = 'period' and i.status not in ('draft', 'void')
      left join invoices by on by.org_id = n.org_id and by.id = n.settled_by
      where n.org_id = ${ctx.orgId} and i.period = ${run.period} and (n.settled_by is null or by.status = 'void')
      group by 1, 2`,
  )
  return [
    ...(await latestUnpriced(ctx, run.id)).map((row) => ({
      ...row,
      reason: 'not_priced' as const,
    })),
    ...late.map(({ customer_id: customerId, metric, quantity }) => ({
      customerId,
      metric,
      quantity: formatDecimal(parseDecimal(quantity)),
      reason: 'late' as const,
    })),
  ].sort((a, b) => compare(a.customerId, b.customerId) || compare(a.metric, b.metric))
}

/** Account order: by length, then text. */
function compare(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

async function latestUnpriced(ctx: Ctx, runId: string): Promise<Omit<UnratedUsage, 'reason'>[]> {
  const text = (field: string) => sql<string>`${auditLog.data} ->> ${sql.raw(`'${field}'`)}`
  return ctx.db
    .selectDistinctOn([text('customerId'), text('metric')], {
      customerId: text('customerId'),
      metric: text('metric'),
      quantity: text('quantity'),
    })
    .from(auditLog)
    .where(
      and(
        eq(auditLog.orgId, ctx.orgId),
        eq(auditLog.subjectType, 'billing_run'),
        eq(auditLog.subjectId, runId),
        eq(auditLog.action, 'usage.not_priced'),
      ),
    )
    .orderBy(text('customerId'), text('metric'), sql`${auditLog.id} desc`)
}
