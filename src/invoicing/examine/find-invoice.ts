import { and, asc, eq, or } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { invoiceLines, invoices, invoiceTaxes } from '#db/schema/invoicing.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'

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

/** "INV-2026-02-0047" or "inv_…", and the line's number on the document after "#"; null names the whole invoice. */
interface InvoiceReference {
  readonly invoice: string
  readonly line: number | null
}

/** Whether the text can name an invoice or a line of one; all else is an event. */
export function invoiceReference(text: string): InvoiceReference | null {
  const match = /^(INV-\d{4}-\d{2}-\d+|inv_[0-9a-z]+)(?:#(\d{1,5}))?$/i.exec(text)
  if (!match) return null
  const invoice = match[1] ?? ''
  return {
    invoice: invoice.toLowerCase().startsWith('inv_') ? invoice : invoice.toUpperCase(),
    line: match[2] === undefined ? null : Number(match[2]),
  }
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

/** The line of that number. @throws invalid_input when the invoice has none. */
export function lineNumbered(
  { invoice, lines }: StoredDocument,
  number: number,
): { readonly line: LineRow; readonly index: number } {
  const line = lines[number - 1]
  if (line) return { line, index: number - 1 }
  throw invalidField('line', `${invoice.number ?? invoice.id} has lines 1 to ${lines.length}`)
}
