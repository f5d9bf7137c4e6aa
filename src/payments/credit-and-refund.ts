import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { refunds } from '#db/schema/payments.ts'
import {
  issueCreditNote,
  type CreditNoteInput,
  type IssuedCreditNote,
} from '#src/invoicing/issue-credit-note.ts'
import { lockInvoice } from '#src/invoicing/lock-invoice.ts'
import { excessMinor, least } from '#src/invoicing/settlement-rules.ts'
import { refundCredit } from './refund-credit.ts'

/**
 * A credit note, and where the customer is to have back what was paid of it: refunds in the same transaction. The same
 * key again answers with what was done.
 * @throws as `issueCreditNote` and `refundCredit`; then nothing is written.
 */
export async function creditAndRefund(
  ctx: Ctx,
  { freed, ...input }: CreditNoteInput & { readonly freed: 'customer_credit' | 'refund' },
): Promise<{ note: IssuedCreditNote; refundIds: string[] }> {
  const before = await lockInvoice(ctx, input.invoiceId)
  const note = await issueCreditNote(ctx, input)
  const known = await refundsOf(ctx, note.id)
  const after = await lockInvoice(ctx, input.invoiceId)
  const freedMinor = excessMinor(after) - excessMinor(before)
  if (freed === 'customer_credit' || known.length > 0 || freedMinor === 0n)
    return { note, refundIds: known }
  const refundIds = await refundCredit(ctx, {
    customerId: after.customerId,
    currency: after.currency,
    amountMinor: least(freedMinor, note.totalMinor),
    invoiceId: after.id,
    reason: input.reason,
    approvedBy: input.approvedBy,
    key: `credit_note:${note.id}`,
    creditNoteId: note.id,
  })
  return { note, refundIds }
}

async function refundsOf(ctx: Ctx, creditNoteId: string): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: refunds.id })
    .from(refunds)
    .where(and(eq(refunds.orgId, ctx.orgId), eq(refunds.creditNoteId, creditNoteId)))
    .orderBy(refunds.id)
  return rows.map(({ id }) => id)
}
