import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { creditPurchases } from '#db/schema/credits.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { voidInvoice } from '#src/invoicing/void-invoice.ts'
import { notify } from '#src/notifications/notify.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { pauseTopUp } from './pause-top-up.ts'
import { lockPurchase, moveTo } from './settle-purchase.ts'

/**
 * The charge for an order was declined: its invoice is voided and nothing is granted; a top-up pauses and a person is
 * told. An invoice that sells no credit, or that was paid in part, is left to collections.
 * @returns whether the order was called off, now or before.
 */
export async function failPurchase(ctx: Ctx, invoiceId: string, cause: string): Promise<boolean> {
  const [invoice] = await ctx.db
    .select()
    .from(invoices)
    .where(and(eq(invoices.orgId, ctx.orgId), eq(invoices.id, invoiceId)))
    .for('update')
  if (invoice?.kind !== 'order') return false
  const purchase = await lockPurchase(ctx, invoiceId)
  if (purchase?.status === 'failed') return true
  if (purchase?.status !== 'open' || invoice.status !== 'finalized') return false
  if (invoice.paidMinor !== 0n || invoice.creditedMinor !== 0n) return false
  await voidInvoice(ctx, { invoiceId, reason: `the payment was declined: ${cause}` })
  await moveTo(ctx, purchase, 'failed')
  await recordAudit(ctx, {
    action: 'credit.purchase_failed',
    subject: { type: 'credit_purchase', id: purchase.id },
    reason: cause,
    data: { customerId: purchase.customerId, invoiceId },
  })
  await notify(ctx, {
    type: 'credit.purchase_failed',
    key: `credit.purchase_failed:${purchase.id}`,
    data: { purchaseId: purchase.id, customerId: purchase.customerId, invoiceId, cause },
  })
  if (purchase.source === 'top_up')
    await pauseTopUp(ctx, { customerId: purchase.customerId, reason: 'charge_failed' })
  return true
}

/** Whether an invoice's order was called off: then there is nothing to collect and nobody to ask. */
export async function wasCalledOff(ctx: Ctx, invoiceId: string): Promise<boolean> {
  const rows = await ctx.db
    .select({ id: creditPurchases.id })
    .from(creditPurchases)
    .where(
      and(
        eq(creditPurchases.orgId, ctx.orgId),
        eq(creditPurchases.invoiceId, invoiceId),
        eq(creditPurchases.status, 'failed'),
      ),
    )
  return rows.length > 0
}
