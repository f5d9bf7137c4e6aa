import { z } from 'zod'
import { CouponTargets, couponFlaws, NO_TARGETS } from '#src/pricing/coupon-shapes.ts'
import { currencyDigits, parseCurrency } from '#src/kernel/currency.ts'
import { DECIMAL_SCALE, decimalOf } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'
import { isBefore } from '#src/kernel/time.ts'
import { AboveZero, At, decimalWhere, OwnId } from '../fields.ts'

const Count = z.int().min(1).max(1_000_000)

const Currency = z.string().transform((text, context) => {
  try {
    return parseCurrency(text)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    context.addIssue({ code: 'custom', message: error.fields[0]?.message ?? error.message })
    return z.NEVER
  }
})

/** A coupon as it is defined (REQUIREMENTS P7). Its terms never change; another coupon has other terms. */
export const NewCoupon = z
  .strictObject({
    /** Its code. */
    id: OwnId,
    /** On the invoice; default: the code. */
    name: z.string().trim().min(1).max(200).exactOptional(),
    /** Per cent of what remains of its lines. */
    percentage: decimalWhere(
      (value) => value > 0n && value <= decimalOf(100),
      'must be a decimal above 0, at most 100',
    ).exactOptional(),
    /** Whole currency units, off what remains of its lines. */
    amount: AboveZero.exactOptional(),
    currency: Currency.exactOptional(),
    /** once: one invoice · repeating: the invoices of `periods` billing periods · forever. */
    duration: z.enum(['once', 'repeating', 'forever']),
    periods: z.int().min(1).max(1200).exactOptional(),
    targets: CouponTargets.default(NO_TARGETS),
    /** By all customers together; default: no limit. */
    maxRedemptions: Count.nullable().default(null),
    maxPerCustomer: Count.nullable().default(1),
    /** Redeemable from then on … */
    validFrom: At.exactOptional(),
    /** … and until before then. */
    validUntil: At.exactOptional(),
    /** Only by customers who have had no invoice yet. */
    firstTimeOnly: z.boolean().default(false),
  })
  .superRefine((terms, context) => {
    const report = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    for (const { path, message } of couponFlaws(terms)) report(path || 'percentage', message)
    const { amount, currency, validFrom, validUntil } = terms
    if (amount !== undefined && currency === undefined)
      report('currency', 'is required of an amount')
    if (amount !== undefined && currency !== undefined) {
      const digits = currencyDigits(currency)
      if (amount % (DECIMAL_SCALE / 10n ** BigInt(digits)) !== 0n)
        report('amount', `has more digits after the point than ${currency}, which has ${digits}`)
    }
    if (validFrom && validUntil && !isBefore(validFrom, validUntil))
      report('validUntil', 'must be after validFrom')
  })

export const NewRedemption = z
  .strictObject({
    /** The caller's own id; with it a repeated request is recognised. */
    id: OwnId.exactOptional(),
    /** All invoices of the customer … */
    customerId: z.string().min(1).max(200).exactOptional(),
    /** … or those of one subscription. */
    subscriptionId: z.string().min(1).max(200).exactOptional(),
  })
  .refine((one) => (one.customerId === undefined) !== (one.subscriptionId === undefined), {
    path: ['customerId'],
    error: 'give either customerId or subscriptionId',
  })
