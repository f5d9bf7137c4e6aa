import { AppError } from '#src/kernel/errors.ts'
import { rateSubscription } from '#src/pricing/rate.ts'
import { bucketsSuffice } from '../buckets-suffice.ts'
import type { BillingCase } from '../decision.ts'
import { USAGE_KINDS } from './shapes.ts'

/**
 * What usage comes to in a period, by metric ('' for the plan's minimum, maximum and commitment), in minor units as
 * rounded on lines. Null where it cannot be told: the document does not fit the subscription, or raw events are detached
 * that its charges look at (rating what is left would give back what was rightly billed).
 */
export function usageAmounts(
  billing: BillingCase,
  isDetached: boolean,
): ReadonlyMap<string, bigint> | null {
  const { rating } = billing
  try {
    if (isDetached && !bucketsSuffice(billing)) return null
    const amounts = new Map<string, bigint>()
    for (const { kind, metric = '', amountMinor } of rateSubscription(rating).lines)
      if (USAGE_KINDS.includes(kind)) amounts.set(metric, (amounts.get(metric) ?? 0n) + amountMinor)
    return amounts
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_input') return null
    throw error
  }
}
