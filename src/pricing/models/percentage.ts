import { DECIMAL_SCALE, minDecimal, ZERO, type Decimal } from '#src/kernel/decimal.ts'
import {
  addExact,
  compareExact,
  exactOf,
  exactRatio,
  EXACT_ZERO,
  type Exact,
} from '#src/kernel/exact.ts'
import type { PercentageCharge } from '../charge-shapes.ts'
import { phrase } from '../phrases.ts'
import { FREE_POSITION, type PricedPart } from './part.ts'
import { magnitude, withSignOf } from './tiers.ts'

interface FreePart {
  readonly eventsLeft: number | undefined
  readonly amountLeft: Decimal | undefined
}

/**
 * Per cent of each event's quantity (an amount), plus a fixed fee, held between a minimum and a maximum per event.
 * Quantities come in time order. The free part ends when free events or free amount, whichever is first, is used up.
 */
export function pricePercentage(
  charge: PercentageCharge,
  quantities: readonly Decimal[],
): PricedPart[] {
  let free: FreePart = { eventsLeft: charge.freeEvents, amountLeft: charge.freeAmount }
  let given: Decimal = ZERO
  let charged: Decimal = ZERO
  let [freeSeen, paidSeen] = [false, false]
  let amount = EXACT_ZERO
  for (const quantity of quantities) {
    const spared = freeShare(free, quantity)
    const paid = (quantity - (spared ?? 0n)) as Decimal
    free = spared === undefined ? free : after(free, spared)
    given = (given + (spared ?? 0n)) as Decimal
    freeSeen ||= spared !== undefined
    if (spared !== undefined && paid === 0n) continue
    paidSeen = true
    charged = (charged + paid) as Decimal
    amount = addExact(amount, feeFor(charge, paid))
  }
  return [
    ...(freeSeen ? [freePart(given)] : []),
    ...(paidSeen ? [paidPart(charge, charged, amount)] : []),
  ]
}

/** What of an event falls into the free part; undefined once that has ended. A refund never uses it up. */
function freeShare(free: FreePart, quantity: Decimal): Decimal | undefined {
  const { eventsLeft, amountLeft } = free
  if (eventsLeft === undefined && amountLeft === undefined) return undefined
  if (quantity < 0n || eventsLeft === 0 || amountLeft === 0n) return undefined
  return amountLeft === undefined ? quantity : minDecimal(quantity, amountLeft)
}

function after({ eventsLeft, amountLeft }: FreePart, spared: Decimal): FreePart {
  return {
    eventsLeft: eventsLeft === undefined ? undefined : eventsLeft - 1,
    amountLeft: amountLeft === undefined ? undefined : ((amountLeft - spared) as Decimal),
  }
}

/** A negative event gets back what the same event cost. */
function feeFor(charge: PercentageCharge, paid: Decimal): Exact {
  const { rate, fixedPerEvent = ZERO, minPerEvent, maxPerEvent } = charge
  const scale = DECIMAL_SCALE * DECIMAL_SCALE * 100n
  let fee = exactRatio(magnitude(paid) * rate + fixedPerEvent * DECIMAL_SCALE * 100n, scale)
  if (minPerEvent !== undefined) fee = larger(fee, exactOf(minPerEvent))
  if (maxPerEvent !== undefined) fee = smaller(fee, exactOf(maxPerEvent))
  return { ...fee, numerator: withSignOf(paid, fee.numerator as Decimal) }
}

function larger(a: Exact, b: Exact): Exact {
  return compareExact(a, b) < 0 ? b : a
}

function smaller(a: Exact, b: Exact): Exact {
  return compareExact(a, b) > 0 ? b : a
}

function freePart(quantity: Decimal): PricedPart {
  return {
    position: FREE_POSITION,
    quantity,
    unitPrice: ZERO,
    price: phrase('free'),
    notes: [],
    amount: EXACT_ZERO,
  }
}

function paidPart(charge: PercentageCharge, quantity: Decimal, amount: Exact): PricedPart {
  const each = (say: 'plusEach' | 'atLeastEach' | 'atMostEach', price: Decimal | undefined) =>
    price === undefined ? [] : [phrase(say, { price })]
  return {
    position: 0,
    quantity,
    unitPrice: null,
    price: phrase('percent', { number: charge.rate }),
    notes: [
      ...each('plusEach', charge.fixedPerEvent),
      ...each('atLeastEach', charge.minPerEvent),
      ...each('atMostEach', charge.maxPerEvent),
    ],
    amount,
  }
}
