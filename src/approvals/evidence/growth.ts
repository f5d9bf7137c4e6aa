import type { Ctx } from '#db/context.ts'
import type { Decimal } from '#src/kernel/decimal.ts'
import type { Period } from '#src/kernel/time.ts'
import { rawUsage, usageDrivers } from '#src/metering/usage-facts.ts'

/** One property's values behind the growth of a metric; with `rest` they come to the whole growth. */
export interface UsageGrowth {
  readonly property: string
  readonly values: readonly {
    readonly value: string
    readonly before: Decimal
    readonly now: Decimal
  }[]
  /** What every other value, and events without the property, grew by. */
  readonly rest: Decimal
}

interface GrowthQuestion {
  readonly customerId: string
  readonly metric: string
  readonly period: Period
  readonly before: Period
  /** Units on the invoices of the two periods. */
  readonly billed: { readonly before: Decimal; readonly now: Decimal }
}

const MOST_VALUES = 3

/**
 * What drove a metric from one billing period to the next. Null unless the raw events come to exactly what was billed
 * in both: what is detached, late or billed by another aggregation would name a wrong cause.
 */
export async function loadUsageGrowth(
  ctx: Ctx,
  question: GrowthQuestion,
): Promise<UsageGrowth | null> {
  const { billed } = question
  const raw = await rawUsage(ctx, question)
  if (raw.sum !== billed.now || raw.previousSum !== billed.before) return null
  const drivers = await usageDrivers(ctx, question)
  const [largest] = drivers
  if (!largest || largest.sum <= largest.previousSum) return null
  const values = drivers
    .filter(({ property, sum, previousSum }) => property === largest.property && sum > previousSum)
    .slice(0, MOST_VALUES)
    .map(({ value, sum, previousSum }) => ({ value, now: sum, before: previousSum }))
  const named = values.reduce((sum, { now, before }) => sum + now - before, 0n)
  return {
    property: largest.property,
    values,
    rest: (billed.now - billed.before - named) as Decimal,
  }
}
