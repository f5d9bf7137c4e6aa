import type { Decimal } from '#src/kernel/decimal.ts'
import type { PerUnitCharge } from '../charge-shapes.ts'
import { saidOnce } from '../fixed-phrases.ts'
import { phrase, type Phrase } from '../phrases.ts'
import type { PricedPart } from './part.ts'
import { tierAmount } from './tiers.ts'

/** Every unit at one price. */
export function pricePerUnit(charge: PerUnitCharge, quantity: Decimal): PricedPart[] {
  if (quantity === 0n) return []
  const { unitPrice } = charge
  const [price] = priceOf(charge)
  return [
    {
      position: 0,
      quantity,
      unitPrice,
      price,
      notes: [],
      amount: tierAmount(quantity, unitPrice, undefined),
    },
  ]
}

const priceOf = saidOnce(({ unitPrice }: PerUnitCharge): readonly [Phrase] => [
  phrase('price', { price: unitPrice }),
])
