import { and, asc, eq, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { creditNotes } from '#db/schema/invoicing.ts'
import { AppError } from '#src/kernel/errors.ts'
import { sumMinor } from '#src/kernel/money.ts'
import type { CreditNoteDocument } from './credit-note-document.ts'
import { taxShare } from './credit-rules.ts'
import type { DraftTax } from './decision.ts'
import type { InvoiceDocument } from './document.ts'
import { loadInvoice } from './load-invoice.ts'

type CreditNoteRow = typeof creditNotes.$inferSelect

/**
 * A credit note with the invoice it belongs to.
 * @throws not_found
 */
export async function loadCreditNote(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  id: string,
): Promise<CreditNoteDocument & Pick<CreditNoteRow, 'approvedBy'>> {
  const [note] = await ctx.db
    .select()
    .from(creditNotes)
    .where(and(eq(creditNotes.orgId, ctx.orgId), eq(creditNotes.id, id)))
  if (!note) throw new AppError('not_found', `no credit note ${id}`)
  const invoice = await loadInvoice(ctx, note.invoiceId)
  return { ...note, invoice, taxes: takenBack(invoice, note, await earlierNotes(ctx, note)) }
}

/** Notes of the same invoice in the order they were issued, up to this one. */
async function earlierNotes(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  { id, invoiceId }: CreditNoteRow,
): Promise<CreditNoteRow[]> {
  const notes = await ctx.db
    .select()
    .from(creditNotes)
    .where(and(eq(creditNotes.orgId, ctx.orgId), eq(creditNotes.invoiceId, invoiceId)))
    .orderBy(
      asc(creditNotes.createdAt),
      sql`length(${creditNotes.number})`,
      asc(creditNotes.number),
    )
  return notes.slice(
    0,
    notes.findIndex((note) => note.id === id),
  )
}

/** The same shares that were posted when it was issued. */
function takenBack(
  { taxes, subtotalMinor }: InvoiceDocument,
  { netMinor }: CreditNoteRow,
  earlier: readonly CreditNoteRow[],
): DraftTax[] {
  const earlierMinor = sumMinor(earlier.map((note) => note.netMinor))
  const parts = taxes.map((tax) => ({ key: tax, amountMinor: tax.amountMinor }))
  return taxShare(parts, { subtotalMinor, earlierMinor, netMinor }).map(
    ({ key: tax, amountMinor }) => ({ ...tax, baseMinor: netMinor, amountMinor }),
  )
}
