import { DECIMAL_SCALE, type Decimal } from '#src/kernel/decimal.ts'
import { exactOf, exactRatio, multiplyExact, roundToMinor, type Exact } from '#src/kernel/exact.ts'
import type { RoundingRule } from '#src/kernel/exact.ts'
import { splitMinor, sumMinor } from '#src/kernel/money.ts'
import { localDaysBetween, type Instant, type Period } from '#src/kernel/time.ts'
import type { Proration } from './shapes.ts'

/** part / whole of the billing period, in the units of the proration method. */
export interface Share {
  readonly part: bigint
  readonly whole: bigint
  /** Absent where they count days. */
  readonly unit?: 'moments'
}

/** Digits after the point and rule by which a line becomes minor units. */
export interface Rounding {
  readonly digits: number
  readonly rule: RoundingRule
}

/** A quantity of one, for what is held as such. */
export const ONE = DECIMAL_SCALE as Decimal

const WHOLE: Share = { part: 1n, whole: 1n }
export const NOTHING: Share = { part: 0n, whole: 1n }

/**
 * What share of the period a part of it is (REQUIREMENTS P5). By days, a boundary's day belongs to what begins on it.
 * `fixed30` counts 30 days a month (30E/360), so a calendar month has 30. `none` takes any part for the whole.
 */
export function shareOf(part: Period, period: Period, timeZone: string, method: Proration): Share {
  if (method === 'none') return WHOLE
  if (part.start.equals(period.start) && part.end.equals(period.end)) return WHOLE
  const length = LENGTHS[method]
  const whole = length(period, timeZone)
  // A period within one day has no days to count.
  return whole > 0n
    ? { part: length(part, timeZone), whole }
    : { part: nanosecondsOf(part), whole: nanosecondsOf(period), unit: 'moments' }
}

const LENGTHS: Record<Exclude<Proration, 'none'>, (span: Period, timeZone: string) => bigint> = {
  day: ({ start, end }, timeZone) => BigInt(localDaysBetween(start, end, timeZone)),
  second: nanosecondsOf,
  fixed30: ({ start, end }, timeZone) => day360(end, timeZone) - day360(start, timeZone),
}

function nanosecondsOf({ start, end }: Period): bigint {
  return end.epochNanoseconds - start.epochNanoseconds
}

function day360(at: Instant, timeZone: string): bigint {
  const { year, month, day } = at.toZonedDateTimeISO(timeZone)
  return BigInt(year * 360 + month * 30 + Math.min(day, 30))
}

export function isWhole({ part, whole }: Share): boolean {
  return part === whole
}

/** price × share, exactly. */
export function shareOfPrice(price: Decimal, { part, whole }: Share): Exact {
  return part === whole ? exactOf(price) : multiplyExact(exactOf(price), exactRatio(part, whole))
}

/** Something with a price per period that was held for a share of it; equal `key`s mean the same thing held. */
export interface HeldShare {
  readonly key: string
  /** Of one. */
  readonly price: Decimal
  /** How many were held. */
  readonly quantity: Decimal
  readonly share: Share
  readonly rounding: Rounding
}

/**
 * Rounded amounts of the shares, in their order. What shares of one thing at one price come to together is rounded
 * once and split over them, the remainder to the largest fractions: shares that make up the period sum to the
 * rounded full price exactly, and it does not matter whether 5 then 8 seats were booked, or 5 and later 3 more. A thing
 * with one share is rounded by the document's rule.
 */
export function prorateMinor(held: readonly HeldShare[]): bigint[] {
  const groups = new Map<string, { index: number; item: HeldShare }[]>()
  held.forEach((item, index) => {
    const key = [item.key, item.price, item.rounding.rule].join(' ')
    groups.set(key, [...(groups.get(key) ?? []), { index, item }])
  })
  const amounts: bigint[] = held.map(() => 0n)
  for (const members of groups.values()) {
    const split = splitOne(members.map(({ item }) => item))
    for (const [position, { index }] of members.entries()) amounts[index] = split[position] ?? 0n
  }
  return amounts
}

function splitOne(held: readonly HeldShare[]): bigint[] {
  // Shares of the whole period count in wholes, the others in its days: brought to one denominator.
  const whole = [...new Set(held.map(({ share }) => share.whole))].reduce((a, b) => a * b, 1n)
  const weights = held.map(({ quantity, share }) => quantity * share.part * (whole / share.whole))
  const [first, total] = [held[0], sumMinor(weights)]
  if (!first || total === 0n) return weights
  const exact = exactRatio(first.price * total, DECIMAL_SCALE * DECIMAL_SCALE * whole)
  return splitMinor(roundToMinor(exact, first.rounding.digits, first.rounding.rule), weights)
}
