import type { Currency } from '#src/kernel/currency.ts'
import { decimalOf, ZERO } from '#src/kernel/decimal.ts'
import {
  exactOf,
  exactOfMinor,
  exactRatio,
  multiplyExact,
  roundToMinor,
} from '#src/kernel/exact.ts'
import { negateExact, type Exact } from '#src/kernel/exact.ts'
import type { Period } from '#src/kernel/time.ts'
import { describePlain } from './describe.ts'
import { singleLine, type RatedLine } from './lines.ts'
import { phrase, plainWording, type Phrase } from './phrases.ts'
import type { Rounding } from './proration.ts'
import type { Coupon } from './usage-input.ts'

/** Coupons in their order, each on what the ones before left, before tax, never below zero (REQUIREMENTS P7). */
export function couponLines(
  coupons: readonly Coupon[],
  subtotalMinor: bigint,
  currency: Currency,
  period: Period,
  rounding: Rounding,
): RatedLine[] {
  let left = subtotalMinor
  return coupons.flatMap((coupon) => {
    if (left <= 0n) return []
    const exact = negateExact(discountOf(coupon, exactOfMinor(left, rounding.digits)))
    const rounded = roundToMinor(exact, rounding.digits, rounding.rule)
    const amountMinor = rounded < -left ? -left : rounded
    left += amountMinor
    const wording = plainWording(coupon.name ?? coupon.id, [offPhrase(coupon)])
    const description = describePlain(wording, ': ', currency)
    return [
      singleLine(
        { kind: 'coupon', description, wording, amountMinor, exact, period },
        rounding.digits,
      ),
    ]
  })
}

function discountOf({ percentage, amount }: Coupon, left: Exact): Exact {
  if (amount !== undefined) return exactOf(amount)
  const rate = exactRatio(percentage ?? 0n, decimalOf(100))
  return multiplyExact(left, rate)
}

function offPhrase({ percentage, amount }: Coupon): Phrase {
  return amount === undefined
    ? phrase('percentOff', { number: percentage ?? ZERO })
    : phrase('amountOff', { price: amount })
}
