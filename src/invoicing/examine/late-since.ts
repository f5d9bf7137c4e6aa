import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import type { InvoiceRow } from './find-invoice.ts'

/** Usage of an invoice's period that came after it was rated. */
export interface LateSince {
  readonly metric: string
  /** Exact decimal. */
  readonly quantity: string
  readonly events: number
  /** The invoice whose adjustment has it; null while it waits for the next one. */
  readonly adjustedOn: string | null
}

/** What came late for an invoice's period, by metric and by the invoice that took it up. */
export async function lateSince(ctx: Ctx, invoice: InvoiceRow): Promise<LateSince[]> {
  const rows = await rowsOf<{
    metric: string
    quantity: string
    events: string
    adjusted_on: string | null
  }>(
    ctx.db,
    sql`select n.metric, trim_scale(sum(n.quantity))::text as quantity, sum(n.events)::text as events,
        coalesce(by.number, by.id) as adjusted_on
      from late_usage n left join invoices by on by.org_id = n.org_id and by.id = n.settled_by and by.status <> 'void'
      where n.org_id = ${ctx.orgId} and n.customer_id = ${invoice.customerId}
        and n.subscription_id = ${invoice.subscriptionId}
        and n.period_start = ${invoice.periodStart.toString()}::timestamptz
      group by n.metric, coalesce(by.number, by.id) order by 1, 4`,
  )
  return rows.map(({ metric, quantity, events, adjusted_on }) => ({
    metric,
    quantity,
    events: Number(events),
    adjustedOn: adjusted_on,
  }))
}
