import { exactRatio, roundExact } from '#src/kernel/exact.ts'
import { sumMinor } from '#src/kernel/money.ts'

/** An amount of an invoice by what it was for. */
export interface PartAmount<Key> {
  readonly key: Key
  readonly amountMinor: bigint
}

interface CreditedNet {
  readonly subtotalMinor: bigint
  readonly earlierMinor: bigint
  readonly netMinor: bigint
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

function portion(amountMinor: bigint, partMinor: bigint, wholeMinor: bigint): bigint {
  return roundExact(exactRatio(amountMinor * partMinor, wholeMinor), 'nearest')
}

/**
 * A net amount over what is left of the lines, in proportion: no line gives more than it has left, discounts give their
 * part, the parts sum to `netMinor`, and the whole rest takes each line's rest. Minor units that the division leaves go
 * to the largest fractions, earliest first.
 */
export function lineShare<Key>(
  left: readonly PartAmount<Key>[],
  netMinor: bigint,
): PartAmount<Key>[] {
  const wholeMinor = sumMinor(left.map(({ amountMinor }) => amountMinor))
  // BigInt division truncates towards zero, and the fraction has the sign of its line.
  const shares = left.map(({ key, amountMinor }) => ({
    key,
    amountMinor: (amountMinor * netMinor) / wholeMinor,
    fraction: (amountMinor * netMinor) % wholeMinor,
  }))
  const missing = netMinor - sumMinor(shares.map(({ amountMinor }) => amountMinor))
  const unit = missing < 0n ? -1n : 1n
  // Fractions differ by less than the whole: only the order of the numbers counts.
  const taking = shares
    .filter(({ fraction }) => fraction * unit > 0n)
    .sort((a, b) => Number((b.fraction - a.fraction) * unit))
    .slice(0, Number(missing * unit))
  return shares.map((share) => ({
    key: share.key,
    amountMinor: share.amountMinor + (taking.includes(share) ? unit : 0n),
  }))
}
