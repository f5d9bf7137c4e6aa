import type { ModelSettings } from '#src/tenancy/shapes.ts'

/** What was used or put aside; money in millionths of a US dollar. */
interface Spend {
  readonly tokens: number
  readonly microUsd: number
}

/** What counts against the budgets when a call is about to be made. */
export interface SpentSoFar {
  readonly run: Spend & { readonly calls: number }
  readonly day: Spend
  readonly month: Spend
}

/** What a call is taken for before it is made; null money: the price of the model is not known. */
export interface Estimate {
  readonly tokens: number
  readonly microUsd: number | null
}

/**
 * Why the call may not be made, or null. Where money is limited a model without a price is not asked: what cannot be
 * counted cannot be kept within a limit.
 */
export function budgetRefusal(
  settings: ModelSettings,
  kind: 'live' | 'shadow',
  spent: SpentSoFar,
  estimate: Estimate,
): string | null {
  if (kind === 'shadow')
    return beyond('the shadow budget of the day', settings.shadowPerDay, spent.day, estimate)
  if (spent.run.calls >= settings.perRun.calls) return 'the calls of the run are spent'
  return (
    beyond('the budget of the run', settings.perRun, spent.run, estimate) ??
    beyond('the budget of the day', settings.perDay, spent.day, estimate) ??
    beyond('the budget of the month', settings.perMonth, spent.month, estimate)
  )
}

function beyond(
  name: string,
  limit: { readonly tokens: number | null; readonly usd: string | null },
  spent: Spend,
  estimate: Estimate,
): string | null {
  if (limit.tokens !== null && spent.tokens + estimate.tokens > limit.tokens)
    return `${name} is spent: ${spent.tokens} of ${limit.tokens} tokens`
  if (limit.usd === null) return null
  if (estimate.microUsd === null) return `${name} is in dollars, and the model has no known price`
  return spent.microUsd + estimate.microUsd > microUsdOf(limit.usd)
    ? `${name} is spent: ${dollarsOf(spent.microUsd)} of ${limit.usd} US dollars`
    : null
}

/** "2.5" → 2,500,000. */
export function microUsdOf(dollars: string): number {
  const [whole = '0', part = ''] = dollars.split('.')
  return Number(BigInt(whole) * 1_000_000n + BigInt(part.padEnd(6, '0')))
}

/** 2,500,000 → "2.500000". */
export function dollarsOf(microUsd: number): string {
  const text = String(microUsd).padStart(7, '0')
  return `${text.slice(0, -6)}.${text.slice(-6)}`
}
