import { AppError } from '#src/kernel/errors.ts'
import { rateSubscription } from '#src/pricing/rate.ts'
import type { BillingCase } from '../decision.ts'
import { USAGE_KINDS } from './shapes.ts'

/**
 * What usage comes to in a period, by metric ('' for the plan's minimum, maximum and commitment), in minor units as
 * rounded on lines. Null where the document does not fit the subscription: it cannot be told.
 */
export function usageAmounts({ rating }: BillingCase): ReadonlyMap<string, bigint> | null {
  try {
    const amounts = new Map<string, bigint>()
    for (const { kind, metric = '', amountMinor } of rateSubscription(rating).lines)
      if (USAGE_KINDS.includes(kind)) amounts.set(metric, (amounts.get(metric) ?? 0n) + amountMinor)
    return amounts
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_input') return null
    throw error
  }
}
