import type { ChargeJson, Tier } from './reference-shapes.ts'
import {
  absolute,
  ceil,
  compared,
  divided,
  fraction,
  least,
  minus,
  most,
  NIL,
  plus,
  times,
  total,
  type Fraction,
} from './fraction.ts'
import type { Used } from './reference-measure.ts'

/** An amount and the place of its line: tier or cell by number, −1 for what is free. */
export interface Priced {
  readonly place: number
  readonly amount: Fraction
}

/** What one slice of a charge's usage costs: its quantity, and the events behind it where they are known. */
export function priced(
  charge: ChargeJson,
  quantity: Fraction,
  events: readonly Used[] | undefined,
): Priced[] {
  switch (charge.model) {
    case 'percentage':
      return percentage(
        charge,
        events?.map((event) => event.quantity) ?? (isNil(quantity) ? [] : [quantity]),
      )
    case 'dynamic':
    case 'matrix':
      return byEvent(charge, events ?? [])
    default:
      return byQuantity(charge, quantity)
  }
}

function isNil(a: Fraction): boolean {
  return a.over === 0n
}

/** Free units first; below zero everything is what the same usage would have cost, given back. */
function byQuantity(charge: ChargeJson, quantity: Fraction): Priced[] {
  if (isNil(quantity)) {
    const flat = charge.tiers?.[0]?.flatPrice
    const due = charge.zeroUsageBillsFirstFlat && flat !== undefined && !isNil(fraction(flat))
    return due ? [{ place: 0, amount: fraction(flat) }] : []
  }
  const size = absolute(quantity)
  const free = least(size, fraction(charge.freeUnits ?? 0))
  const paid = isNil(minus(size, free)) ? [] : ofPositive(charge, minus(size, free))
  const sign = fraction(quantity.over < 0n ? -1 : 1)
  return [
    ...(isNil(free) ? [] : [{ place: -1, amount: NIL }]),
    ...paid.map(({ place, amount }) => ({ place, amount: times(amount, sign) })),
  ]
}

function ofPositive(charge: ChargeJson, quantity: Fraction): Priced[] {
  const tiers = charge.tiers ?? []
  switch (charge.model) {
    case 'per_unit':
      return [{ place: 0, amount: times(quantity, fraction(charge.unitPrice ?? 0)) }]
    case 'package': {
      const begun = ceil(divided(quantity, fraction(charge.packageSize ?? 1)))
      return [
        { place: 0, amount: times({ over: begun, under: 1n }, fraction(charge.packagePrice ?? 0)) },
      ]
    }
    case 'volume': {
      const place = tiers.findIndex(
        ({ upTo }) => upTo === null || compared(quantity, fraction(upTo)) <= 0,
      )
      return [{ place, amount: inTier(tiers[place], quantity) }]
    }
    default:
      return tiers.flatMap((tier, place) => {
        const from = fraction(tiers[place - 1]?.upTo ?? 0)
        if (compared(quantity, from) <= 0) return []
        const to = tier.upTo === null ? quantity : least(quantity, fraction(tier.upTo))
        return [{ place, amount: inTier(tier, minus(to, from)) }]
      })
  }
}

function inTier(tier: Tier | undefined, quantity: Fraction): Fraction {
  const price = fraction(tier?.unitPrice ?? 0)
  const share = divided(fraction(tier?.rate ?? 0), fraction(100))
  return plus(times(quantity, plus(price, share)), fraction(tier?.flatPrice ?? 0))
}

/** Free units come off the events in time order; a refund is no use and takes none. */
function byEvent(charge: ChargeJson, events: readonly Used[]): Priced[] {
  let free = fraction(charge.freeUnits ?? 0)
  const lines: Priced[] = []
  for (const { quantity, properties } of events) {
    const spared = most(NIL, least(quantity, free))
    free = minus(free, spared)
    if (!isNil(spared)) lines.push({ place: -1, amount: NIL })
    const rest = minus(quantity, spared)
    if (isNil(rest) && !isNil(spared)) continue
    const cell = (charge.prices ?? []).findIndex(({ when }) =>
      Object.entries(when).every(([name, value]) => properties[name] === value),
    )
    const place = cell >= 0 ? cell : (charge.prices?.length ?? 0)
    const price =
      charge.model === 'dynamic'
        ? properties['unit_price']
        : (charge.prices?.[cell]?.unitPrice ?? charge.otherwise)
    lines.push({ place, amount: times(rest, fraction(price ?? 0)) })
  }
  return lines
}

/** Per cent of each event plus its fixed fee, then held between its minimum and maximum. */
function percentage(charge: ChargeJson, quantities: readonly Fraction[]): Priced[] {
  let events = charge.freeEvents === undefined ? Infinity : Number(charge.freeEvents)
  let amount = charge.freeAmount === undefined ? undefined : fraction(charge.freeAmount)
  const offersFree = charge.freeEvents !== undefined || amount !== undefined
  const lines: Priced[] = []
  for (const quantity of quantities) {
    let paid = quantity
    const isRefund = quantity.over < 0n
    const left = offersFree && events > 0 && !(amount && isNil(amount))
    if (left && !isRefund) {
      lines.push({ place: -1, amount: NIL })
      const spared = amount ? least(quantity, amount) : quantity
      paid = minus(quantity, spared)
      events -= 1
      amount = amount && minus(amount, spared)
      if (isNil(paid)) continue
    }
    let fee = times(absolute(paid), divided(fraction(charge.rate ?? 0), fraction(100)))
    fee = plus(fee, fraction(charge.fixedPerEvent ?? 0))
    if (charge.minPerEvent !== undefined) fee = most(fee, fraction(charge.minPerEvent))
    if (charge.maxPerEvent !== undefined) fee = least(fee, fraction(charge.maxPerEvent))
    lines.push({ place: 0, amount: isRefund ? minus(NIL, fee) : fee })
  }
  return lines
}

/** One line for each place, its amounts added. */
export function linesOf(parts: readonly Priced[]): Fraction[] {
  const places = [...new Set(parts.map(({ place }) => place))]
  return places.map((at) =>
    total(parts.filter(({ place }) => place === at).map(({ amount }) => amount)),
  )
}
