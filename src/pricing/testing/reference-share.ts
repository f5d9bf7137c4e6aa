import { beginsDay, dayNumber, dayOf360, type Span } from './calendar.ts'
import { ceil, divided, floor, fraction, minus, nearest, NIL, times, total } from './fraction.ts'
import type { Fraction } from './fraction.ts'
import type { DocumentJson } from './reference-shapes.ts'

/** Parts of the period as the document counts them: days, milliseconds or days of 30-day months. */
export interface Counting {
  readonly whole: number
  readonly of: (span: Span) => number
}

export function counting(document: DocumentJson, period: Span, timeZone: string): Counting {
  const day = (at: number) => dayNumber(at, timeZone)
  const moments: Counting = { whole: period[1] - period[0], of: ([from, to]) => to - from }
  const units: Counting[] = {
    day: [{ whole: day(period[1]) - day(period[0]), of: ([a, b]: Span) => day(b) - day(a) }],
    fixed30: [
      {
        whole: dayOf360(day(period[1])) - dayOf360(day(period[0])),
        of: ([a, b]: Span) => dayOf360(day(b)) - dayOf360(day(a)),
      },
    ],
    second: [],
    none: [{ whole: 1, of: () => 1 }],
  }[document.proration]
  return units.find(({ whole }) => whole > 0) ?? moments
}

/** A plan change counts from its own day, or from the day after where its day stays with the old plan. */
export function countedFrom(
  document: DocumentJson,
  at: number,
  end: number,
  timeZone: string,
): number {
  if (document.planChangeDay === 'new_plan' || !['day', 'fixed30'].includes(document.proration))
    return at
  if (beginsDay(at, timeZone)) return at
  // Hour by hour to the next day's first moment: zones change their clocks at full and half hours only.
  const halfHour = 1_800_000
  let next = Math.ceil((at + 1) / halfHour) * halfHour
  while (!beginsDay(next, timeZone)) next += halfHour / 2
  return Math.min(next, end)
}

export function rounded(document: DocumentJson, amount: Fraction, digits: number): bigint {
  const scaled = times(amount, { over: 10n ** BigInt(digits), under: 1n })
  return { ceil, floor, nearest }[document.roundingRule](scaled)
}

/** Something held so often for so many of the parts that make up the period. */
export interface Holding {
  readonly key: string
  readonly price: string
  readonly quantity: Fraction
  readonly part: number
}

/**
 * What holdings cost. Those of one thing at one price are rounded together; each gets its share without the fraction
 * of a minor unit, and the units left over go to the largest fractions, the earliest of equals first.
 */
export function sharedOut(
  holdings: readonly Holding[],
  whole: number,
  document: DocumentJson,
  digits: number,
): bigint[] {
  const costs = holdings.map(() => 0n)
  for (const like of new Set(holdings.map(({ key, price }) => `${key} ${price}`))) {
    const members = holdings
      .map((holding, index) => ({ ...holding, index }))
      .filter(({ key, price }) => `${key} ${price}` === like)
    const weights = members.map(({ quantity, part }) => times(quantity, fraction(part)))
    const sum = total(weights)
    if (sum.over === 0n) continue
    const price = fraction(members[0]?.price ?? 0)
    const cost = rounded(document, divided(times(price, sum), fraction(whole)), digits)
    const exact = weights.map((weight) => divided(times({ over: cost, under: 1n }, weight), sum))
    const floors = exact.map((share) => floor(share))
    const left = Number(cost - floors.reduce((a, b) => a + b, 0n))
    const byFraction = exact
      .map((share, at) => ({ at, rest: minus(share, { over: floors[at] ?? 0n, under: 1n }) }))
      .sort((a, b) => Number(compareRest(b.rest, a.rest)) || a.at - b.at)
    for (const [rank, { at }] of byFraction.entries()) {
      const index = members[at]?.index ?? 0
      costs[index] = (floors[at] ?? 0n) + (rank < left ? 1n : 0n)
    }
  }
  return costs
}

function compareRest(a: Fraction, b: Fraction): bigint {
  const difference = minus(a, b)
  return difference.over < 0n ? -1n : difference.over > 0n ? 1n : 0n
}

/** price × part ÷ whole. */
export function shareOfPrice(price: string, part: number, whole: number): Fraction {
  return part === 0 ? NIL : divided(times(fraction(price), fraction(part)), fraction(whole))
}
