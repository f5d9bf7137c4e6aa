import { and, eq, isNull } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { invoiceItems } from '#db/schema/invoicing.ts'
import { AppError } from '#src/kernel/errors.ts'
import { recordAudit } from '#src/tenancy/audit.ts'

/** Takes back an item that no invoice has taken up. @throws not_found; conflict when one has. */
export async function deleteItem(ctx: Ctx, input: { itemId: string }): Promise<void> {
  const one = and(eq(invoiceItems.orgId, ctx.orgId), eq(invoiceItems.id, input.itemId))
  const [row] = await ctx.db
    .delete(invoiceItems)
    .where(and(one, isNull(invoiceItems.invoiceId)))
    .returning()
  if (!row) {
    const [held] = await ctx.db.select().from(invoiceItems).where(one)
    if (!held) throw new AppError('not_found', `no item ${input.itemId}`)
    throw new AppError('conflict', `item ${held.id} is on invoice ${held.invoiceId ?? ''} already`)
  }
  await recordAudit(ctx, {
    action: 'invoice_item.deleted',
    subject: { type: 'invoice_item', id: row.id },
    reason: row.description,
    data: { customerId: row.customerId },
  })
}
