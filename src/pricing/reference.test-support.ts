import { BigNumber } from 'bignumber.js'

// The second rater: slow, obvious, on another number library and on plain JSON. It shares no code with the room.

interface ReferenceTier {
  readonly upTo: string | null
  readonly unitPrice?: string
  readonly rate?: string
  readonly flatPrice?: string
}

export interface ReferenceCharge {
  readonly metric: string
  readonly model: string
  readonly tiers?: readonly ReferenceTier[]
  readonly unitPrice?: string
  readonly packageSize?: string
  readonly packagePrice?: string
  readonly freeUnits?: string
  readonly rate?: string
  readonly fixedPerEvent?: string
  readonly minPerEvent?: string
  readonly maxPerEvent?: string
  readonly freeEvents?: number
  readonly freeAmount?: string
  readonly minimum?: string
  readonly maximum?: string
}

export interface ReferenceCase {
  readonly rule: 'ceil' | 'floor' | 'nearest'
  readonly digits: number
  readonly charges: readonly ReferenceCharge[]
  /** Per metric: each event's quantity in time order. */
  readonly quantities: Readonly<Record<string, readonly string[]>>
}

const MODES = {
  ceil: BigNumber.ROUND_CEIL,
  floor: BigNumber.ROUND_FLOOR,
  nearest: BigNumber.ROUND_HALF_UP,
} as const

// Products of two 12-digit decimals must stay whole.
const Exactly = BigNumber.clone({ DECIMAL_PLACES: 60, EXPONENTIAL_AT: 1e9 })

/** Subtotal in minor units, and each metric's exact amount. */
export function rateByHand(given: ReferenceCase): {
  subtotalMinor: string
  amounts: Record<string, string>
} {
  let subtotal = new Exactly(0)
  const amounts: Record<string, string> = {}
  const round = (amount: BigNumber): BigNumber =>
    amount.shiftedBy(given.digits).integerValue(MODES[given.rule])
  for (const charge of given.charges) {
    const lines = linesOf(charge, given.quantities[charge.metric] ?? [])
    let exact = lines.reduce((sum, line) => sum.plus(line), new Exactly(0))
    let minor = lines.reduce((sum, line) => sum.plus(round(line)), new Exactly(0))
    const bounded = charge.minimum !== undefined || charge.maximum !== undefined
    if (charge.minimum !== undefined) {
      exact = BigNumber.max(exact, charge.minimum)
      minor = BigNumber.max(minor, round(new Exactly(charge.minimum)))
    }
    if (charge.maximum !== undefined) {
      exact = BigNumber.min(exact, charge.maximum)
      minor = BigNumber.min(minor, round(new Exactly(charge.maximum)))
    }
    subtotal = subtotal.plus(minor)
    if (lines.length > 0 || (bounded && !minor.isZero())) amounts[charge.metric] = exact.toFixed()
  }
  return { subtotalMinor: subtotal.toFixed(), amounts }
}

function linesOf(charge: ReferenceCharge, quantities: readonly string[]): BigNumber[] {
  if (charge.model === 'percentage') return percentageLines(charge, quantities)
  const total = quantities.reduce((sum, it) => sum.plus(it), new Exactly(0))
  if (total.isZero()) return []
  const sign = total.isNegative() ? -1 : 1
  const free = BigNumber.min(total.abs(), charge.freeUnits ?? 0)
  const lines = positiveLines(charge, total.abs().minus(free))
  return [...(free.isZero() ? [] : [new Exactly(0)]), ...lines.map((line) => line.times(sign))]
}

function positiveLines(charge: ReferenceCharge, quantity: BigNumber): BigNumber[] {
  if (quantity.isZero()) return []
  const tiers = charge.tiers ?? []
  switch (charge.model) {
    case 'per_unit':
      return [quantity.times(charge.unitPrice ?? 0)]
    case 'package': {
      const packages = quantity.div(charge.packageSize ?? 1).integerValue(BigNumber.ROUND_CEIL)
      return [packages.times(charge.packagePrice ?? 0)]
    }
    case 'volume': {
      const tier = tiers.find(({ upTo }) => upTo === null || quantity.lte(upTo))
      return [quantity.times(tier?.unitPrice ?? 0).plus(tier?.flatPrice ?? 0)]
    }
    default:
      return tiers.flatMap((tier, index) => {
        const from = new Exactly(tiers[index - 1]?.upTo ?? 0)
        const to = tier.upTo === null ? quantity : BigNumber.min(quantity, tier.upTo)
        if (quantity.lte(from)) return []
        const price = tier.unitPrice ?? new Exactly(tier.rate ?? 0).div(100)
        return [
          to
            .minus(from)
            .times(price)
            .plus(tier.flatPrice ?? 0),
        ]
      })
  }
}

/** For quantities that are not negative. */
function percentageLines(charge: ReferenceCharge, quantities: readonly string[]): BigNumber[] {
  const { freeEvents, freeAmount } = charge
  let [eventsLeft, amountLeft] = [freeEvents ?? Infinity, new Exactly(freeAmount ?? Infinity)]
  const anyFree = freeEvents !== undefined || freeAmount !== undefined
  let [sawFree, sawPaid, sum] = [false, false, new Exactly(0)]
  for (const text of quantities) {
    const quantity = new Exactly(text)
    let paid = quantity
    if (anyFree && eventsLeft > 0 && amountLeft.gt(0)) {
      sawFree = true
      paid = BigNumber.max(0, quantity.minus(amountLeft))
      amountLeft = amountLeft.minus(quantity.minus(paid))
      eventsLeft -= 1
      if (paid.isZero()) continue
    }
    sawPaid = true
    let fee = paid
      .times(charge.rate ?? 0)
      .div(100)
      .plus(charge.fixedPerEvent ?? 0)
    if (charge.minPerEvent !== undefined) fee = BigNumber.max(fee, charge.minPerEvent)
    if (charge.maxPerEvent !== undefined) fee = BigNumber.min(fee, charge.maxPerEvent)
    sum = sum.plus(fee)
  }
  return [...(sawFree ? [new Exactly(0)] : []), ...(sawPaid ? [sum] : [])]
}
