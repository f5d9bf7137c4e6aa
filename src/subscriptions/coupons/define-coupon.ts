import { and, eq, isNull } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { coupons } from '#db/schema/coupons.ts'
import { creationHash } from '#src/customers/creation-hash.ts'
import { hashOf } from '#src/kernel/canonical.ts'
import { AppError } from '#src/kernel/errors.ts'
import { parseInput } from '#src/kernel/parse.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadCoupon } from './load-coupons.ts'
import type { CouponRow } from './rules.ts'
import { NewCoupon } from './shapes.ts'

/**
 * Defines a coupon under its code. The same again is the same answer.
 * @throws invalid_input naming each field; conflict when the code has other terms.
 */
export async function defineCoupon(ctx: Ctx, input: z.input<typeof NewCoupon>): Promise<CouponRow> {
  const wanted = parseInput(NewCoupon, input)
  const inputHash = hashOf(wanted)
  const [row] = await ctx.db
    .insert(coupons)
    .values({
      orgId: ctx.orgId,
      id: wanted.id,
      name: wanted.name ?? wanted.id,
      percentage: wanted.percentage ?? null,
      amount: wanted.amount ?? null,
      currency: wanted.currency ?? null,
      duration: wanted.duration,
      periods: wanted.periods ?? null,
      targets: wanted.targets,
      maxRedemptions: wanted.maxRedemptions,
      maxPerCustomer: wanted.maxPerCustomer,
      validFrom: wanted.validFrom ?? null,
      validUntil: wanted.validUntil ?? null,
      firstTimeOnly: wanted.firstTimeOnly,
      createdAt: ctx.now,
      archivedAt: null,
    })
    .onConflictDoNothing()
    .returning()
  const subject = { type: 'coupon', id: wanted.id }
  if (!row) {
    if ((await creationHash(ctx, 'coupon.defined', subject)) !== inputHash)
      throw new AppError('conflict', `coupon ${wanted.id} exists already with other terms`)
    return loadCoupon(ctx, wanted.id)
  }
  await recordAudit(ctx, {
    action: 'coupon.defined',
    subject,
    reason: row.name,
    data: { inputHash },
  })
  return row
}

/** Nobody can redeem it any more; who has redeemed it keeps it. Twice changes nothing. @throws not_found */
export async function archiveCoupon(ctx: Ctx, input: { couponId: string }): Promise<CouponRow> {
  const [row] = await ctx.db
    .update(coupons)
    .set({ archivedAt: ctx.now })
    .where(
      and(eq(coupons.orgId, ctx.orgId), eq(coupons.id, input.couponId), isNull(coupons.archivedAt)),
    )
    .returning()
  if (!row) return loadCoupon(ctx, input.couponId)
  await recordAudit(ctx, {
    action: 'coupon.archived',
    subject: { type: 'coupon', id: row.id },
    reason: 'no longer to be redeemed',
  })
  return row
}
