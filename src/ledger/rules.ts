import { AppError } from '#src/kernel/errors.ts'
import type { Posting } from './shapes.ts'

/** Entries that move something; a zero says nothing and is left out. */
export function movingEntries(posting: Pick<Posting, 'entries'>): Posting['entries'] {
  return posting.entries.filter(({ amountMinor }) => amountMinor !== 0n)
}

/** @throws internal unless debits equal credits in every currency: an imbalance is a defect of the caller. */
export function requireBalance(posting: Posting): void {
  const sums = new Map<string, bigint>()
  for (const { currency, amountMinor } of posting.entries)
    sums.set(currency, (sums.get(currency) ?? 0n) + amountMinor)
  for (const [currency, sum] of sums)
    if (sum !== 0n)
      throw new AppError(
        'internal',
        `ledger transaction ${posting.key} is off by ${sum} minor units of ${currency}`,
      )
}
