import { DECIMAL_SCALE, type Decimal } from './decimal.ts'
import { AppError } from './errors.ts'

/** Exact rational amount before rounding, in whole currency units: numerator / denominator, denominator > 0. */
export interface Exact {
  readonly numerator: bigint
  readonly denominator: bigint
}

export const EXACT_ZERO: Exact = { numerator: 0n, denominator: 1n }

/** How an exact amount becomes minor units: `nearest` is half away from zero, `ceil` and `floor` as in mathematics. */
export type RoundingRule = 'ceil' | 'floor' | 'nearest'

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

/** numerator / denominator in lowest terms. */
export function exactRatio(numerator: bigint, denominator: bigint): Exact {
  if (denominator === 0n) throw new AppError('internal', 'division by zero')
  if (numerator === 0n) return EXACT_ZERO
  const whole = numerator / denominator
  // Cheap, and most amounts are whole or end there: the common divisor takes as long as the rest of a line.
  if (whole * denominator === numerator) return { numerator: whole, denominator: 1n }
  const sign = denominator < 0n ? -1n : 1n
  const divisor = greatestCommonDivisor(numerator, denominator) || 1n
  return { numerator: (sign * numerator) / divisor, denominator: (sign * denominator) / divisor }
}

export function exactOf(value: Decimal): Exact {
  return exactRatio(value, DECIMAL_SCALE)
}

export function exactOfMinor(amountMinor: bigint, currencyDigits: number): Exact {
  return exactRatio(amountMinor, 10n ** BigInt(currencyDigits))
}

export function addExact(a: Exact, b: Exact): Exact {
  if (a.numerator === 0n) return b
  if (b.numerator === 0n) return a
  return a.denominator === b.denominator
    ? exactRatio(a.numerator + b.numerator, a.denominator)
    : exactRatio(
        a.numerator * b.denominator + b.numerator * a.denominator,
        a.denominator * b.denominator,
      )
}

export function sumExact(amounts: readonly Exact[]): Exact {
  return amounts.reduce(addExact, EXACT_ZERO)
}

export function negateExact(a: Exact): Exact {
  return { numerator: -a.numerator, denominator: a.denominator }
}

export function subtractExact(a: Exact, b: Exact): Exact {
  return addExact(a, negateExact(b))
}

export function multiplyExact(a: Exact, b: Exact): Exact {
  return exactRatio(a.numerator * b.numerator, a.denominator * b.denominator)
}

export function compareExact(a: Exact, b: Exact): -1 | 0 | 1 {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function divideFloor(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  return numerator % denominator !== 0n && numerator < 0n ? quotient - 1n : quotient
}

/** Rounds to a whole number by the rule. */
export function roundExact(value: Exact, rule: RoundingRule): bigint {
  const { numerator, denominator } = value
  switch (rule) {
    case 'floor':
      return divideFloor(numerator, denominator)
    case 'ceil':
      return -divideFloor(-numerator, denominator)
    case 'nearest': {
      const magnitude = numerator < 0n ? -numerator : numerator
      const rounded = (2n * magnitude + denominator) / (2n * denominator)
      return numerator < 0n ? -rounded : rounded
    }
  }
}

/** Rounds once to minor units of a currency with `currencyDigits` digits after the point. */
export function roundToMinor(value: Exact, currencyDigits: number, rule: RoundingRule): bigint {
  const { numerator, denominator } = value
  return roundExact({ numerator: numerator * 10n ** BigInt(currencyDigits), denominator }, rule)
}

/** Exact decimal text where it ends within 40 digits, else cut there and marked with "…". */
export function formatExact(value: Exact): string {
  const negative = value.numerator < 0n
  const magnitude = negative ? -value.numerator : value.numerator
  const whole = magnitude / value.denominator
  let rest = magnitude % value.denominator
  let fraction = ''
  while (rest !== 0n && fraction.length < 40) {
    rest *= 10n
    fraction += (rest / value.denominator).toString()
    rest %= value.denominator
  }
  return `${negative ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}${rest === 0n ? '' : '…'}`
}
