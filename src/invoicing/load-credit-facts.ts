import { and, asc, eq, sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { invoiceTaxes } from '#db/schema/invoicing.ts'
import type { CreditFacts } from './credit-decision.ts'
import type { InvoiceRow } from './lock-invoice.ts'

/** What a credit note of this invoice is decided from. */
export async function loadCreditFacts(ctx: Ctx, invoice: InvoiceRow): Promise<CreditFacts> {
  const lines = await rowsOf<{ position: number; kind: string; description: string; left: string }>(
    ctx.db,
    sql`select l.position, l.kind, l.description, (l.amount_minor - coalesce((
          select sum(c.net_minor) from credit_notes n
          join credit_note_lines c on c.org_id = n.org_id and c.credit_note_id = n.id
          where n.org_id = l.org_id and n.invoice_id = l.invoice_id and c.invoice_line = l.position), 0))::text as left
      from invoice_lines l where l.org_id = ${ctx.orgId} and l.invoice_id = ${invoice.id}
      order by l.position`,
  )
  const [earlier] = await rowsOf<{ net: string }>(
    ctx.db,
    sql`select coalesce(sum(net_minor), 0)::text as net from credit_notes
      where org_id = ${ctx.orgId} and invoice_id = ${invoice.id}`,
  )
  const taxes = await ctx.db
    .select()
    .from(invoiceTaxes)
    .where(and(eq(invoiceTaxes.orgId, ctx.orgId), eq(invoiceTaxes.invoiceId, invoice.id)))
    .orderBy(asc(invoiceTaxes.position))
  return {
    invoice,
    lines: lines.map(({ position, kind, description, left }) => ({
      position,
      kind,
      description,
      leftMinor: BigInt(left),
    })),
    taxes,
    earlierMinor: BigInt(earlier?.net ?? '0'),
  }
}
