import type { Currency } from '#src/kernel/currency.ts'
import type { Decimal } from '#src/kernel/decimal.ts'
import type { PerUnitCharge } from '../charge-shapes.ts'
import { priceText, type PricedPart } from './part.ts'
import { tierAmount } from './tiers.ts'

/** Every unit at one price. */
export function pricePerUnit(
  { unitPrice }: PerUnitCharge,
  quantity: Decimal,
  currency: Currency,
): PricedPart[] {
  if (quantity === 0n) return []
  return [
    {
      position: 0,
      quantity,
      unitPrice,
      priceText: priceText(unitPrice, currency),
      note: '',
      amount: tierAmount(quantity, unitPrice, undefined),
    },
  ]
}
