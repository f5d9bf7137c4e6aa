import { DECIMAL_SCALE, decimalOf, type Decimal } from '#src/kernel/decimal.ts'
import type { Exact } from '#src/kernel/exact.ts'
import type { Period } from '#src/kernel/time.ts'
import type { LineWording } from './phrases.ts'

/**
 * base_fee: the plan's price · included: usage that costs nothing because the plan or charge includes it ·
 * usage: a charge's tier · overage: above the included usage at the overage rate · minimum: what lifts to a charge's
 * or plan's minimum · maximum_discount: what a charge or plan maximum takes off · commitment: what usage fell short of
 * the committed amount · addon · item: a one-off · coupon · credit: what a grant of prepaid credit pays ·
 * adjustment: what rating an earlier period anew has changed.
 */
type LineKind =
  | 'base_fee'
  | 'included'
  | 'usage'
  | 'overage'
  | 'minimum'
  | 'maximum_discount'
  | 'commitment'
  | 'addon'
  | 'item'
  | 'coupon'
  | 'credit'
  | 'adjustment'

/** One invoice line. `exact` is the amount in whole currency units before the one rounding. */
export interface RatedLine {
  readonly kind: LineKind
  readonly metric?: string
  /** The plan it was rated by; a one-off item, a coupon and a credit have none. */
  readonly planId?: string
  /** English. */
  readonly description: string
  /** The same as data, for other languages; a line without it keeps its English everywhere. */
  readonly wording?: LineWording
  readonly quantity: Decimal
  /** Whole currency units; null where the amount is not quantity × one price. */
  readonly unitPrice: Decimal | null
  readonly amountMinor: bigint
  readonly exact: Exact
  readonly period: Period
}

/** A line of quantity one, whose unit price is its rounded amount. */
export function singleLine(
  line: Omit<RatedLine, 'quantity' | 'unitPrice'>,
  digits: number,
): RatedLine {
  return {
    ...line,
    quantity: decimalOf(1),
    unitPrice: ((line.amountMinor * DECIMAL_SCALE) / 10n ** BigInt(digits)) as Decimal,
  }
}
