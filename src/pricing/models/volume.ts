import type { Decimal } from '#src/kernel/decimal.ts'
import type { VolumeCharge } from '../charge-shapes.ts'
import { pricedTier } from './graduated.ts'
import type { PricedPart } from './part.ts'
import { tierHolding } from './tiers.ts'

/** The tier that the whole quantity reaches prices all of it. */
export function priceVolume(charge: VolumeCharge, quantity: Decimal): PricedPart[] {
  const slice = tierHolding(charge.tiers, quantity)
  return slice ? [pricedTier(slice)] : []
}
