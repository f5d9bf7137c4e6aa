import { and, asc, eq, inArray, lte, sql, type SQL } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { enqueue, type NewJob } from '#db/outbox.ts'
import { customers } from '#db/schema/customers.ts'
import { invoiceLines, invoices, invoiceTaxes } from '#db/schema/invoicing.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { formatMinor } from '#src/kernel/money.ts'
import type { Instant } from '#src/kernel/time.ts'
import { postTransactions } from '#src/ledger/post-transactions.ts'
import { recordAudits } from '#src/tenancy/audit.ts'
import type { Organization } from '#src/tenancy/organization.ts'
import { openSeries } from './numbering.ts'
import { finalizationPosting } from './postings.ts'
import { creditorReference } from './reference.ts'

export type InvoiceRow = typeof invoices.$inferSelect

interface NumberedInvoice {
  readonly invoice: InvoiceRow
  readonly number: string
}

/** Which drafts: those of a period whose grace is over, or one. */
interface Selection {
  readonly periodName: string
  readonly limit: number
  readonly invoiceId?: string
}

/**
 * Finalizes due drafts in account order: numbers, due dates, ledger, audit, and the jobs to charge and send them, in
 * this transaction. A total of zero is paid at once.
 * @returns how many were finalized; 0 when no draft is due.
 */
export async function finalizeDrafts(
  ctx: Ctx,
  organization: Organization,
  selection: Selection,
): Promise<number> {
  const series = await openSeries(ctx, 'INV', selection.periodName)
  const drafts = await dueDrafts(ctx, organization.settings.gracePeriodHours, selection)
  if (drafts.length === 0) return 0
  const numbered = drafts.map((invoice) => ({ invoice, number: series.take() }))
  await series.close()
  const dueAt = paymentDue(ctx.now, organization)
  await storeFinalized(ctx, numbered, dueAt)
  await postInvoices(ctx, numbered)
  await recordAudits(
    ctx,
    numbered.map(({ invoice, number }) => ({
      action: 'invoice.finalized',
      subject: { type: 'invoice', id: invoice.id },
      reason: `billing period ${invoice.period} is over`,
      data: {
        number,
        total: formatMinor(invoice.totalMinor, parseCurrency(invoice.currency)),
        currency: invoice.currency,
      },
    })),
  )
  await enqueueFollowUps(ctx, numbered)
  return numbered.length
}

function dueDrafts(
  ctx: Ctx,
  gracePeriodHours: number,
  { periodName, limit, invoiceId }: Selection,
): Promise<InvoiceRow[]> {
  return ctx.db
    .select()
    .from(invoices)
    .where(
      and(
        eq(invoices.orgId, ctx.orgId),
        eq(invoices.period, periodName),
        eq(invoices.status, 'draft'),
        lte(invoices.periodEnd, ctx.now.subtract({ hours: gracePeriodHours })),
        invoiceId === undefined ? undefined : eq(invoices.id, invoiceId),
      ),
    )
    .orderBy(...accountOrder())
    .limit(limit)
    .for('update')
}

function accountOrder(): SQL[] {
  return [
    sql`length(${invoices.customerId})`,
    asc(invoices.customerId),
    asc(invoices.periodStart),
    asc(invoices.subscriptionId),
  ]
}

/** Net days count on the seller's calendar. */
function paymentDue(now: Instant, organization: Organization): Instant {
  return now
    .toZonedDateTimeISO(organization.timeZone)
    .add({ days: organization.settings.paymentTermsDays })
    .toInstant()
}

async function storeFinalized(
  ctx: Ctx,
  numbered: readonly NumberedInvoice[],
  dueAt: Instant,
): Promise<void> {
  const rows = numbered.map(({ invoice, number }) => ({
    id: invoice.id,
    number,
    reference: creditorReference(number),
  }))
  const now = ctx.now.toString()
  await ctx.db.execute(
    sql`update invoices set number = r.number, payment_reference = r.reference,
        status = case when total_minor = 0 then 'paid' else 'finalized' end,
        settled_at = case when total_minor = 0 then ${now}::timestamptz end,
        finalized_at = ${now}::timestamptz, due_at = ${dueAt.toString()}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id text, number text, reference text)
      where invoices.org_id = ${ctx.orgId} and invoices.id = r.id and invoices.status = 'draft'`,
  )
}

async function postInvoices(ctx: Ctx, numbered: readonly NumberedInvoice[]): Promise<void> {
  const ids = numbered.map(({ invoice }) => invoice.id)
  const lines = await ctx.db
    .select({
      invoiceId: invoiceLines.invoiceId,
      kind: invoiceLines.kind,
      amountMinor: invoiceLines.amountMinor,
    })
    .from(invoiceLines)
    .where(and(eq(invoiceLines.orgId, ctx.orgId), inArray(invoiceLines.invoiceId, ids)))
  const taxes = await ctx.db
    .select({
      invoiceId: invoiceTaxes.invoiceId,
      jurisdiction: invoiceTaxes.jurisdiction,
      amountMinor: invoiceTaxes.amountMinor,
    })
    .from(invoiceTaxes)
    .where(and(eq(invoiceTaxes.orgId, ctx.orgId), inArray(invoiceTaxes.invoiceId, ids)))
  const linesOf = Map.groupBy(lines, ({ invoiceId }) => invoiceId)
  const taxesOf = Map.groupBy(taxes, ({ invoiceId }) => invoiceId)
  await postTransactions(
    ctx,
    numbered.map(({ invoice, number }) =>
      finalizationPosting(
        { ...invoice, number },
        linesOf.get(invoice.id) ?? [],
        taxesOf.get(invoice.id) ?? [],
      ),
    ),
  )
}

async function enqueueFollowUps(ctx: Ctx, numbered: readonly NumberedInvoice[]): Promise<void> {
  const onCard = await cardCustomers(
    ctx,
    numbered.map(({ invoice }) => invoice.customerId),
  )
  const jobs = numbered.flatMap(({ invoice: { id, customerId, totalMinor } }): NewJob[] => [
    ...(totalMinor > 0n && onCard.has(customerId)
      ? [
          {
            job: 'CHARGE_INVOICE',
            key: `${id}:finalized`,
            payload: { invoiceId: id, cause: 'finalized' },
          },
        ]
      : []),
    { job: 'SEND_INVOICE', key: id, payload: { invoiceId: id } },
  ])
  await enqueue(ctx, ...jobs)
}

async function cardCustomers(ctx: Ctx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await ctx.db
    .select({ id: customers.id })
    .from(customers)
    .where(
      and(
        eq(customers.orgId, ctx.orgId),
        inArray(customers.id, [...new Set(ids)]),
        eq(customers.collection, 'card'),
      ),
    )
  return new Set(rows.map(({ id }) => id))
}
