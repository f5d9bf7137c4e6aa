import { decimalOf, type Decimal } from '#src/kernel/decimal.ts'
import type { PackageCharge } from '../charge-shapes.ts'
import { phrase } from '../phrases.ts'
import type { PricedPart } from './part.ts'
import { magnitude, tierAmount, withSignOf } from './tiers.ts'

/** Begun packages count; the line's quantity is packages. */
export function pricePackage(
  { packageSize, packagePrice }: PackageCharge,
  quantity: Decimal,
): PricedPart[] {
  if (quantity === 0n) return []
  const begun = decimalOf((magnitude(quantity) + packageSize - 1n) / packageSize)
  const packages = withSignOf(quantity, begun)
  return [
    {
      position: 0,
      quantity: packages,
      unitPrice: packagePrice,
      price: phrase('price', { price: packagePrice }),
      notes: [phrase('perPackage', { number: packageSize })],
      amount: tierAmount(packages, packagePrice, undefined),
    },
  ]
}
