import type { Currency } from '#src/kernel/currency.ts'
import type { Decimal } from '#src/kernel/decimal.ts'
import type { GraduatedCharge, PriceTier } from '../charge-shapes.ts'
import { priceText, type PricedPart } from './part.ts'
import { sliceByTier, tierAmount, tierNote, type TierSlice } from './tiers.ts'

/** Each tier prices the units that lie in it; a flat price is due once its tier is entered. */
export function priceGraduated(
  charge: GraduatedCharge,
  quantity: Decimal,
  currency: Currency,
): PricedPart[] {
  return sliceByTier(charge.tiers, quantity).map((slice) => pricedTier(slice, currency))
}

/** One tier's units at its price: a line. */
export function pricedTier(slice: TierSlice<PriceTier>, currency: Currency): PricedPart {
  const { tier, index, quantity } = slice
  const free = tier.unitPrice === 0n && !tier.flatPrice
  return {
    position: index,
    quantity,
    unitPrice: tier.flatPrice ? null : tier.unitPrice,
    priceText: free ? 'free tier' : priceText(tier.unitPrice, currency),
    note: tierNote(slice, currency),
    amount: tierAmount(quantity, tier.unitPrice, tier.flatPrice),
  }
}
