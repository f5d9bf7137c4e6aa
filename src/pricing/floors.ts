import type { Decimal } from '#src/kernel/decimal.ts'
import { chargesOf } from './plan-charges.ts'
import { ONE, prorateMinor, type HeldShare, type Rounding, type Share } from './proration.ts'
import type { Plan } from './shapes.ts'

/** Minor units that one segment owes at least, by what owes it: COMMITMENT, MINIMUM or a charge's key. */
export type Floors = ReadonlyMap<string, bigint>

export const COMMITMENT = 'commitment'
export const MINIMUM = 'minimum'

interface FlooredSegment {
  readonly plan: Plan
  readonly share: Share
  readonly rounding: Rounding
}

/**
 * The floors of each segment, rounded. A floor that goes on over a plan change is split from one rounded amount, so
 * that its parts come to what the whole period owes, to the cent.
 */
export function segmentFloors(segments: readonly FlooredSegment[]): Floors[] {
  const floors = segments.map(() => new Map<string, bigint>())
  const held: (HeldShare & { readonly index: number })[] = []
  for (const [index, { plan, share, rounding }] of segments.entries())
    for (const [key, price] of floorsOf(plan))
      held.push({ key, price, quantity: ONE, share, rounding, index })
  if (held.length === 0) return floors
  const amounts = prorateMinor(held)
  for (const [position, { index, key }] of held.entries())
    floors[index]?.set(key, amounts[position] ?? 0n)
  return floors
}

function* floorsOf(plan: Plan): Iterable<[string, Decimal]> {
  for (const { charge, key } of chargesOf(plan))
    if (charge.minimum !== undefined) yield [key, charge.minimum]
  if (plan.commitment) yield [COMMITMENT, plan.commitment.amount]
  if (plan.minimum !== undefined) yield [MINIMUM, plan.minimum]
}
