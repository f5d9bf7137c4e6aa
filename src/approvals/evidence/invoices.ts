import { and, asc, desc, eq, inArray, ne } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { invoiceLines, invoices, invoiceTaxes } from '#db/schema/invoicing.ts'

type Line = typeof invoiceLines.$inferSelect
type Tax = typeof invoiceTaxes.$inferSelect
type Invoice = typeof invoices.$inferSelect

/** An issued invoice with its lines and taxes, in order. */
export interface InvoiceEvidence extends Invoice {
  readonly lines: readonly Line[]
  readonly taxes: readonly Tax[]
}

const LATEST = 6

/** The account's latest issued invoices, newest first; drafts are nobody's business yet. */
export async function loadInvoiceEvidence(
  ctx: Ctx,
  customerId: string,
): Promise<InvoiceEvidence[]> {
  const rows = await ctx.db
    .select()
    .from(invoices)
    .where(
      and(
        eq(invoices.orgId, ctx.orgId),
        eq(invoices.customerId, customerId),
        ne(invoices.status, 'draft'),
      ),
    )
    .orderBy(desc(invoices.periodStart), desc(invoices.id))
    .limit(LATEST)
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const [lines, taxes] = await Promise.all([
    ctx.db
      .select()
      .from(invoiceLines)
      .where(and(eq(invoiceLines.orgId, ctx.orgId), inArray(invoiceLines.invoiceId, ids)))
      .orderBy(asc(invoiceLines.position)),
    ctx.db
      .select()
      .from(invoiceTaxes)
      .where(and(eq(invoiceTaxes.orgId, ctx.orgId), inArray(invoiceTaxes.invoiceId, ids)))
      .orderBy(asc(invoiceTaxes.position)),
  ])
  return rows.map((row) => ({
    ...row,
    lines: lines.filter((line) => line.invoiceId === row.id),
    taxes: taxes.filter((tax) => tax.invoiceId === row.id),
  }))
}
