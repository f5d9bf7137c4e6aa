import type { Currency } from '#src/kernel/currency.ts'
import { AppError } from '#src/kernel/errors.ts'

/** Stripe counts these in hundredths although they have none: its API keeps how it began. */
const COUNTED_IN_HUNDREDTHS: ReadonlySet<string> = new Set(['ISK', 'UGX'])

/** Minor units as Stripe's API takes them. @throws refused beyond what it can carry. */
export function stripeAmount(amountMinor: bigint, currency: Currency): number {
  const units = COUNTED_IN_HUNDREDTHS.has(currency) ? amountMinor * 100n : amountMinor
  if (units > 999_999_999_999n)
    throw new AppError('refused', `${units} is more than Stripe can calculate with`)
  return Number(units)
}

/** The other way round; null where Stripe's number is no whole amount of ours. */
export function minorOfStripe(units: number, currency: Currency): bigint | null {
  if (!Number.isSafeInteger(units)) return null
  const whole = BigInt(units)
  if (!COUNTED_IN_HUNDREDTHS.has(currency)) return whole
  return whole % 100n === 0n ? whole / 100n : null
}
