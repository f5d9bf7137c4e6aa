import { z } from '@hono/zod-openapi'
import { formatDecimal } from '#src/kernel/decimal.ts'
import type { Redemption } from './load-coupons.ts'
import type { CouponRow } from './rules.ts'

const Instant = z.string()
const Names = z.array(z.string())

export const CouponView = z
  .object({
    id: z.string(),
    name: z.string(),
    percentage: z.string().nullable(),
    amount: z.string().nullable(),
    currency: z.string().nullable(),
    duration: z.enum(['once', 'repeating', 'forever']),
    periods: z.int().nullable(),
    targets: z.object({ plans: Names, metrics: Names, kinds: Names, customers: Names }),
    maxRedemptions: z.int().nullable(),
    maxPerCustomer: z.int().nullable(),
    timesRedeemed: z.int(),
    validFrom: Instant.nullable(),
    validUntil: Instant.nullable(),
    firstTimeOnly: z.boolean(),
    createdAt: Instant,
    archivedAt: Instant.nullable(),
  })
  .openapi('Coupon')

export function couponView(row: CouponRow, timesRedeemed: number): z.infer<typeof CouponView> {
  const { plans, metrics, kinds, customers } = row.targets
  return {
    id: row.id,
    name: row.name,
    percentage: row.percentage === null ? null : formatDecimal(row.percentage),
    amount: row.amount === null ? null : formatDecimal(row.amount),
    currency: row.currency,
    duration: row.duration,
    periods: row.periods,
    targets: {
      plans: [...plans],
      metrics: [...metrics],
      kinds: [...kinds],
      customers: [...customers],
    },
    maxRedemptions: row.maxRedemptions,
    maxPerCustomer: row.maxPerCustomer,
    timesRedeemed,
    validFrom: row.validFrom?.toString() ?? null,
    validUntil: row.validUntil?.toString() ?? null,
    firstTimeOnly: row.firstTimeOnly,
    createdAt: row.createdAt.toString(),
    archivedAt: row.archivedAt?.toString() ?? null,
  }
}

export const RedemptionView = z
  .object({
    id: z.string(),
    couponId: z.string(),
    customerId: z.string(),
    /** null: all invoices of the customer. */
    subscriptionId: z.string().nullable(),
    redeemedAt: Instant,
    endedAt: Instant.nullable(),
    /** Finalized invoices it took something off. */
    timesApplied: z.int(),
    uses: z.array(
      z.object({
        invoiceId: z.string(),
        period: z.string(),
        amountMinor: z.string(),
        /** reserved: the invoice is a draft. */
        status: z.enum(['reserved', 'applied']),
      }),
    ),
  })
  .openapi('CouponRedemption')

export function redemptionView(row: Redemption): z.infer<typeof RedemptionView> {
  const uses = row.uses.map(({ invoiceId, period, amountMinor, invoiceStatus }) => ({
    invoiceId,
    period,
    amountMinor: amountMinor.toString(),
    status: invoiceStatus === 'draft' ? ('reserved' as const) : ('applied' as const),
  }))
  return {
    id: row.id,
    couponId: row.couponId,
    customerId: row.customerId,
    subscriptionId: row.subscriptionId,
    redeemedAt: row.redeemedAt.toString(),
    endedAt: row.endedAt?.toString() ?? null,
    timesApplied: uses.filter(({ status }) => status === 'applied').length,
    uses,
  }
}
