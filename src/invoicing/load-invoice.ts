import { and, asc, eq, sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { anyOf, type Ctx } from '#db/context.ts'
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

type Reader = Pick<Ctx, 'db' | 'orgId'>

/**
 * Everything a page or a mail needs of an invoice.
 * @throws not_found
 */
export async function loadInvoice(ctx: Reader, id: string): Promise<InvoiceDocument> {
  const [document] = await loadInvoices(ctx, [id])
  if (!document) throw new AppError('not_found', `no invoice ${id}`)
  return document
}

/** Many of them, in the order of their ids, with a statement per table; those that do not exist are left out. */
export async function loadInvoices(
  ctx: Reader,
  ids: readonly string[],
): Promise<InvoiceDocument[]> {
  const rows = await ctx.db
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
    .where(and(eq(invoices.orgId, ctx.orgId), isAny(invoices.id, ids)))
  if (rows.length === 0) return []
  const { settings } = await loadOrganization(ctx)
  const lines = await linesOf(ctx, ids)
  const taxes = await taxesOf(ctx, ids)
  const paid = await paymentsOf(ctx, ids)
  const notes = await creditNotesOf(ctx, ids)
  const corrected = await correctedOf(
    ctx,
    rows.flatMap(({ invoice }) => invoice.corrects ?? []),
  )
  const corrections = await correctionsOf(ctx, ids)
  const documents = rows.map(({ invoice, customer, issuedWith }): InvoiceDocument => {
    const { id } = invoice
    const { bank, banks, ...shown } = presentationOf(issuedWith, settings)
    return {
      ...invoice,
      periodName: invoice.period,
      currency: parseCurrency(invoice.currency),
      openMinor: isOwed(invoice.status) ? openMinor(invoice) : 0n,
      lines: lines.get(id) ?? [],
      taxes: taxes.get(id) ?? [],
      payments: (paid.get(id) ?? []).map((payment) => ({
        id: payment.id,
        kind: payment.kind,
        amountMinor: payment.amountMinor,
        settledAt: payment.settledAt,
      })),
      creditNotes: (notes.get(id) ?? []).map((note) => ({
        id: note.id,
        number: note.number,
        totalMinor: note.totalMinor,
        reason: note.reason,
        createdAt: note.createdAt,
      })),
      corrects: corrected.get(invoice.corrects ?? '') ?? null,
      correctedBy: corrections.get(id) ?? null,
      presentation: {
        locale: customer.locale,
        timeZone: customer.timeZone,
        collection: customer.collection,
        ...shown,
        bank: banks[invoice.currency] ?? bank,
      },
    }
  })
  const byId = new Map(documents.map((document) => [document.id, document]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

function isAny(column: PgColumn, ids: readonly string[]): SQL {
  return sql`${column} = ${anyOf(ids)}`
}

async function correctedOf(
  ctx: Reader,
  ids: readonly string[],
): Promise<Map<string, NonNullable<InvoiceDocument['corrects']>>> {
  if (ids.length === 0) return new Map()
  const rows = await ctx.db
    .select({ id: invoices.id, number: invoices.number, issuedAt: invoices.finalizedAt })
    .from(invoices)
    .where(and(eq(invoices.orgId, ctx.orgId), isAny(invoices.id, ids)))
  return new Map(
    rows.flatMap(({ id, number, issuedAt }) =>
      number && issuedAt ? [[id, { id, number, issuedAt }]] : [],
    ),
  )
}

async function correctionsOf(
  ctx: Reader,
  ids: readonly string[],
): Promise<Map<string, { id: string; number: string | null }>> {
  const rows = await ctx.db
    .select({ id: invoices.id, number: invoices.number, corrects: invoices.corrects })
    .from(invoices)
    .where(and(eq(invoices.orgId, ctx.orgId), isAny(invoices.corrects, ids)))
  return new Map(rows.map(({ id, number, corrects }) => [corrects ?? '', { id, number }]))
}

function isOwed(status: InvoiceDocument['status']): boolean {
  return status === 'finalized' || status === 'uncollectible'
}

async function linesOf(
  ctx: Reader,
  ids: readonly string[],
): Promise<Map<string, InvoiceDocument['lines'][number][]>> {
  const rows = await ctx.db
    .select()
    .from(invoiceLines)
    .where(and(eq(invoiceLines.orgId, ctx.orgId), isAny(invoiceLines.invoiceId, ids)))
    .orderBy(asc(invoiceLines.position))
  return byInvoice(
    rows.map((line) => ({
      ...line,
      // Only our own lines are stored.
      wording: line.wording as LineWording | null,
      period: { start: line.periodStart, end: line.periodEnd },
    })),
  )
}

async function taxesOf(ctx: Reader, ids: readonly string[]) {
  return byInvoice(
    await ctx.db
      .select()
      .from(invoiceTaxes)
      .where(and(eq(invoiceTaxes.orgId, ctx.orgId), isAny(invoiceTaxes.invoiceId, ids)))
      .orderBy(asc(invoiceTaxes.position)),
  )
}

async function paymentsOf(ctx: Reader, ids: readonly string[]) {
  return byInvoice(
    await ctx.db
      .select({
        invoiceId: payments.invoiceId,
        id: payments.id,
        kind: payments.kind,
        amountMinor: payments.amountMinor,
        settledAt: payments.settledAt,
      })
      .from(payments)
      .where(
        and(
          eq(payments.orgId, ctx.orgId),
          isAny(payments.invoiceId, ids),
          eq(payments.status, 'succeeded'),
        ),
      )
      .orderBy(asc(payments.settledAt), asc(payments.id)),
  )
}

async function creditNotesOf(ctx: Reader, ids: readonly string[]) {
  return byInvoice(
    await ctx.db
      .select({
        invoiceId: creditNotes.invoiceId,
        id: creditNotes.id,
        number: creditNotes.number,
        totalMinor: creditNotes.totalMinor,
        reason: creditNotes.reason,
        createdAt: creditNotes.createdAt,
      })
      .from(creditNotes)
      .where(and(eq(creditNotes.orgId, ctx.orgId), isAny(creditNotes.invoiceId, ids)))
      .orderBy(asc(creditNotes.number)),
  )
}

function byInvoice<Row extends { readonly invoiceId: string | null }>(
  rows: readonly Row[],
): Map<string, Row[]> {
  return Map.groupBy(rows, ({ invoiceId }) => invoiceId ?? '')
}
