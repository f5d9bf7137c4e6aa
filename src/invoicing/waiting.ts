import { DECIMAL_SCALE, type Decimal } from '#src/kernel/decimal.ts'
import { exactOf, multiplyExact, roundToMinor } from '#src/kernel/exact.ts'
import type { Instant } from '#src/kernel/time.ts'
import type { Coupon } from '#src/pricing/coupon-shapes.ts'
import { applyCoupons, type AppliedCoupon, type CouponScope } from '#src/pricing/coupons.ts'
import { afterDraws, type CreditDraw, type CreditGrant } from '#src/pricing/credits.ts'
import type { RatedLine } from '#src/pricing/lines.ts'
import type { Rounding } from '#src/pricing/proration.ts'

/** A one-off item that its customer's next invoice takes up (REQUIREMENTS P3). */
export interface WaitingItem {
  readonly id: string
  readonly description: string
  readonly quantity: Decimal
  /** Whole currency units; below zero it takes off. */
  readonly unitPrice: Decimal
  readonly date: Instant
}

/** A redeemed coupon with what other invoices have of it, drafts among them. */
export interface HeldCoupon {
  readonly redemptionId: string
  /** null: any invoice of the customer. */
  readonly subscriptionId: string | null
  readonly terms: Omit<Coupon, 'applied'>
  readonly uses: readonly { readonly period: string; readonly amountMinor: bigint }[]
}

/** What a customer's next invoices take up: items by date, coupons in the order they were redeemed, then credit. */
export interface Waiting {
  readonly items: readonly WaitingItem[]
  readonly coupons: readonly HeldCoupon[]
  /** Grants of credit with something left. */
  readonly credits: readonly CreditGrant[]
}

export const NOTHING_WAITING: Waiting = { items: [], coupons: [], credits: [] }

/** What an invoice has taken up; with its draft it is written and let go. */
export interface Claims {
  readonly itemIds: readonly string[]
  readonly coupons: readonly { readonly redemptionId: string; readonly amountMinor: bigint }[]
  readonly draws: readonly CreditDraw[]
}

/** What is left for the customer's other invoices of the same run. */
export function leftAfter(waiting: Waiting, period: string, claims: Claims): Waiting {
  return {
    items: waiting.items.filter(({ id }) => !claims.itemIds.includes(id)),
    coupons: waiting.coupons.map((held) => {
      const used = claims.coupons.filter(({ redemptionId }) => redemptionId === held.redemptionId)
      if (used.length === 0) return held
      const uses = used.map(({ amountMinor }) => ({ period, amountMinor }))
      return { ...held, uses: [...held.uses, ...uses] }
    }),
    credits: afterDraws(waiting.credits, claims.draws),
  }
}

/** A line an item: quantity × unit price, rounded once by the document's rule; its period is its day. */
export function itemLines(
  items: readonly WaitingItem[],
  rounding: Rounding,
  timeZone: string,
): RatedLine[] {
  return items.map(({ description, quantity, unitPrice, date }) => {
    const exact = multiplyExact(exactOf(quantity), exactOf(unitPrice))
    const amountMinor = roundToMinor(exact, rounding.digits, rounding.rule)
    const day = date.toZonedDateTimeISO(timeZone).startOfDay()
    const period = { start: day.toInstant(), end: day.add({ days: 1 }).toInstant() }
    return { kind: 'item', description, quantity, unitPrice, amountMinor, exact, period }
  })
}

/**
 * The coupons that an invoice's lines leave something for, in their order. `once` is one invoice; `repeating` the
 * invoices of so many periods; an amount is taken off once a period, on however many invoices of the customer.
 */
export function heldCouponLines(
  waiting: Waiting,
  invoice: { readonly subscriptionId: string; readonly periodName: string },
  lines: readonly RatedLine[],
  scope: CouponScope,
): AppliedCoupon<Coupon & { readonly redemptionId: string }>[] {
  const open = waiting.coupons.flatMap((held) => {
    if (held.subscriptionId !== null && held.subscriptionId !== invoice.subscriptionId) return []
    const { redemptionId, terms, uses } = held
    const earlier = new Set(uses.map(({ period }) => period))
    if (terms.duration === 'repeating') earlier.delete(invoice.periodName)
    const amount = amountLeft(held, invoice.periodName, scope.rounding.digits)
    if (amount !== undefined && amount <= 0n) return []
    return [
      {
        ...terms,
        ...(amount === undefined ? {} : { amount }),
        applied: earlier.size,
        redemptionId,
      },
    ]
  })
  return applyCoupons(open, lines, scope)
}

function amountLeft(
  { terms, uses }: HeldCoupon,
  periodName: string,
  digits: number,
): Decimal | undefined {
  if (terms.amount === undefined) return undefined
  const minorUnit = DECIMAL_SCALE / 10n ** BigInt(digits)
  const taken = uses
    .filter(({ period }) => period === periodName)
    .reduce((sum, { amountMinor }) => sum + amountMinor * minorUnit, 0n)
  return (terms.amount - taken) as Decimal
}
