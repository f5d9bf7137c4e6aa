import { and, eq, inArray, sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { invoiceLines, invoices } from '#db/schema/invoicing.ts'
import type { Instant } from '#src/kernel/time.ts'
import type { EventFacts, EventLine } from './event-reasons.ts'
import type { InvoiceRow } from './find-invoice.ts'

/** The subscription's own invoice of the period that holds an instant. */
export async function invoiceAt(
  ctx: Ctx,
  subscriptionId: string,
  at: Instant,
): Promise<InvoiceRow | null> {
  const text = at.toString()
  const [row] = await ctx.db
    .select()
    .from(invoices)
    .where(
      and(
        eq(invoices.orgId, ctx.orgId),
        eq(invoices.subscriptionId, subscriptionId),
        eq(invoices.kind, 'period'),
        sql`${invoices.periodStart} <= ${text}::timestamptz and ${invoices.periodEnd} > ${text}::timestamptz`,
      ),
    )
  return row ?? null
}

/** The lines of a metric whose stretch holds an instant. */
export async function linesAt(
  ctx: Ctx,
  invoice: InvoiceRow,
  metric: string,
  at: Instant,
): Promise<EventLine[]> {
  const text = at.toString()
  const rows = await ctx.db
    .select()
    .from(invoiceLines)
    .where(
      and(
        eq(invoiceLines.orgId, ctx.orgId),
        eq(invoiceLines.invoiceId, invoice.id),
        eq(invoiceLines.metric, metric),
        inArray(invoiceLines.kind, ['included', 'usage', 'overage', 'minimum', 'maximum_discount']),
        sql`${invoiceLines.periodStart} <= ${text}::timestamptz and ${invoiceLines.periodEnd} > ${text}::timestamptz`,
      ),
    )
    .orderBy(invoiceLines.position)
  return rows.map(({ position, description, amountMinor }) => ({
    reference: `${invoice.number ?? invoice.id}#${position + 1}`,
    description,
    amountMinor,
  }))
}

/** Whether the event, or its withdrawal, was noted as late for its period's invoice, and where it is adjusted. */
export async function lateAt(
  ctx: Ctx,
  invoice: InvoiceRow,
  event: {
    readonly eventId: string
    readonly metric: string
    /** Of an event that was withdrawn, how its withdrawal went on. */
    readonly takenBack: boolean
  },
): Promise<EventFacts['late']> {
  const start = sql`${invoice.periodStart.toString()}::timestamptz`
  const [note] = await rowsOf<{ id: string | null; name: string | null }>(
    ctx.db,
    sql`select by.id, coalesce((
          select c.number from usage_adjustments a join credit_notes c on c.org_id = a.org_id and c.id = a.credit_note_id
          where a.org_id = n.org_id and a.subscription_id = n.subscription_id and a.period_start = n.period_start
            and a.invoice_id = by.id order by a.ordinal desc limit 1), by.number, by.id) as name
      from usage_changes e
      join late_usage n on n.org_id = e.org_id and n.subscription_id = ${invoice.subscriptionId}
        and n.period_start = ${start} and n.metric = e.metric and n.seq = (
          select min(same.seq) from usage_changes same where same.org_id = e.org_id and same.xid = e.xid
            and same.customer_id = e.customer_id and same.metric = e.metric and same.timestamp >= ${start}
            and same.timestamp < ${invoice.periodEnd.toString()}::timestamptz)
      left join invoices by on by.org_id = n.org_id and by.id = n.settled_by and by.status <> 'void'
      where e.org_id = ${ctx.orgId} and e.event_id = ${event.eventId} and e.metric = ${event.metric}
        and e.taken_back = ${event.takenBack} limit 1`,
  )
  if (!note) return null
  if (note.id === null) return { on: null, lines: [] }
  const rows = await rowsOf<{ position: number; description: string; amount: string }>(
    ctx.db,
    sql`select l.position, l.description, l.amount_minor::text as amount
      from usage_adjustments a join invoice_lines l on l.org_id = a.org_id and l.invoice_id = a.invoice_id
        and l.position = a.position and a.credit_note_id is null
      where a.org_id = ${ctx.orgId} and a.invoice_id = ${note.id} and a.subscription_id = ${invoice.subscriptionId}
        and a.period_start = ${start} and a.metric in (${event.metric}, '') order by l.position`,
  )
  return {
    on: note.name,
    lines: rows.map(({ position, description, amount }) => ({
      reference: `${note.name}#${position + 1}`,
      description,
      amountMinor: BigInt(amount),
    })),
  }
}
