import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { creditNotes } from '#db/schema/invoicing.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { CreditNoteDocument } from './credit-note.ts'
import { loadInvoice } from './load-invoice.ts'

/**
 * A credit note with the invoice it belongs to.
 * @throws not_found
 */
export async function loadCreditNote(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  id: string,
): Promise<CreditNoteDocument> {
  const [note] = await ctx.db
    .select()
    .from(creditNotes)
    .where(and(eq(creditNotes.orgId, ctx.orgId), eq(creditNotes.id, id)))
  if (!note) throw new AppError('not_found', `no credit note ${id}`)
  return { ...note, invoice: await loadInvoice(ctx, note.invoiceId) }
}
