import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import { anyOf, type Ctx } from '#db/context.ts'
import { invoiceLines, invoices, invoiceTaxes } from '#db/schema/invoicing.ts'
import { forgetSettled } from './adjustments/write-settled.ts'
import { releaseClaims } from './claim-waiting.ts'
import type { InvoiceDraft } from './decision.ts'

/** What is already stored for a subscription and period. */
export interface StoredInvoice {
  readonly id: string
  readonly customerId: string
  readonly subscriptionId: string
  readonly status: typeof invoices.$inferSelect.status
  readonly contentHash: string
  readonly holdCode: string | null
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
      customerId: invoices.customerId,
      subscriptionId: invoices.subscriptionId,
      status: invoices.status,
      contentHash: invoices.contentHash,
      holdCode: invoices.holdCode,
    })
    .from(invoices)
    .where(
      and(
        eq(invoices.orgId, ctx.orgId),
        eq(invoices.period, periodName),
        isNull(invoices.corrects),
        sql`${invoices.customerId} = ${anyOf(customerIds)}`,
      ),
    )
  return new Map(
    rows.flatMap(({ subscriptionId, ...row }) =>
      subscriptionId === null ? [] : [[subscriptionId, { ...row, subscriptionId }]],
    ),
  )
}

/** Takes away every draft of a period, with what it held. */
export async function dropDrafts(ctx: Ctx, periodName: string): Promise<void> {
  const rows = await ctx.db
    .select({
      id: invoices.id,
      customerId: invoices.customerId,
      subscriptionId: invoices.subscriptionId,
      status: invoices.status,
      contentHash: invoices.contentHash,
      holdCode: invoices.holdCode,
    })
    .from(invoices)
    .where(
      and(
        eq(invoices.orgId, ctx.orgId),
        eq(invoices.period, periodName),
        eq(invoices.status, 'draft'),
        isNotNull(invoices.subscriptionId),
      ),
    )
  await dropStaleDrafts(
    ctx,
    [],
    rows.map((row) => ({ ...row, subscriptionId: row.subscriptionId ?? '' })),
  )
}

/**
 * Takes away drafts that late usage or a change has overtaken (REQUIREMENTS M7): those of `stored` that are not what
 * was decided now. What is still to be invoiced is written anew.
 */
export async function dropStaleDrafts(
  ctx: Ctx,
  decided: readonly InvoiceDraft[],
  stored: readonly StoredInvoice[],
): Promise<void> {
  const hashes = new Map(decided.map((draft) => [draft.subscriptionId, draft.contentHash]))
  const stale = stored
    .filter(
      (held) => held.status === 'draft' && hashes.get(held.subscriptionId) !== held.contentHash,
    )
    .map(({ id }) => id)
  if (stale.length === 0) return
  await releaseClaims(ctx, stale)
  await forgetSettled(ctx, stale)
  for (const part of [invoiceLines, invoiceTaxes])
    await ctx.db
      .delete(part)
      .where(and(eq(part.orgId, ctx.orgId), sql`${part.invoiceId} = ${anyOf(stale)}`))
  await ctx.db
    .delete(invoices)
    .where(
      and(
        eq(invoices.orgId, ctx.orgId),
        sql`${invoices.id} = ${anyOf(stale)}`,
        eq(invoices.status, 'draft'),
      ),
    )
}
