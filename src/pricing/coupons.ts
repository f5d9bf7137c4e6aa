import type { Currency } from '#src/kernel/currency.ts'
import { decimalOf, ZERO } from '#src/kernel/decimal.ts'
import { invalidField } from '#src/kernel/errors.ts'
import {
  exactOf,
  exactOfMinor,
  exactRatio,
  multiplyExact,
  negateExact,
  roundToMinor,
  type Exact,
} from '#src/kernel/exact.ts'
import { splitMinor, sumMinor } from '#src/kernel/money.ts'
import type { Period } from '#src/kernel/time.ts'
import { periodLimit, type Coupon, type CouponTargets } from './coupon-shapes.ts'
import { describePlain } from './describe.ts'
import { singleLine, type RatedLine } from './lines.ts'
import { phrase, plainWording, type Phrase } from './phrases.ts'
import type { Rounding } from './proration.ts'

/** The invoice that coupons are applied to. */
export interface CouponScope {
  readonly currency: Currency
  readonly period: Period
  readonly rounding: Rounding
  readonly customerId?: string | undefined
}

/** A coupon that took something off, and its line. */
export interface AppliedCoupon<Held extends Coupon = Coupon> {
  readonly coupon: Held
  readonly line: RatedLine
}

/**
 * Coupons in their order, each on what the ones before left of the lines it is held to, before tax (REQUIREMENTS P7).
 * A coupon takes off at most what is left of its lines and of the whole, so that no invoice gets below zero; what it
 * cannot take off is lost. What it takes off is spread over its lines by what was left of each, to the minor unit.
 * One that takes nothing off leaves no line and is not used up.
 * @throws invalid_input naming `coupons[i].currency` for an amount in another currency.
 */
export function applyCoupons<Held extends Coupon>(
  coupons: readonly Held[],
  lines: readonly RatedLine[],
  scope: CouponScope,
): AppliedCoupon<Held>[] {
  const left = lines.map(({ amountMinor }) => amountMinor)
  return coupons.flatMap((coupon, index) => {
    if (coupon.currency !== undefined && coupon.currency !== scope.currency)
      throw invalidField(
        `coupons[${index}].currency`,
        `"${coupon.id}" is in ${coupon.currency}, the plan in ${scope.currency}`,
      )
    if (!isOpen(coupon, scope.customerId)) return []
    const held = lines.flatMap((line, at) => (isHeldTo(coupon.targets, line) ? [at] : []))
    const line = couponLine(coupon, sumMinor(held.map((at) => left[at] ?? 0n)), left, scope)
    if (!line) return []
    const weights = held.map((at) => positive(left[at] ?? 0n))
    const parts = splitMinor(line.amountMinor, weights)
    for (const [position, at] of held.entries())
      left[at] = (left[at] ?? 0n) + (parts[position] ?? 0n)
    return [{ coupon, line }]
  })
}

function isOpen(coupon: Coupon, customerId: string | undefined): boolean {
  const limit = periodLimit(coupon)
  if (limit !== null && coupon.applied >= limit) return false
  const { customers } = coupon.targets
  return customers.length === 0 || (customerId !== undefined && customers.includes(customerId))
}

function isHeldTo({ plans, metrics, kinds }: CouponTargets, line: RatedLine): boolean {
  return allows(plans, line.planId) && allows(metrics, line.metric) && allowsKind(kinds, line)
}

/** A reached maximum belongs to the usage that reached it: what it took off is not there to be discounted again. */
function allowsKind(kinds: CouponTargets['kinds'], { kind }: RatedLine): boolean {
  if (kind !== 'maximum_discount') return allows<string>(kinds, kind)
  return allows(kinds, 'usage') || allows(kinds, 'overage')
}

function allows<Name extends string>(names: readonly Name[], name: Name | undefined): boolean {
  return names.length === 0 || (name !== undefined && names.includes(name))
}

function couponLine(
  coupon: Coupon,
  baseMinor: bigint,
  left: readonly bigint[],
  { currency, period, rounding }: CouponScope,
): RatedLine | undefined {
  const totalMinor = sumMinor(left)
  const capMinor = baseMinor < totalMinor ? baseMinor : totalMinor
  if (capMinor <= 0n) return undefined
  const wanted = negateExact(discountOf(coupon, exactOfMinor(baseMinor, rounding.digits)))
  const rounded = roundToMinor(wanted, rounding.digits, rounding.rule)
  const capped = rounded < -capMinor
  const amountMinor = capped ? -capMinor : rounded
  if (amountMinor === 0n) return undefined
  const wording = plainWording(coupon.name ?? coupon.id, [offPhrase(coupon)])
  const description = describePlain(wording, ': ', currency)
  const exact = capped ? exactOfMinor(amountMinor, rounding.digits) : wanted
  const line = { kind: 'coupon' as const, description, wording, amountMinor, exact, period }
  return singleLine(line, rounding.digits)
}

function discountOf({ percentage, amount }: Coupon, base: Exact): Exact {
  if (amount !== undefined) return exactOf(amount)
  return multiplyExact(base, exactRatio(percentage ?? ZERO, decimalOf(100)))
}

function offPhrase({ percentage, amount }: Coupon): Phrase {
  return amount === undefined
    ? phrase('percentOff', { number: percentage ?? ZERO })
    : phrase('amountOff', { price: amount })
}

function positive(amountMinor: bigint): bigint {
  return amountMinor > 0n ? amountMinor : 0n
}
