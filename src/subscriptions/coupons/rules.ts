import type { coupons } from '#db/schema/coupons.ts'
import { isBefore, type Instant } from '#src/kernel/time.ts'

export type CouponRow = typeof coupons.$inferSelect

/** Who asks to redeem a coupon, and what has been redeemed of it. */
interface Asked {
  readonly customerId: string
  readonly currency: string
  /** The customer has had an invoice. */
  readonly invoiced: boolean
  readonly redeemed: number
  readonly redeemedByCustomer: number
  readonly now: Instant
}

/** Why a coupon cannot be redeemed, in words for whoever asked; null when it can. */
export function whyNotRedeemable(coupon: CouponRow, asked: Asked): string | null {
  const { maxRedemptions, maxPerCustomer, validFrom, validUntil, targets } = coupon
  if (coupon.archivedAt) return 'is archived'
  if (validFrom && isBefore(asked.now, validFrom))
    return `is not valid before ${validFrom.toString()}`
  if (validUntil && !isBefore(asked.now, validUntil))
    return `was valid until ${validUntil.toString()}`
  if (coupon.currency !== null && coupon.currency !== asked.currency)
    return `is in ${coupon.currency}, the customer's currency is ${asked.currency}`
  if (targets.customers.length > 0 && !targets.customers.includes(asked.customerId))
    return `is not for customer ${asked.customerId}`
  if (coupon.firstTimeOnly && asked.invoiced) return 'is for customers without an invoice only'
  if (maxRedemptions !== null && asked.redeemed >= maxRedemptions)
    return `has been redeemed ${asked.redeemed} times, which is as often as it may be`
  if (maxPerCustomer !== null && asked.redeemedByCustomer >= maxPerCustomer)
    return `has been redeemed by customer ${asked.customerId} as often as they may`
  return null
}
