import { and, asc, eq, inArray, isNull, lte, sql, type SQL } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { invoiceLines, invoices, invoiceTaxes } from '#db/schema/invoicing.ts'
import { commitDraws, lockDraws, type HeldDraw } from '#src/credits/commit-draws.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { formatMinor } from '#src/kernel/money.ts'
import type { Instant } from '#src/kernel/time.ts'
import { postTransactions } from '#src/ledger/post-transactions.ts'
import { recordAudits } from '#src/tenancy/audit.ts'
import type { Organization } from '#src/tenancy/organization.ts'
import { noteUsageInFlight } from './adjustments/note-in-flight.ts'
import { applyCustomerCredit } from './apply-customer-credit.ts'
import { lockCreditedCustomers } from './customer-credit.ts'
import { enqueueFollowUps } from './follow-ups.ts'
import { openSeries } from './numbering.ts'
import { finalizationPosting } from './postings.ts'
import { creditorReference } from './reference.ts'

type InvoiceRow = typeof invoices.$inferSelect

interface NumberedInvoice {
  readonly invoice: InvoiceRow
  readonly number: string
}

/** Drafts of a period, by id. */
interface Selection {
  readonly periodName: string
  readonly invoiceIds: readonly string[]
  /** A person does not wait for the grace period. */
  readonly evenInGrace?: boolean
}

/** Drafts of a period whose grace is over, in account order: numbers are given in this order. */
export async function dueDraftIds(
  ctx: Ctx,
  organization: Organization,
  periodName: string,
): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: invoices.id })
    .from(invoices)
    .where(and(eq(invoices.period, periodName), ...dueNow(ctx, organization)))
    .orderBy(...accountOrder())
  return rows.map(({ id }) => id)
}

/**
 * Finalizes the drafts among these that are due, in account order: numbers, due dates, ledger, audit, and the jobs to charge and send them, in
 * this transaction. A total of zero is paid at once, and what we owe the customer pays first.
 * @returns how many were finalized; 0 when no draft is due.
 */
export async function finalizeDrafts(
  ctx: Ctx,
  organization: Organization,
  selection: Selection,
): Promise<number> {
  const credited = await lockCreditedCustomers(ctx, selection.invoiceIds)
  const series = await openSeries(ctx, 'INV', selection.periodName)
  const held = await lockDraws(ctx, selection.invoiceIds)
  const drafts = await lockDrafts(ctx, organization, selection)
  if (drafts.length === 0) return 0
  await noteUsageInFlight(ctx, drafts)
  const numbered = drafts.map((invoice) => ({ invoice, number: series.take() }))
  await series.close()
  const dueAt = paymentDue(ctx.now, organization)
  await storeFinalized(ctx, numbered, dueAt)
  await commitDraws(ctx, held, new Map(numbered.map(({ invoice, number }) => [invoice.id, number])))
  await postInvoices(ctx, numbered, held)
  await recordAudits(
    ctx,
    numbered.map(({ invoice, number }) => ({
      action: 'invoice.finalized',
      subject: { type: 'invoice', id: invoice.id },
      reason:
        invoice.subscriptionId === null ? 'ordered' : `billing period ${invoice.period} is over`,
      data: {
        number,
        total: formatMinor(invoice.totalMinor, parseCurrency(invoice.currency)),
        currency: invoice.currency,
      },
    })),
  )
  for (const { invoice } of numbered)
    if (credited.has(invoice.customerId) && invoice.totalMinor > 0n)
      await applyCustomerCredit(ctx, invoice.id)
  await enqueueFollowUps(
    ctx,
    numbered.map(({ invoice, number }) => ({ ...invoice, number })),
  )
  return numbered.length
}

function lockDrafts(
  ctx: Ctx,
  organization: Organization,
  { invoiceIds, evenInGrace }: Selection,
): Promise<InvoiceRow[]> {
  return ctx.db
    .select()
    .from(invoices)
    .where(
      and(
        inArray(invoices.id, [...invoiceIds]),
        ...(evenInGrace ? draftsOnly(ctx) : dueNow(ctx, organization)),
      ),
    )
    .orderBy(...accountOrder())
    .for('update')
}

function dueNow(ctx: Ctx, { settings }: Organization): SQL[] {
  return [
    ...draftsOnly(ctx),
    lte(invoices.periodEnd, ctx.now.subtract({ hours: settings.gracePeriodHours })),
  ]
}

function draftsOnly(ctx: Ctx): SQL[] {
  return [eq(invoices.orgId, ctx.orgId), eq(invoices.status, 'draft'), isNull(invoices.holdCode)]
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

async function postInvoices(
  ctx: Ctx,
  numbered: readonly NumberedInvoice[],
  draws: readonly HeldDraw[],
): Promise<void> {
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
  const drawsOf = Map.groupBy(draws, ({ invoiceId }) => invoiceId)
  const linesOf = Map.groupBy(lines, ({ invoiceId }) => invoiceId)
  const taxesOf = Map.groupBy(taxes, ({ invoiceId }) => invoiceId)
  await postTransactions(
    ctx,
    numbered.map(({ invoice, number }) =>
      finalizationPosting(
        { ...invoice, number },
        linesOf.get(invoice.id) ?? [],
        taxesOf.get(invoice.id) ?? [],
        drawsOf.get(invoice.id) ?? [],
      ),
    ),
  )
}
