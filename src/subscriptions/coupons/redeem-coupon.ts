import { and, count, desc, eq, isNull, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { couponRedemptions, coupons } from '#db/schema/coupons.ts'
import { subscriptions } from '#db/schema/customers.ts'
import { loadCustomer } from '#src/customers/load-customer.ts'
import { AppError } from '#src/kernel/errors.ts'
import { parseInput } from '#src/kernel/parse.ts'
import { later, type Instant } from '#src/kernel/time.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { hasBeenInvoiced, type RedemptionRow } from './load-coupons.ts'
import { whyNotRedeemable, type CouponRow } from './rules.ts'
import { NewRedemption } from './shapes.ts'

/**
 * Redeems a coupon for a customer or one subscription: from the next invoice on it takes off, after what was redeemed
 * before it. Whoever redeems at the same time queues up behind the coupon's row, so its limits hold. With an `id` of
 * the caller's the same request again returns the redemption as it stands.
 * @throws not_found; refused with the reason, its currency or limits among them; conflict when the id is taken.
 */
export async function redeemCoupon(
  ctx: Ctx,
  input: z.input<typeof NewRedemption> & { couponId: string },
): Promise<RedemptionRow> {
  const { couponId, ...fields } = input
  const wanted = parseInput(NewRedemption, fields)
  const coupon = await lockCoupon(ctx, couponId)
  const holder = await holderOf(ctx, wanted)
  const earlier = wanted.id === undefined ? undefined : await findRedemption(ctx, wanted.id)
  if (earlier) return sameRedemption(earlier, { couponId, ...holder })
  const { currency } = await loadCustomer(ctx, holder.customerId)
  const reason = whyNotRedeemable(coupon, {
    ...holder,
    currency,
    invoiced: coupon.firstTimeOnly && (await hasBeenInvoiced(ctx, holder.customerId)),
    ...(await redeemedSoFar(ctx, couponId, holder.customerId)),
    now: ctx.now,
  })
  if (reason !== null) throw refused(couponId, reason)
  const [row] = await ctx.db
    .insert(couponRedemptions)
    .values({
      orgId: ctx.orgId,
      id: wanted.id ?? ctx.newId('cpr'),
      couponId,
      ...holder,
      redeemedAt: await nextInLine(ctx, holder.customerId),
      endedAt: null,
    })
    .returning()
  if (!row) throw new AppError('internal', `the redemption of ${couponId} is gone`)
  await recordAudit(ctx, {
    action: 'coupon.redeemed',
    subject: { type: 'coupon', id: couponId },
    reason: `by customer ${row.customerId}`,
    data: {
      redemptionId: row.id,
      customerId: row.customerId,
      ...(row.subscriptionId === null ? {} : { subscriptionId: row.subscriptionId }),
    },
  })
  return row
}

/** From the next invoice on it takes nothing off any more; what it took off stays. Twice changes nothing. @throws not_found */
export async function endRedemption(
  ctx: Ctx,
  input: { redemptionId: string },
): Promise<RedemptionRow> {
  const [row] = await ctx.db
    .update(couponRedemptions)
    .set({ endedAt: ctx.now })
    .where(
      and(
        eq(couponRedemptions.orgId, ctx.orgId),
        eq(couponRedemptions.id, input.redemptionId),
        isNull(couponRedemptions.endedAt),
      ),
    )
    .returning()
  if (!row) {
    const ended = await findRedemption(ctx, input.redemptionId)
    if (!ended) throw new AppError('not_found', `no redemption ${input.redemptionId}`)
    return ended
  }
  await recordAudit(ctx, {
    action: 'coupon.redemption_ended',
    subject: { type: 'coupon', id: row.couponId },
    reason: `of customer ${row.customerId}`,
    data: { redemptionId: row.id },
  })
  return row
}

async function lockCoupon(ctx: Ctx, id: string): Promise<CouponRow> {
  const [row] = await ctx.db
    .select()
    .from(coupons)
    .where(and(eq(coupons.orgId, ctx.orgId), eq(coupons.id, id)))
    .for('update')
  if (!row) throw new AppError('not_found', `no coupon ${id}`)
  return row
}

async function holderOf(
  ctx: Ctx,
  { customerId, subscriptionId }: z.output<typeof NewRedemption>,
): Promise<Pick<RedemptionRow, 'customerId' | 'subscriptionId'>> {
  if (subscriptionId === undefined) return { customerId: customerId ?? '', subscriptionId: null }
  const [row] = await ctx.db
    .select({ customerId: subscriptions.customerId })
    .from(subscriptions)
    .where(and(eq(subscriptions.orgId, ctx.orgId), eq(subscriptions.id, subscriptionId)))
  if (!row) throw new AppError('not_found', `no subscription ${subscriptionId}`)
  return { customerId: row.customerId, subscriptionId }
}

async function findRedemption(ctx: Ctx, id: string): Promise<RedemptionRow | undefined> {
  const [row] = await ctx.db
    .select()
    .from(couponRedemptions)
    .where(and(eq(couponRedemptions.orgId, ctx.orgId), eq(couponRedemptions.id, id)))
  return row
}

function sameRedemption(
  row: RedemptionRow,
  wanted: Pick<RedemptionRow, 'couponId' | 'customerId' | 'subscriptionId'>,
): RedemptionRow {
  const same =
    row.couponId === wanted.couponId &&
    row.customerId === wanted.customerId &&
    row.subscriptionId === wanted.subscriptionId
  if (!same)
    throw new AppError('conflict', `redemption ${row.id} exists already with other content`)
  return row
}

/**
 * Coupons take off in the order they were redeemed. Two of one request, or under a test clock that stands still, have
 * the same instant: the later one is a microsecond behind, which is what the database keeps.
 */
async function nextInLine(ctx: Ctx, customerId: string): Promise<Instant> {
  const [last] = await ctx.db
    .select({ at: couponRedemptions.redeemedAt })
    .from(couponRedemptions)
    .where(
      and(eq(couponRedemptions.orgId, ctx.orgId), eq(couponRedemptions.customerId, customerId)),
    )
    .orderBy(desc(couponRedemptions.redeemedAt))
    .limit(1)
  return last ? later(ctx.now, last.at.add({ microseconds: 1 })) : ctx.now
}

async function redeemedSoFar(ctx: Ctx, couponId: string, customerId: string) {
  const [row] = await ctx.db
    .select({
      redeemed: count(),
      redeemedByCustomer:
        sql<number>`count(*) filter (where ${couponRedemptions.customerId} = ${customerId})`.mapWith(
          Number,
        ),
    })
    .from(couponRedemptions)
    .where(and(eq(couponRedemptions.orgId, ctx.orgId), eq(couponRedemptions.couponId, couponId)))
  return row ?? { redeemed: 0, redeemedByCustomer: 0 }
}

function refused(couponId: string, reason: string): AppError {
  const message = `coupon ${couponId} ${reason}`
  return new AppError('refused', message, { fields: [{ path: 'couponId', message: reason }] })
}
