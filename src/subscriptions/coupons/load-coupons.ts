import { and, asc, count, eq, gt, inArray, ne } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { couponApplications, couponRedemptions, coupons } from '#db/schema/coupons.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { AppError } from '#src/kernel/errors.ts'
import { pageOf, startAfter, type Page, type PageQuery } from '#src/kernel/paging.ts'
import type { CouponRow } from './rules.ts'

type Reader = Pick<Ctx, 'db' | 'orgId'>
export type RedemptionRow = typeof couponRedemptions.$inferSelect

/** What a redeemed coupon took off an invoice; only a reservation while that is a draft. */
interface CouponUse {
  readonly redemptionId: string
  readonly invoiceId: string
  readonly invoiceStatus: typeof invoices.$inferSelect.status
  readonly period: string
  readonly amountMinor: bigint
}

/** A redemption with its uses. */
export interface Redemption extends RedemptionRow {
  readonly uses: readonly CouponUse[]
}

/** @throws not_found */
export async function loadCoupon(ctx: Reader, id: string): Promise<CouponRow> {
  const [row] = await ctx.db
    .select()
    .from(coupons)
    .where(and(eq(coupons.orgId, ctx.orgId), eq(coupons.id, id)))
  if (!row) throw new AppError('not_found', `no coupon ${id}`)
  return row
}

/** Coupons by code, each with how often it has been redeemed. */
export async function listCoupons(ctx: Reader, query: PageQuery): Promise<Page<CouponRow>> {
  const after = startAfter(query)
  const rows = await ctx.db
    .select()
    .from(coupons)
    .where(and(eq(coupons.orgId, ctx.orgId), after === null ? undefined : gt(coupons.id, after)))
    .orderBy(asc(coupons.id))
    .limit(query.limit + 1)
  return pageOf(
    rows,
    query.limit,
    ({ id }) => id,
    (row) => row,
  )
}

/** How often each of these has been redeemed. */
export async function redemptionCounts(
  ctx: Reader,
  couponIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (couponIds.length === 0) return new Map()
  const rows = await ctx.db
    .select({ id: couponRedemptions.couponId, many: count() })
    .from(couponRedemptions)
    .where(
      and(
        eq(couponRedemptions.orgId, ctx.orgId),
        inArray(couponRedemptions.couponId, [...couponIds]),
      ),
    )
    .groupBy(couponRedemptions.couponId)
  return new Map(rows.map(({ id, many }) => [id, many]))
}

/** Redemptions by id, of one coupon, customer or subscription where asked, each with what it has taken off. */
export async function listRedemptions(
  ctx: Reader,
  query: PageQuery & {
    readonly couponId?: string | undefined
    readonly customerId?: string | undefined
    readonly subscriptionId?: string | undefined
  },
): Promise<Page<Redemption>> {
  const after = startAfter(query)
  const { couponId, customerId, subscriptionId } = query
  const rows = await ctx.db
    .select()
    .from(couponRedemptions)
    .where(
      and(
        eq(couponRedemptions.orgId, ctx.orgId),
        after === null ? undefined : gt(couponRedemptions.id, after),
        couponId === undefined ? undefined : eq(couponRedemptions.couponId, couponId),
        customerId === undefined ? undefined : eq(couponRedemptions.customerId, customerId),
        subscriptionId === undefined
          ? undefined
          : eq(couponRedemptions.subscriptionId, subscriptionId),
      ),
    )
    .orderBy(asc(couponRedemptions.id))
    .limit(query.limit + 1)
  const page = pageOf(
    rows,
    query.limit,
    ({ id }) => id,
    (row) => row,
  )
  return { ...page, data: await withUses(ctx, page.data) }
}

/** The same redemptions with what they have taken off, in the order of their invoices. */
export async function withUses(ctx: Reader, rows: readonly RedemptionRow[]): Promise<Redemption[]> {
  if (rows.length === 0) return []
  const uses = await ctx.db
    .select({
      redemptionId: couponApplications.redemptionId,
      invoiceId: couponApplications.invoiceId,
      invoiceStatus: invoices.status,
      period: couponApplications.period,
      amountMinor: couponApplications.amountMinor,
    })
    .from(couponApplications)
    .innerJoin(
      invoices,
      and(
        eq(invoices.orgId, couponApplications.orgId),
        eq(invoices.id, couponApplications.invoiceId),
      ),
    )
    .where(
      and(
        eq(couponApplications.orgId, ctx.orgId),
        inArray(
          couponApplications.redemptionId,
          rows.map(({ id }) => id),
        ),
      ),
    )
    .orderBy(asc(couponApplications.period), asc(couponApplications.invoiceId))
  const byRedemption = Map.groupBy(uses, ({ redemptionId }) => redemptionId)
  return rows.map((row) => ({ ...row, uses: byRedemption.get(row.id) ?? [] }))
}

/** Whether a customer has had an invoice that counts: a number, and not void. */
export async function hasBeenInvoiced(ctx: Reader, customerId: string): Promise<boolean> {
  const rows = await ctx.db
    .select({ id: invoices.id })
    .from(invoices)
    .where(
      and(
        eq(invoices.orgId, ctx.orgId),
        eq(invoices.customerId, customerId),
        ne(invoices.status, 'draft'),
        ne(invoices.status, 'void'),
      ),
    )
    .limit(1)
  return rows.length > 0
}
