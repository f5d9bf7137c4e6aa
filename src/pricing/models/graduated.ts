import type { Decimal } from '#src/kernel/decimal.ts'
import type { GraduatedCharge, PriceTier } from '../charge-shapes.ts'
import { saidOnce } from '../fixed-phrases.ts'
import { phrase, type Phrase } from '../phrases.ts'
import type { PricedPart } from './part.ts'
import { sliceByTier, tierAmount, tierNotes, type TierSlice } from './tiers.ts'

/** Each tier prices the units that lie in it; a flat price is due once its tier is entered. */
export function priceGraduated(charge: GraduatedCharge, quantity: Decimal): PricedPart[] {
  return sliceByTier(charge.tiers, quantity).map(pricedTier)
}

/** One tier's units at its price: a line. */
export function pricedTier(slice: TierSlice<PriceTier>): PricedPart {
  const { tier, index, quantity } = slice
  const [price] = priceOf(tier)
  return {
    position: index,
    quantity,
    unitPrice: tier.flatPrice ? null : tier.unitPrice,
    price,
    notes: tierNotes(slice),
    amount: tierAmount(quantity, tier.unitPrice, tier.flatPrice),
  }
}

const priceOf = saidOnce((tier: PriceTier): readonly [Phrase] =>
  tier.unitPrice === 0n && !tier.flatPrice
    ? [phrase('freeTier')]
    : [phrase('price', { price: tier.unitPrice })],
)
