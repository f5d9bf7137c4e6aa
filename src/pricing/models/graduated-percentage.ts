import type { Decimal } from '#src/kernel/decimal.ts'
import type { GraduatedPercentageCharge } from '../charge-shapes.ts'
import { phrase } from '../phrases.ts'
import type { PricedPart } from './part.ts'
import { sliceByTier, tierAmount, tierNotes } from './tiers.ts'

/** Each tier takes its per cent of the amount that lies in it, plus its flat price once entered. */
export function priceGraduatedPercentage(
  charge: GraduatedPercentageCharge,
  quantity: Decimal,
): PricedPart[] {
  return sliceByTier(charge.tiers, quantity).map((slice) => ({
    position: slice.index,
    quantity: slice.quantity,
    unitPrice: null,
    price: phrase('percent', { number: slice.tier.rate }),
    notes: tierNotes(slice),
    amount: tierAmount(slice.quantity, slice.tier.rate, slice.tier.flatPrice, 100n),
  }))
}
