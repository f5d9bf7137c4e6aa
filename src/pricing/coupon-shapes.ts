import { z } from 'zod'
import { decimalOf, type Decimal } from '#src/kernel/decimal.ts'
import { AboveZero, CurrencyCode, NameText, WholeNumber } from './fields.ts'

/** Kinds of line that a coupon can be held to; a reached maximum goes with the usage that reached it. */
const DISCOUNTED_KINDS = [
  'base_fee',
  'usage',
  'overage',
  'minimum',
  'commitment',
  'addon',
  'item',
] as const

const Names = z.array(NameText).max(100)

/**
 * What a coupon is held to; what is left out or empty holds it to nothing. A line must satisfy plans, metrics and
 * kinds together; `customers` says whose invoices it is for.
 */
export const CouponTargets = z.strictObject({
  /** Lines of these plans' base fee, usage, bounds and add-ons. */
  plans: Names.default([]),
  /** Lines of these metrics. */
  metrics: Names.default([]),
  kinds: z.array(z.enum(DISCOUNTED_KINDS)).default([]),
  customers: Names.default([]),
})
export type CouponTargets = z.infer<typeof CouponTargets>

export const NO_TARGETS: CouponTargets = { plans: [], metrics: [], kinds: [], customers: [] }

const CouponDuration = z.enum(['once', 'repeating', 'forever'])
type CouponDuration = z.infer<typeof CouponDuration>

/** Per cent of what remains. */
const Percentage = AboveZero.refine((rate) => rate <= decimalOf(100), 'must be at most 100')

/** A coupon's terms, wherever it is written down. */
const couponTerms = {
  name: NameText.optional(),
  percentage: Percentage.optional(),
  /** Whole currency units. */
  amount: AboveZero.optional(),
  /** Of the amount. */
  currency: CurrencyCode.optional(),
  /** once: one invoice · repeating: the invoices of `periods` billing periods · forever. */
  duration: CouponDuration.default('forever'),
  periods: WholeNumber.optional(),
  targets: CouponTargets.default(NO_TARGETS),
}

interface Terms {
  readonly percentage?: Decimal | undefined
  readonly amount?: Decimal | undefined
  readonly currency?: string | undefined
  readonly duration: CouponDuration
  readonly periods?: number | undefined
}

/** What no single field of a coupon shows. */
export function couponFlaws(terms: Terms): { path: string; message: string }[] {
  const { percentage, amount, currency, duration, periods } = terms
  const flaws = []
  if ((percentage === undefined) === (amount === undefined))
    flaws.push({ path: '', message: 'needs either percentage or amount' })
  if (currency !== undefined && amount === undefined && percentage !== undefined)
    flaws.push({ path: 'currency', message: 'goes with an amount: a percentage has no currency' })
  if (duration === 'repeating' && (periods ?? 0) < 1)
    flaws.push({ path: 'periods', message: 'is required of a repeating coupon, at least 1' })
  if (duration !== 'repeating' && periods !== undefined)
    flaws.push({ path: 'periods', message: 'goes with duration repeating' })
  return flaws
}

/** A coupon of USAGE.json, redeemed already. */
export const Coupon = z
  .strictObject({
    id: NameText,
    ...couponTerms,
    /** Billing periods it was applied in before this one. */
    applied: WholeNumber.default(0),
  })
  .superRefine((terms, context) => {
    for (const { path, message } of couponFlaws(terms))
      context.addIssue({ code: 'custom', path: path === '' ? [] : [path], message })
  })
export type Coupon = z.infer<typeof Coupon>

/** In how many billing periods a coupon may be applied; null: in any number. */
export function periodLimit({ duration, periods }: Pick<Coupon, 'duration' | 'periods'>) {
  return duration === 'forever' ? null : duration === 'once' ? 1 : (periods ?? 1)
}
