import { exactRatio, roundToMinor, type Exact, type RoundingRule } from '#src/kernel/exact.ts'

/** Reads what `formatExact` wrote; null where it had been cut ("…"). */
export function exactFromText(text: string): Exact | null {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (!match) return null
  const [, sign, whole = '0', fraction = ''] = match
  const numerator = BigInt(whole + fraction)
  return exactRatio(sign === '-' ? -numerator : numerator, 10n ** BigInt(fraction.length))
}

/** The minor units that an exact amount in text rounds to; null where the text was cut. */
export function roundExactText(text: string, digits: number, rule: RoundingRule): bigint | null {
  const exact = exactFromText(text)
  return exact && roundToMinor(exact, digits, rule)
}
