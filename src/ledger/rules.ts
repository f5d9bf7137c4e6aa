import { AppError } from '#src/kernel/errors.ts'
import { chartAccount } from './chart.ts'
import type { Posting } from './shapes.ts'

/** Entries that move something; a zero says nothing and is left out. */
export function movingEntries(posting: Pick<Posting, 'entries'>): Posting['entries'] {
  return posting.entries.filter(({ amountMinor }) => amountMinor !== 0n)
}

/**
 * A defect of the caller is found before the database refuses it.
 * @throws internal unless all entries are in one currency, on accounts of the chart, and debits equal credits.
 */
export function requireSound(posting: Posting): void {
  const [first] = posting.entries
  let sum = 0n
  for (const { account, currency, amountMinor } of posting.entries) {
    chartAccount(account)
    if (currency !== first?.currency)
      throw new AppError(
        'internal',
        `ledger transaction ${posting.key} mixes ${first?.currency} and ${currency}`,
      )
    sum += amountMinor
  }
  if (sum !== 0n)
    throw new AppError(
      'internal',
      `ledger transaction ${posting.key} is off by ${sum} minor units of ${first?.currency}`,
    )
}
