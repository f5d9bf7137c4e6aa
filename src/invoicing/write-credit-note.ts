import type { Ctx } from '#db/context.ts'
import { creditNoteLines, creditNotes, creditNoteTaxes } from '#db/schema/invoicing.ts'
import { AppError } from '#src/kernel/errors.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import type { CreditDecision } from './credit-decision.ts'
import type { InvoiceRow } from './lock-invoice.ts'
import { openSeries } from './numbering.ts'

export type CreditNoteRow = typeof creditNotes.$inferSelect

/** Stores a decided credit note with its lines and taxes under the next number of this month. */
export async function writeCreditNote(
  ctx: Ctx,
  invoice: InvoiceRow,
  input: {
    readonly decision: CreditDecision
    readonly reason: string
    readonly approvedBy: string
    readonly key: string
  },
): Promise<CreditNoteRow> {
  const { decision, reason, approvedBy, key } = input
  const { timeZone } = await loadOrganization(ctx)
  const month = ctx.now.toZonedDateTimeISO(timeZone).toPlainDate().toPlainYearMonth().toString()
  const series = await openSeries(ctx, 'CN', month)
  const [note] = await ctx.db
    .insert(creditNotes)
    .values({
      orgId: ctx.orgId,
      id: ctx.newId('cn'),
      number: series.take(),
      invoiceId: invoice.id,
      customerId: invoice.customerId,
      currency: invoice.currency,
      netMinor: decision.netMinor,
      taxMinor: decision.taxMinor,
      totalMinor: decision.totalMinor,
      reason,
      approvedBy,
      key,
      createdAt: ctx.now,
    })
    .returning()
  await series.close()
  if (!note) throw new AppError('internal', 'the credit note was not stored')
  const of = { orgId: ctx.orgId, creditNoteId: note.id }
  await ctx.db.insert(creditNoteLines).values(
    decision.lines.map(({ position: invoiceLine, ...line }, position) => ({
      ...of,
      position,
      invoiceLine,
      ...line,
    })),
  )
  if (decision.taxes.length > 0)
    await ctx.db.insert(creditNoteTaxes).values(
      decision.taxes.map(({ position: invoiceTax, baseMinor, amountMinor }) => ({
        ...of,
        invoiceTax,
        baseMinor,
        amountMinor,
      })),
    )
  return note
}
