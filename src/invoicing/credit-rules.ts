import { exactRatio, roundExact } from '#src/kernel/exact.ts'
import { sumMinor } from '#src/kernel/money.ts'

/** An amount of an invoice by what it was for. */
export interface PartAmount<Key> {
  readonly key: Key
  readonly amountMinor: bigint
}

/**
 * What a credit note over `netMinor` takes back of each tax, after `earlierMinor` net had been credited. Computed on
 * the running total, so that any number of notes which together credit the whole net give back exactly the whole tax.
 */
export function taxShare<Key>(
  taxes: readonly PartAmount<Key>[],
  { subtotalMinor, earlierMinor, netMinor }: CreditedNet,
): PartAmount<Key>[] {
  return taxes.map(({ key, amountMinor }) => ({
    key,
    amountMinor:
      portion(amountMinor, earlierMinor + netMinor, subtotalMinor) -
      portion(amountMinor, earlierMinor, subtotalMinor),
  }))
}

interface CreditedNet {
  readonly subtotalMinor: bigint
  readonly earlierMinor: bigint
  readonly netMinor: bigint
}

/** The same for revenue by kind; the parts sum to `netMinor`, what rounding leaves goes to the largest part. */
export function revenueShare<Key>(
  parts: readonly PartAmount<Key>[],
  credited: CreditedNet,
): PartAmount<Key>[] {
  const shares = taxShare(parts, credited)
  const rest = credited.netMinor - sumMinor(shares.map(({ amountMinor }) => amountMinor))
  const largest = parts.reduce(
    (best, part, index) => (part.amountMinor > (parts[best]?.amountMinor ?? 0n) ? index : best),
    0,
  )
  return shares.map((share, index) =>
    index === largest ? { ...share, amountMinor: share.amountMinor + rest } : share,
  )
}

function portion(amountMinor: bigint, partMinor: bigint, wholeMinor: bigint): bigint {
  return roundExact(exactRatio(amountMinor * partMinor, wholeMinor), 'nearest')
}
