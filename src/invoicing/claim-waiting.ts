import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { releaseDraws, reserveDraws } from '#src/credits/reserve-draws.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { InvoiceDraft } from './decision.ts'

/**
 * Writes down what freshly written drafts have taken up; nothing where they took nothing up.
 * @throws conflict when an item went to another invoice meanwhile: the draft is not what should be billed.
 */
export async function claimWaiting(
  ctx: Ctx,
  fresh: readonly { readonly id: string; readonly draft: InvoiceDraft }[],
): Promise<void> {
  await claimItems(
    ctx,
    fresh.flatMap(({ id, draft }) =>
      draft.claims.itemIds.map((itemId) => ({ id: itemId, invoice_id: id })),
    ),
  )
  const applied = fresh.flatMap(({ id, draft }) =>
    draft.claims.coupons.map(({ redemptionId, amountMinor }) => ({
      redemption_id: redemptionId,
      invoice_id: id,
      period: draft.periodName,
      amount_minor: amountMinor.toString(),
    })),
  )
  await reserveDraws(
    ctx,
    fresh.map(({ id, draft }) => ({ invoiceId: id, draws: draft.claims.draws })),
  )
  if (applied.length === 0) return
  await ctx.db.execute(
    sql`insert into coupon_applications (org_id, redemption_id, invoice_id, period, amount_minor)
      select ${ctx.orgId}, redemption_id, invoice_id, period, amount_minor
      from jsonb_to_recordset(${JSON.stringify(applied)}::jsonb)
        as r(redemption_id text, invoice_id text, period text, amount_minor bigint)
      order by redemption_id, invoice_id`,
  )
}

async function claimItems(
  ctx: Ctx,
  claimed: readonly { readonly id: string; readonly invoice_id: string }[],
): Promise<void> {
  if (claimed.length === 0) return
  const taken = await rowsOf(
    ctx.db,
    sql`update invoice_items set invoice_id = r.invoice_id
      from jsonb_to_recordset(${JSON.stringify(claimed)}::jsonb) as r(id text, invoice_id text)
      where invoice_items.org_id = ${ctx.orgId} and invoice_items.id = r.id and invoice_items.invoice_id is null
      returning invoice_items.id`,
  )
  if (taken.length !== claimed.length)
    throw new AppError('conflict', 'a one-off item has gone to another invoice meanwhile')
}

/** Lets go what drafts that are dropped, or void invoices, had taken up: their customer's next invoice has it again. */
export async function releaseClaims(ctx: Ctx, invoiceIds: readonly string[]): Promise<void> {
  const ids = sql`(select jsonb_array_elements_text(${JSON.stringify(invoiceIds)}::jsonb))`
  await ctx.db.execute(
    sql`update invoice_items set invoice_id = null where org_id = ${ctx.orgId} and invoice_id in ${ids}`,
  )
  await ctx.db.execute(
    sql`delete from coupon_applications where org_id = ${ctx.orgId} and invoice_id in ${ids}`,
  )
  await releaseDraws(ctx, invoiceIds)
}
