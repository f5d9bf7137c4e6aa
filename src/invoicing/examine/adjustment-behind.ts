import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'

/** What an adjustment line was reckoned from. */
export interface AdjustmentBehind {
  readonly period: string
  readonly originalId: string
  readonly originalNumber: string
  readonly originalMinor: bigint
  readonly ratedMinor: bigint
  /** The original's usage lines and the adjustments before this one. */
  readonly billedMinor: bigint
  readonly amountMinor: bigint
  readonly earlier: readonly { readonly number: string; readonly amountMinor: bigint }[]
  readonly late: readonly {
    readonly metric: string
    readonly quantity: string
    readonly events: number
  }[]
}

interface Row {
  readonly subscription_id: string
  readonly start: string
  readonly metric: string
  readonly ordinal: number
  readonly period: string
  readonly original_id: string
  readonly original_number: string
  readonly rated: string
  readonly billed: string
  readonly amount: string
}

/** Null for a line that settles nothing (as one that was copied into a corrected invoice). */
export async function adjustmentBehind(
  ctx: Ctx,
  line: { readonly invoiceId: string; readonly position: number },
): Promise<AdjustmentBehind | null> {
  const [row] = await rowsOf<Row>(
    ctx.db,
    sql`select a.subscription_id, a.period_start::text as start, a.metric, a.ordinal, a.period, a.original_id,
        o.number as original_number, a.rated_minor::text as rated, a.billed_minor::text as billed,
        a.amount_minor::text as amount
      from usage_adjustments a join invoices o on o.org_id = a.org_id and o.id = a.original_id
      where a.org_id = ${ctx.orgId} and a.invoice_id = ${line.invoiceId} and a.position = ${line.position}
        and a.credit_note_id is null`,
  )
  if (!row) return null
  const ofPeriod = sql`org_id = ${ctx.orgId} and subscription_id = ${row.subscription_id}
    and period_start = ${row.start}::timestamptz and metric = ${row.metric}`
  const earlier = await rowsOf<{ number: string; amount: string }>(
    ctx.db,
    sql`select coalesce(i.number, i.id) as number, a.amount_minor::text as amount
      from (select * from usage_adjustments where ${ofPeriod} and ordinal < ${row.ordinal}) a
      join invoices i on i.org_id = a.org_id and i.id = a.invoice_id and i.status <> 'void' order by a.ordinal`,
  )
  const late = await rowsOf<{ metric: string; quantity: string; events: string }>(
    ctx.db,
    sql`select metric, trim_scale(sum(quantity))::text as quantity, sum(events)::text as events
      from late_usage where ${ofPeriod} and settled_by = ${line.invoiceId} group by metric`,
  )
  const billedMinor = BigInt(row.billed)
  const before = earlier.map(({ number, amount }) => ({ number, amountMinor: BigInt(amount) }))
  return {
    period: row.period,
    originalId: row.original_id,
    originalNumber: row.original_number,
    originalMinor: before.reduce((rest, { amountMinor }) => rest - amountMinor, billedMinor),
    ratedMinor: BigInt(row.rated),
    billedMinor,
    amountMinor: BigInt(row.amount),
    earlier: before,
    late: late.map(({ metric, quantity, events }) => ({
      metric,
      quantity,
      events: Number(events),
    })),
  }
}
