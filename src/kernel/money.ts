import { currencyDigits, type Currency } from './currency.ts'
import { AppError } from './errors.ts'

/** An amount in minor units (cents, yen, fils) of one currency. */
export interface Money {
  readonly amountMinor: bigint
  readonly currency: Currency
}

export function money(amountMinor: bigint, currency: Currency): Money {
  return { amountMinor, currency }
}

/** @throws internal when the currencies differ: mixing is a defect, never a conversion. */
export function addMoney(a: Money, b: Money): Money {
  if (a.currency !== b.currency)
    throw new AppError('internal', `cannot add ${a.currency} and ${b.currency}`)
  return money(a.amountMinor + b.amountMinor, a.currency)
}

/** Sum of minor amounts. */
export function sumMinor(amounts: Iterable<bigint>): bigint {
  let total = 0n
  for (const amount of amounts) total += amount
  return total
}

/**
 * Splits a whole amount by weights so that the parts sum to it exactly.
 * Each part is floored in magnitude; the remainder goes, a minor unit each, to the largest fractions, earliest first.
 */
export function splitMinor(totalMinor: bigint, weights: readonly bigint[]): bigint[] {
  const weightSum = sumMinor(weights)
  if (weightSum <= 0n || weights.some((weight) => weight < 0n))
    throw new AppError('internal', 'weights must be non-negative and not all zero')
  const sign = totalMinor < 0n ? -1n : 1n
  const magnitude = sign * totalMinor
  const parts = weights.map((weight) => (magnitude * weight) / weightSum)
  let left = magnitude - sumMinor(parts)
  const byFraction = weights
    .map((weight, index) => ({ index, fraction: (magnitude * weight) % weightSum }))
    .sort((a, b) =>
      a.fraction === b.fraction ? a.index - b.index : a.fraction > b.fraction ? -1 : 1,
    )
  for (const { index } of byFraction) {
    if (left === 0n) break
    parts[index] = (parts[index] ?? 0n) + 1n
    left -= 1n
  }
  return parts.map((part) => sign * part)
}

/** "312.91": exact decimal text in whole units, the currency's own number of digits. */
export function formatMinor(amountMinor: bigint, currency: Currency): string {
  const digits = currencyDigits(currency)
  const negative = amountMinor < 0n
  const text = (negative ? -amountMinor : amountMinor).toString().padStart(digits + 1, '0')
  const whole = text.slice(0, text.length - digits)
  return `${negative ? '-' : ''}${whole}${digits > 0 ? `.${text.slice(-digits)}` : ''}`
}

/** For people: "€312.91", "312,91 €". Intl groups and places the symbol; our table decides the digits. */
export function formatMoney(value: Money, locale = 'en'): string {
  const digits = currencyDigits(value.currency)
  const formatter = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: value.currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  // A string keeps every digit: Intl reads decimal strings exactly.
  return formatter.format(
    formatMinor(value.amountMinor, value.currency) as Intl.StringNumericLiteral,
  )
}
