import { and, eq, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { AppError } from '#src/kernel/errors.ts'

export type InvoiceRow = typeof invoices.$inferSelect

/**
 * The invoice, locked until this transaction ends, and with it the customer's money: credit may move between the
 * invoices of one customer, so whoever moves any of it next waits.
 * @throws not_found for an unknown one.
 */
export async function lockInvoice(ctx: Ctx, invoiceId: string): Promise<InvoiceRow> {
  const wanted = and(eq(invoices.orgId, ctx.orgId), eq(invoices.id, invoiceId))
  const [found] = await ctx.db
    .select({ customerId: invoices.customerId })
    .from(invoices)
    .where(wanted)
  if (!found) throw new AppError('not_found', `no invoice ${invoiceId}`)
  await lockCustomerMoney(ctx, [found.customerId])
  const [row] = await ctx.db.select().from(invoices).where(wanted).for('update')
  if (!row) throw new AppError('not_found', `no invoice ${invoiceId}`)
  return row
}

/** Always before a lock on an invoice, so that two movements of one customer never wait for each other. */
export async function lockCustomerMoney(ctx: Ctx, customerIds: readonly string[]): Promise<void> {
  for (const id of [...new Set(customerIds)].sort())
    await ctx.db.execute(
      sql`select pg_advisory_xact_lock(hashtextextended(${`money:${ctx.orgId}:${id}`}, 0))`,
    )
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
