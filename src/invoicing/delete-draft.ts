import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { invoiceLines, invoices, invoiceTaxes } from '#db/schema/invoicing.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { releaseClaims } from './claim-waiting.ts'
import { requireMove } from './invoice-moves.ts'
import { lockInvoice } from './lock-invoice.ts'

/**
 * Deletes a draft: nothing was owed and it has no number. The next run of its period writes it anew, with what it had
 * taken up.
 * @throws not_found; conflict for anything but a draft.
 */
export async function deleteDraft(ctx: Ctx, invoiceId: string): Promise<void> {
  const invoice = await lockInvoice(ctx, invoiceId)
  requireMove(invoice, 'delete')
  await releaseClaims(ctx, [invoice.id])
  for (const part of [invoiceLines, invoiceTaxes])
    await ctx.db.delete(part).where(and(eq(part.orgId, ctx.orgId), eq(part.invoiceId, invoice.id)))
  await ctx.db
    .delete(invoices)
    .where(and(eq(invoices.orgId, ctx.orgId), eq(invoices.id, invoice.id)))
  await recordAudit(ctx, {
    action: 'invoice.draft_deleted',
    subject: { type: 'invoice', id: invoice.id },
    reason: 'a person deleted the draft',
    data: {
      customerId: invoice.customerId,
      period: invoice.period,
      totalMinor: invoice.totalMinor.toString(),
    },
  })
}
