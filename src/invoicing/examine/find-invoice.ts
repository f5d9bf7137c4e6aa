import { and, asc, eq, or } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { invoiceLines, invoices, invoiceTaxes } from '#db/schema/invoicing.ts'
import { AppError } from '#src/kernel/errors.ts'

export type InvoiceRow = typeof invoices.$inferSelect
export type LineRow = typeof invoiceLines.$inferSelect
type TaxRow = typeof invoiceTaxes.$inferSelect

/** An invoice as stored, with nothing computed. */
export interface StoredDocument {
  readonly invoice: InvoiceRow
  /** As on the document: line 1 has position 0. */
  readonly lines: readonly LineRow[]
  readonly taxes: readonly TaxRow[]
}

/** @throws not_found */
export async function findInvoice(ctx: Ctx, nameOrId: string): Promise<StoredDocument> {
  const [invoice] = await ctx.db
    .select()
    .from(invoices)
    .where(
      and(
        eq(invoices.orgId, ctx.orgId),
        or(eq(invoices.id, nameOrId), eq(invoices.number, nameOrId)),
      ),
    )
  if (!invoice) throw new AppError('not_found', `no invoice ${nameOrId}`)
  const lines = await ctx.db
    .select()
    .from(invoiceLines)
    .where(and(eq(invoiceLines.orgId, ctx.orgId), eq(invoiceLines.invoiceId, invoice.id)))
    .orderBy(asc(invoiceLines.position))
  const taxes = await ctx.db
    .select()
    .from(invoiceTaxes)
    .where(and(eq(invoiceTaxes.orgId, ctx.orgId), eq(invoiceTaxes.invoiceId, invoice.id)))
    .orderBy(asc(invoiceTaxes.position))
  return { invoice, lines, taxes }
}
