import { and, asc, eq, isNull, lte, sql, type SQL } from 'drizzle-orm'
import { anyOf, rowsOf, type Ctx } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'
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
import { keepPresentation } from './presentation.ts'
import { creditorReference } from './reference.ts'

type LockedDraft = Awaited<ReturnType<typeof lockDrafts>>[number]

interface NumberedInvoice extends LockedDraft {
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
 * Finalizes the drafts among these that are due, in account order: numbers, due dates, ledger, audit, and the jobs to
 * charge and send them, in this transaction; a fixed handful of statements. A total of zero is paid at once, and what
 * we owe the customer pays first.
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
  const numbered = drafts.map((draft) => ({ ...draft, number: series.take() }))
  await series.close()
  const dueAt = paymentDue(ctx.now, organization)
  const presentationId = await keepPresentation(ctx, organization.settings)
  await storeFinalized(ctx, numbered, { dueAt, presentationId })
  await commitDraws(ctx, held, new Map(numbered.map(({ id, number }) => [id, number])))
  await postInvoices(ctx, numbered, held)
  await recordAudits(
    ctx,
    numbered.map(({ id, number, subscriptionId, period, totalMinor, currency }) => ({
      action: 'invoice.finalized',
      subject: { type: 'invoice', id },
      reason: subscriptionId === null ? 'ordered' : `billing period ${period} is over`,
      data: { number, total: formatMinor(totalMinor, parseCurrency(currency)), currency },
    })),
  )
  for (const { id, customerId, totalMinor } of numbered)
    if (credited.has(customerId) && totalMinor > 0n) await applyCustomerCredit(ctx, id)
  await enqueueFollowUps(ctx, numbered)
  return numbered.length
}

function lockDrafts(ctx: Ctx, organization: Organization, { invoiceIds, evenInGrace }: Selection) {
  return ctx.db
    .select({
      id: invoices.id,
      customerId: invoices.customerId,
      subscriptionId: invoices.subscriptionId,
      period: invoices.period,
      currency: invoices.currency,
      totalMinor: invoices.totalMinor,
      ratedSnapshot: invoices.ratedSnapshot,
      taxCalculationId: invoices.taxCalculationId,
      writerXid: invoices.writerXid,
    })
    .from(invoices)
    .where(
      and(
        sql`${invoices.id} = ${anyOf(invoiceIds)}`,
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
  { dueAt, presentationId }: { readonly dueAt: Instant; readonly presentationId: string },
): Promise<void> {
  const rows = numbered.map(({ id, number }) => ({
    id,
    number,
    reference: creditorReference(number),
  }))
  const now = ctx.now.toString()
  await ctx.db.execute(
    sql`update invoices set number = r.number, payment_reference = r.reference,
        status = case when total_minor = 0 then 'paid' else 'finalized' end,
        settled_at = case when total_minor = 0 then ${now}::timestamptz end,
        finalized_at = ${now}::timestamptz, due_at = ${dueAt.toString()}::timestamptz,
        presentation_id = ${presentationId}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id text, number text, reference text)
      where invoices.org_id = ${ctx.orgId} and invoices.id = r.id and invoices.status = 'draft'`,
  )
}

async function postInvoices(
  ctx: Ctx,
  numbered: readonly NumberedInvoice[],
  draws: readonly HeldDraw[],
): Promise<void> {
  const ids = numbered.map(({ id }) => id)
  const lines = await amountsOf(ctx, sql`invoice_lines`, sql`kind`, ids)
  const taxes = await amountsOf(ctx, sql`invoice_taxes`, sql`jurisdiction`, ids)
  const drawsOf = Map.groupBy(draws, ({ invoiceId }) => invoiceId)
  await postTransactions(
    ctx,
    numbered.map((invoice) =>
      finalizationPosting(
        invoice,
        lines(invoice.id).map(({ by, amountMinor }) => ({ kind: by, amountMinor })),
        taxes(invoice.id).map(({ by, amountMinor }) => ({ jurisdiction: by, amountMinor })),
        drawsOf.get(invoice.id) ?? [],
      ),
    ),
  )
}

/** What invoices come to by kind of line, or by jurisdiction of tax, in the order of the invoice. */
async function amountsOf(
  ctx: Ctx,
  parts: SQL,
  by: SQL,
  ids: readonly string[],
): Promise<(invoiceId: string) => readonly { by: string; amountMinor: bigint }[]> {
  const rows = await rowsOf<{ invoice_id: string; by: string; amount: string }>(
    ctx.db,
    // A look into the index for each, whatever the planner takes the organisation's size for.
    sql`select w.id as invoice_id, p.by, p.amount from unnest(${sql.param(ids)}::text[]) as w(id)
      cross join lateral (
        select ${by} as by, sum(amount_minor)::text as amount, min(position) as first from ${parts}
        where org_id = ${ctx.orgId} and invoice_id = w.id group by ${by}) p
      order by w.id, p.first`,
  )
  const groups = Map.groupBy(
    rows.map((row) => ({
      invoiceId: row.invoice_id,
      by: row.by,
      amountMinor: BigInt(row.amount),
    })),
    ({ invoiceId }) => invoiceId,
  )
  return (invoiceId) => groups.get(invoiceId) ?? []
}
