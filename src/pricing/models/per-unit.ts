import type { Decimal } from '#src/kernel/decimal.ts'
import type { PerUnitCharge } from '../charge-shapes.ts'
import { phrase } from '../phrases.ts'
import type { PricedPart } from './part.ts'
import { tierAmount } from './tiers.ts'

/** Every unit at one price. */
export function pricePerUnit({ unitPrice }: PerUnitCharge, quantity: Decimal): PricedPart[] {
  if (quantity === 0n) return []
  return [
    {
      position: 0,
      quantity,
      unitPrice,
      price: phrase('price', { price: unitPrice }),
      notes: [],
      amount: tierAmount(quantity, unitPrice, undefined),
    },
  ]
}
