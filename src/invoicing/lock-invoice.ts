import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { AppError } from '#src/kernel/errors.ts'

type InvoiceRow = typeof invoices.$inferSelect

/**
 * The invoice, locked until this transaction ends: whoever moves its money next waits.
 * @throws not_found for an unknown one.
 */
export async function lockInvoice(ctx: Ctx, invoiceId: string): Promise<InvoiceRow> {
  const [row] = await ctx.db
    .select()
    .from(invoices)
    .where(and(eq(invoices.orgId, ctx.orgId), eq(invoices.id, invoiceId)))
    .for('update')
  if (!row) throw new AppError('not_found', `no invoice ${invoiceId}`)
  return row
}

/**
 * Moves the money side of a locked invoice; only out of the status it was read with.
 * @throws conflict when it has another status by now.
 */
export async function moveInvoice(
  ctx: Ctx,
  from: InvoiceRow,
  to: Partial<Pick<InvoiceRow, 'status' | 'paidMinor' | 'creditedMinor' | 'settledAt'>>,
): Promise<void> {
  const moved = await ctx.db
    .update(invoices)
    .set(to)
    .where(
      and(
        eq(invoices.orgId, ctx.orgId),
        eq(invoices.id, from.id),
        eq(invoices.status, from.status),
      ),
    )
    .returning({ id: invoices.id })
  if (moved.length === 0)
    throw new AppError('conflict', `invoice ${from.id} is no longer ${from.status}`)
}
