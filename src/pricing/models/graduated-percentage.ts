import type { Currency } from '#src/kernel/currency.ts'
import type { Decimal } from '#src/kernel/decimal.ts'
import type { GraduatedPercentageCharge } from '../charge-shapes.ts'
import { groupDigits, type PricedPart } from './part.ts'
import { sliceByTier, tierAmount, tierNote } from './tiers.ts'

/** Each tier takes its per cent of the amount that lies in it, plus its flat price once entered. */
export function priceGraduatedPercentage(
  charge: GraduatedPercentageCharge,
  quantity: Decimal,
  currency: Currency,
): PricedPart[] {
  return sliceByTier(charge.tiers, quantity).map((slice) => ({
    position: slice.index,
    quantity: slice.quantity,
    unitPrice: null,
    priceText: `${groupDigits(slice.tier.rate)} %`,
    note: tierNote(slice, currency),
    amount: tierAmount(slice.quantity, slice.tier.rate, slice.tier.flatPrice, 100n),
  }))
}
