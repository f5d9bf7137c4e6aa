import { and, asc, eq, isNotNull, sql, type SQL } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'

/** A draft that may not be finalized yet, and why. */
export interface HeldDraft {
  readonly customerId: string
  readonly invoiceId: string
  readonly code: string
  readonly reason: string
}

/** The held drafts of a period, in account order. */
export async function heldDrafts(ctx: Ctx, period: string): Promise<HeldDraft[]> {
  const rows = await ctx.db
    .select({
      customerId: invoices.customerId,
      invoiceId: invoices.id,
      code: invoices.holdCode,
      reason: invoices.holdReason,
    })
    .from(invoices)
    .where(and(...heldIn(ctx, period)))
    .orderBy(sql`length(${invoices.customerId})`, asc(invoices.customerId), asc(invoices.id))
  return rows.map((row) => ({ ...row, code: row.code ?? '', reason: row.reason ?? '' }))
}

/** Whose they are. */
export async function heldCustomerIds(ctx: Ctx, period: string): Promise<string[]> {
  const rows = await ctx.db
    .selectDistinct({ id: invoices.customerId })
    .from(invoices)
    .where(and(...heldIn(ctx, period)))
  return rows.map(({ id }) => id)
}

function heldIn(ctx: Ctx, period: string): SQL[] {
  return [
    eq(invoices.orgId, ctx.orgId),
    eq(invoices.period, period),
    eq(invoices.status, 'draft'),
    isNotNull(invoices.holdCode),
  ]
}
