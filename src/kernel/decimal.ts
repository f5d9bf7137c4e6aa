import { invalidField } from './errors.ts'

/** Exact decimal: a bigint scaled by 10^12. Unit prices and quantities are Decimals, amounts are Money. */
export type Decimal = bigint & { readonly __unit: 'decimal' }

const FRACTION_DIGITS = 12
export const DECIMAL_SCALE = 10n ** BigInt(FRACTION_DIGITS)
export const ZERO = 0n as Decimal

const PATTERN = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,2}))?$/

/**
 * Reads "0.0005", "12", "-3.10", "5e-7". Never goes through a float.
 * @throws invalid_input naming `path` for anything else, for more than 12 digits after the point, or more than 30 before it.
 */
export function parseDecimal(text: string, path = 'value'): Decimal {
  const match = PATTERN.exec(text.trim())
  if (!match) throw invalidField(path, `"${text.slice(0, 40)}" is not a decimal number`)
  const [, sign, whole = '', fraction = '', exponentText = '0'] = match
  const exponent = Number.parseInt(exponentText, 10)
  const digits = BigInt(whole + fraction)
  const shift = FRACTION_DIGITS + exponent - fraction.length
  if (whole.length + Math.max(exponent, 0) > 30) throw invalidField(path, 'too large')
  const scaled = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift)
  if (shift < 0 && scaled * 10n ** BigInt(-shift) !== digits)
    throw invalidField(path, `more than ${FRACTION_DIGITS} digits after the point`)
  return (sign === '-' ? -scaled : scaled) as Decimal
}

/** Shortest exact text: no exponent, no trailing zeros. */
export function formatDecimal(value: Decimal): string {
  const negative = value < 0n
  const absolute = negative ? -value : value
  const whole = absolute / DECIMAL_SCALE
  const fraction = (absolute % DECIMAL_SCALE)
    .toString()
    .padStart(FRACTION_DIGITS, '0')
    .replace(/0+$/, '')
  return `${negative ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`
}

/** A whole number as a Decimal. */
export function decimalOf(whole: bigint | number): Decimal {
  return (BigInt(whole) * DECIMAL_SCALE) as Decimal
}

export function minDecimal(a: Decimal, b: Decimal): Decimal {
  return a < b ? a : b
}
