import { and, asc, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { customers } from '#db/schema/customers.ts'
import {
  creditNotes,
  invoiceLines,
  invoices,
  invoiceTaxes,
  presentations,
} from '#db/schema/invoicing.ts'
import { payments } from '#db/schema/payments.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { LineWording } from '#src/pricing/phrases.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import type { InvoiceDocument } from './document.ts'
import { presentationOf } from './presentation.ts'
import { openMinor } from './settlement-rules.ts'

/**
 * Everything a page or a mail needs of an invoice.
 * @throws not_found
 */
export async function loadInvoice(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  id: string,
): Promise<InvoiceDocument> {
  const [row] = await ctx.db
    .select({ invoice: invoices, customer: customers, issuedWith: presentations.content })
    .from(invoices)
    .innerJoin(
      customers,
      and(eq(customers.orgId, invoices.orgId), eq(customers.id, invoices.customerId)),
    )
    .leftJoin(
      presentations,
      and(eq(presentations.orgId, invoices.orgId), eq(presentations.id, invoices.presentationId)),
    )
    .where(and(eq(invoices.orgId, ctx.orgId), eq(invoices.id, id)))
  if (!row) throw new AppError('not_found', `no invoice ${id}`)
  const { invoice, customer, issuedWith } = row
  const { settings } = await loadOrganization(ctx)
  const { bank, banks, ...shown } = presentationOf(issuedWith, settings)
  return {
    ...invoice,
    periodName: invoice.period,
    currency: parseCurrency(invoice.currency),
    openMinor: isOwed(invoice.status) ? openMinor(invoice) : 0n,
    lines: await linesOf(ctx, id),
    taxes: await taxesOf(ctx, id),
    payments: await paymentsOf(ctx, id),
    creditNotes: await creditNotesOf(ctx, id),
    corrects: await correctedOf(ctx, invoice.corrects),
    correctedBy: await correctionOf(ctx, id),
    presentation: {
      locale: customer.locale,
      timeZone: customer.timeZone,
      collection: customer.collection,
      ...shown,
      bank: banks[invoice.currency] ?? bank,
    },
  }
}

async function correctedOf(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  id: string | null,
): Promise<NonNullable<InvoiceDocument['corrects']> | null> {
  if (id === null) return null
  const [row] = await ctx.db
    .select({ id: invoices.id, number: invoices.number, issuedAt: invoices.finalizedAt })
    .from(invoices)
    .where(and(eq(invoices.orgId, ctx.orgId), eq(invoices.id, id)))
  return row?.number && row.issuedAt
    ? { id: row.id, number: row.number, issuedAt: row.issuedAt }
    : null
}

async function correctionOf(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  id: string,
): Promise<{ id: string; number: string | null } | null> {
  const [row] = await ctx.db
    .select({ id: invoices.id, number: invoices.number })
    .from(invoices)
    .where(and(eq(invoices.orgId, ctx.orgId), eq(invoices.corrects, id)))
  return row ?? null
}

function isOwed(status: InvoiceDocument['status']): boolean {
  return status === 'finalized' || status === 'uncollectible'
}

async function linesOf(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  id: string,
): Promise<InvoiceDocument['lines']> {
  const rows = await ctx.db
    .select()
    .from(invoiceLines)
    .where(and(eq(invoiceLines.orgId, ctx.orgId), eq(invoiceLines.invoiceId, id)))
    .orderBy(asc(invoiceLines.position))
  return rows.map((line) => ({
    ...line,
    // Only our own lines are stored.
    wording: line.wording as LineWording | null,
    period: { start: line.periodStart, end: line.periodEnd },
  }))
}

function taxesOf(ctx: Pick<Ctx, 'db' | 'orgId'>, id: string): Promise<InvoiceDocument['taxes']> {
  return ctx.db
    .select()
    .from(invoiceTaxes)
    .where(and(eq(invoiceTaxes.orgId, ctx.orgId), eq(invoiceTaxes.invoiceId, id)))
    .orderBy(asc(invoiceTaxes.position))
}

function paymentsOf(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  id: string,
): Promise<InvoiceDocument['payments']> {
  return ctx.db
    .select({
      id: payments.id,
      kind: payments.kind,
      amountMinor: payments.amountMinor,
      settledAt: payments.settledAt,
    })
    .from(payments)
    .where(
      and(
        eq(payments.orgId, ctx.orgId),
        eq(payments.invoiceId, id),
        eq(payments.status, 'succeeded'),
      ),
    )
    .orderBy(asc(payments.settledAt), asc(payments.id))
}

function creditNotesOf(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  id: string,
): Promise<InvoiceDocument['creditNotes']> {
  return ctx.db
    .select({
      id: creditNotes.id,
      number: creditNotes.number,
      totalMinor: creditNotes.totalMinor,
      reason: creditNotes.reason,
      createdAt: creditNotes.createdAt,
    })
    .from(creditNotes)
    .where(and(eq(creditNotes.orgId, ctx.orgId), eq(creditNotes.invoiceId, id)))
    .orderBy(asc(creditNotes.number))
}
