import type { Currency } from '#src/kernel/currency.ts'
import { decimalOf, type Decimal } from '#src/kernel/decimal.ts'
import type { PackageCharge } from '../charge-shapes.ts'
import { groupDigits, priceText, type PricedPart } from './part.ts'
import { magnitude, tierAmount, withSignOf } from './tiers.ts'

/** Begun packages count; the line's quantity is packages. */
export function pricePackage(
  { packageSize, packagePrice }: PackageCharge,
  quantity: Decimal,
  currency: Currency,
): PricedPart[] {
  if (quantity === 0n) return []
  const begun = decimalOf((magnitude(quantity) + packageSize - 1n) / packageSize)
  const packages = withSignOf(quantity, begun)
  return [
    {
      position: 0,
      quantity: packages,
      unitPrice: packagePrice,
      priceText: priceText(packagePrice, currency),
      note: `per begun package of ${groupDigits(packageSize)}`,
      amount: tierAmount(packages, packagePrice, undefined),
    },
  ]
}
