import { DECIMAL_SCALE, ZERO, type Decimal } from '#src/kernel/decimal.ts'
import { exactRatio, type Exact } from '#src/kernel/exact.ts'
import { saidOnce } from '../fixed-phrases.ts'
import { phrase, type Phrase } from '../phrases.ts'

export interface Bounds {
  /** Inclusive; null is open. */
  readonly upTo: Decimal | null
  readonly flatPrice?: Decimal | undefined
}

/** The share of a quantity that lies in one tier, sign kept: −5 units are the first 5 reversed. */
export interface TierSlice<Tier> {
  readonly tier: Tier
  readonly index: number
  readonly quantity: Decimal
  /** Where the tier begins; the unit at this very count still belongs to the tier before. */
  readonly from: Decimal
}

/** Cuts a quantity at the tiers' inclusive upper ends; only tiers that are entered come back. */
export function sliceByTier<Tier extends Bounds>(
  tiers: readonly Tier[],
  quantity: Decimal,
): TierSlice<Tier>[] {
  const size = magnitude(quantity)
  const slices: TierSlice<Tier>[] = []
  let from: Decimal = ZERO
  for (const [index, tier] of tiers.entries()) {
    if (size <= from) break
    const end = tier.upTo === null || size < tier.upTo ? size : tier.upTo
    slices.push({ tier, index, from, quantity: withSignOf(quantity, (end - from) as Decimal) })
    from = end
  }
  return slices
}

/** The one tier that holds the whole quantity; none for zero. */
export function tierHolding<Tier extends Bounds>(
  tiers: readonly Tier[],
  quantity: Decimal,
): TierSlice<Tier> | undefined {
  const slice = sliceByTier(tiers, quantity).at(-1)
  return slice && { ...slice, quantity }
}

/** quantity × price, plus the flat price reversed with the quantity; `per` is 1, or 100 for per cent. */
export function tierAmount(
  quantity: Decimal,
  price: Decimal,
  flatPrice: Decimal | undefined,
  per = 1n,
): Exact {
  const flat = withSignOf(quantity, flatPrice ?? ZERO)
  return exactRatio(
    quantity * price + flat * DECIMAL_SCALE * per,
    DECIMAL_SCALE * DECIMAL_SCALE * per,
  )
}

/** "up to 10,000", "over 10,000 up to 100,000", "over 100,000", with its flat price. */
export function tierNotes({ tier, from }: TierSlice<Bounds>): readonly Phrase[] {
  return notesOf(tier, from)
}

const notesOf = saidOnce((tier: Bounds, from: Decimal): readonly Phrase[] => [
  ...rangeOf(from, tier.upTo),
  ...(tier.flatPrice ? [phrase('plusFlat', { price: tier.flatPrice })] : []),
])

function rangeOf(from: Decimal, upTo: Decimal | null): Phrase[] {
  if (upTo === null) return from > 0n ? [phrase('over', { number: from })] : []
  if (from > 0n) return [phrase('between', { number: from, number2: upTo })]
  return [phrase('upTo', { number: upTo })]
}

export function magnitude(value: Decimal): Decimal {
  return (value < 0n ? -value : value) as Decimal
}

export function withSignOf(sign: Decimal, value: Decimal): Decimal {
  return (sign < 0n ? -value : value) as Decimal
}
