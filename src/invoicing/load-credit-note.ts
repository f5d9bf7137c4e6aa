import { and, asc, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import {
  creditNoteLines,
  creditNotes,
  creditNoteTaxes,
  invoiceTaxes,
} from '#db/schema/invoicing.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { CreditNoteDocument } from './credit-note-document.ts'
import { loadInvoice } from './load-invoice.ts'

/** With who allowed it. */
export type LoadedCreditNote = CreditNoteDocument &
  Pick<typeof creditNotes.$inferSelect, 'approvedBy'>

/**
 * A credit note with what it takes back and the invoice it belongs to.
 * @throws not_found
 */
export async function loadCreditNote(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  id: string,
): Promise<LoadedCreditNote> {
  const [note] = await ctx.db
    .select()
    .from(creditNotes)
    .where(and(eq(creditNotes.orgId, ctx.orgId), eq(creditNotes.id, id)))
  if (!note) throw new AppError('not_found', `no credit note ${id}`)
  const lines = await ctx.db
    .select()
    .from(creditNoteLines)
    .where(and(eq(creditNoteLines.orgId, ctx.orgId), eq(creditNoteLines.creditNoteId, id)))
    .orderBy(asc(creditNoteLines.position))
  const taxes = await ctx.db
    .select({ tax: invoiceTaxes, taken: creditNoteTaxes })
    .from(creditNoteTaxes)
    .innerJoin(
      invoiceTaxes,
      and(
        eq(invoiceTaxes.orgId, creditNoteTaxes.orgId),
        eq(invoiceTaxes.invoiceId, note.invoiceId),
        eq(invoiceTaxes.position, creditNoteTaxes.invoiceTax),
      ),
    )
    .where(and(eq(creditNoteTaxes.orgId, ctx.orgId), eq(creditNoteTaxes.creditNoteId, id)))
    .orderBy(asc(creditNoteTaxes.invoiceTax))
  return {
    ...note,
    invoice: await loadInvoice(ctx, note.invoiceId),
    lines,
    taxes: taxes.map(({ tax, taken }) => ({ ...tax, ...taken })),
  }
}
