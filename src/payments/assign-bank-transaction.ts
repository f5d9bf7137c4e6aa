import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { bankTransactions } from '#db/schema/payments.ts'
import { actorName } from '#src/kernel/ids.ts'
import { AppError } from '#src/kernel/errors.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { bookTransfer } from './import-statement.ts'

/**
 * A person says what a transfer in the review list pays: an invoice, or (null) nothing of ours.
 * @throws not_found; conflict when it was decided already; refused for another currency.
 */
export async function assignBankTransaction(
  ctx: Ctx,
  input: { id: string; invoiceId: string | null },
): Promise<void> {
  const explanation = `decided by ${actorName(ctx.actor)}`
  const [line] = await ctx.db
    .update(bankTransactions)
    .set({
      status: input.invoiceId === null ? 'ignored' : 'matched',
      invoiceId: input.invoiceId,
      explanation,
    })
    .where(
      and(
        eq(bankTransactions.orgId, ctx.orgId),
        eq(bankTransactions.id, input.id),
        eq(bankTransactions.status, 'review'),
      ),
    )
    .returning()
  if (!line) throw await notInReview(ctx, input.id)
  if (input.invoiceId !== null) {
    const [invoice] = await ctx.db
      .select({ currency: invoices.currency })
      .from(invoices)
      .where(and(eq(invoices.orgId, ctx.orgId), eq(invoices.id, input.invoiceId)))
    if (!invoice) throw new AppError('not_found', `no invoice ${input.invoiceId}`)
    if (invoice.currency !== line.currency)
      throw new AppError('refused', `the transfer is in ${line.currency}, the invoice is not`)
    await bookTransfer(ctx, { ...line, invoiceId: input.invoiceId })
  }
  await recordAudit(ctx, {
    action: input.invoiceId === null ? 'bank_transaction.ignored' : 'bank_transaction.assigned',
    subject: { type: 'bank_transaction', id: line.id },
    reason: explanation,
    data: { invoiceId: input.invoiceId },
  })
}

async function notInReview(ctx: Ctx, id: string): Promise<AppError> {
  const known = await ctx.db
    .select({ id: bankTransactions.id })
    .from(bankTransactions)
    .where(and(eq(bankTransactions.orgId, ctx.orgId), eq(bankTransactions.id, id)))
  return known.length === 0
    ? new AppError('not_found', `no bank transaction ${id}`)
    : new AppError('conflict', `${id} is not in the review list`)
}
