import { and, eq, inArray } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { invoiceLines, invoices, invoiceTaxes } from '#db/schema/invoicing.ts'
import type { InvoiceDraft } from './decision.ts'

/** What is already stored for a subscription and period. */
export interface StoredInvoice {
  readonly id: string
  readonly subscriptionId: string
  readonly status: typeof invoices.$inferSelect.status
  readonly contentHash: string
}

/** Invoices of a period, by subscription. */
export async function storedInvoices(
  ctx: Ctx,
  periodName: string,
  customerIds: readonly string[],
): Promise<Map<string, StoredInvoice>> {
  if (customerIds.length === 0) return new Map()
  const rows = await ctx.db
    .select({
      id: invoices.id,
      subscriptionId: invoices.subscriptionId,
      status: invoices.status,
      contentHash: invoices.contentHash,
    })
    .from(invoices)
    .where(
      and(
        eq(invoices.orgId, ctx.orgId),
        eq(invoices.period, periodName),
        inArray(invoices.customerId, [...customerIds]),
      ),
    )
  return new Map(rows.map((row) => [row.subscriptionId, row]))
}

/** Takes away drafts that late usage or a change has overtaken (REQUIREMENTS M7), so that they are written anew. */
export async function dropStaleDrafts(
  ctx: Ctx,
  drafts: readonly InvoiceDraft[],
  stored: ReadonlyMap<string, StoredInvoice>,
): Promise<void> {
  const stale = drafts.flatMap((draft) => {
    const held = stored.get(draft.subscriptionId)
    return held?.status === 'draft' && held.contentHash !== draft.contentHash ? [held.id] : []
  })
  if (stale.length === 0) return
  for (const part of [invoiceLines, invoiceTaxes])
    await ctx.db.delete(part).where(and(eq(part.orgId, ctx.orgId), inArray(part.invoiceId, stale)))
  await ctx.db
    .delete(invoices)
    .where(
      and(eq(invoices.orgId, ctx.orgId), inArray(invoices.id, stale), eq(invoices.status, 'draft')),
    )
}
