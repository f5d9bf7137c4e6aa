import { minDecimal, ZERO, type Decimal } from '#src/kernel/decimal.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { exactOf, EXACT_ZERO } from '#src/kernel/exact.ts'
import { aggregate, largest } from './aggregate.ts'
import type { Charge } from './charge-shapes.ts'
import { saidOnce } from './fixed-phrases.ts'
import { priceDynamic } from './models/dynamic.ts'
import { priceGraduatedPercentage } from './models/graduated-percentage.ts'
import { priceGraduated } from './models/graduated.ts'
import { priceMatrix } from './models/matrix.ts'
import { pricePackage } from './models/package.ts'
import { FREE_POSITION, mergeParts, type PricedPart } from './models/part.ts'
import { pricePerUnit } from './models/per-unit.ts'
import { pricePercentage } from './models/percentage.ts'
import { magnitude, withSignOf } from './models/tiers.ts'
import type { UsageEvent, UsageSlice } from './models/usage.ts'
import { priceVolume } from './models/volume.ts'
import { phrase, type Phrase } from './phrases.ts'
import { bucketed, grouped, inTimeOrder, matching, withoutFree } from './select.ts'
import type { MeasuredTime } from './weighted-sum.ts'

/** A metric's usage in one segment: its events, or their aggregate where no charge looks at single events. */
export type MeteredUsage =
  | { readonly quantity: Decimal }
  | {
      readonly events: readonly UsageEvent[]
      /** From before the segment: the last of each filter and group opens a weighted sum. */
      readonly before?: readonly UsageEvent[]
    }

/** The priced parts of one group of a charge, in the order of their lines. */
export interface PricedGroup {
  readonly label: string
  readonly parts: readonly PricedPart[]
}

/** Where and when a charge is priced. */
export interface PricingScope {
  /** Whose local days a daily bucket takes. */
  readonly timeZone: string
  readonly time: MeasuredTime
}

/** true when the charge prices single events, so that a total is not enough to rate it. */
export function needsEvents(charge: Charge): boolean {
  if (Object.keys(charge.filter).length > 0 || charge.groupBy.length > 0) return true
  if (charge.bucket !== undefined) return true
  if (charge.model !== 'percentage') return charge.model === 'dynamic' || charge.model === 'matrix'
  const { fixedPerEvent, freeEvents, minPerEvent, maxPerEvent } = charge
  return [fixedPerEvent, freeEvents, minPerEvent, maxPerEvent].some((it) => it !== undefined)
}

/**
 * Filter, group, bucket, then the model; the charge's own minimum and maximum are not in it.
 * @throws invalid_input when the charge prices single events and only a total is known.
 */
export function priceCharge(
  charge: Charge,
  usage: MeteredUsage,
  scope: PricingScope,
): PricedGroup[] {
  if ('events' in usage) {
    const measured =
      charge.aggregation === 'weighted_sum' && usage.before
        ? [...usage.before, ...usage.events]
        : usage.events
    const events = matching(charge.filter, inTimeOrder(measured))
    return grouped(charge.groupBy, events).map(({ label, events: members }) => ({
      label,
      parts: mergeParts(
        slicesOf(charge, members, scope).flatMap((slice) => priceSlice(charge, slice)),
      ),
    }))
  }
  if (usage.quantity !== 0n && needsEvents(charge))
    throw invalidField(
      `usage.${charge.metric}`,
      `its ${charge.model} charge looks at single events: give them under "events", not a total`,
    )
  const slice = { quantity: usage.quantity, events: [] }
  return [{ label: '', parts: priceSlice(charge, slice) }]
}

function slicesOf(
  charge: Charge,
  events: readonly UsageEvent[],
  { timeZone, time }: PricingScope,
): readonly UsageSlice[] {
  if (charge.bucket === undefined || events.length === 0)
    return [{ quantity: aggregate(charge, events, time), events }]
  return bucketed(charge.bucket, timeZone, events).map((members) => {
    const peak = largest(members)
    return { quantity: peak.quantity, events: [peak] }
  })
}

/** Free units come off first, in time order; the model sees the rest. */
function priceSlice(charge: Charge, slice: UsageSlice): PricedPart[] {
  switch (charge.model) {
    case 'percentage':
      return pricePercentage(charge, quantitiesOf(slice))
    case 'dynamic': {
      const { free, rest } = withoutFree(slice.events, charge.freeUnits)
      return [...freePart(charge, free), ...priceDynamic(charge, rest)]
    }
    case 'matrix': {
      const { free, rest } = withoutFree(slice.events, charge.freeUnits)
      return [...freePart(charge, free), ...priceMatrix(charge, rest)]
    }
    case 'per_unit':
    case 'graduated':
    case 'volume':
    case 'package':
    case 'graduated_percentage':
      return priceTotal(charge, slice.quantity)
  }
}

type QuantityCharge = Exclude<Charge, { model: 'percentage' | 'dynamic' | 'matrix' }>

/** Models that look at one number only. */
function priceTotal(charge: QuantityCharge, quantity: Decimal): PricedPart[] {
  if (quantity === 0n) return firstFlat(charge)
  const free = withSignOf(quantity, minDecimal(magnitude(quantity), charge.freeUnits))
  const rest = (quantity - free) as Decimal
  return [...freePart(charge, free), ...priceQuantity(charge, rest)]
}

function quantitiesOf({ quantity, events }: UsageSlice): readonly Decimal[] {
  if (events.length > 0) return events.map((event) => event.quantity)
  return quantity === 0n ? [] : [quantity]
}

function priceQuantity(charge: QuantityCharge, quantity: Decimal): PricedPart[] {
  switch (charge.model) {
    case 'per_unit':
      return pricePerUnit(charge, quantity)
    case 'graduated':
      return priceGraduated(charge, quantity)
    case 'volume':
      return priceVolume(charge, quantity)
    case 'package':
      return pricePackage(charge, quantity)
    case 'graduated_percentage':
      return priceGraduatedPercentage(charge, quantity)
  }
}

function freePart(charge: Charge, free: Decimal): PricedPart[] {
  if (free === 0n) return []
  const [price, ...notes] = includedPhrases(charge)
  return [
    {
      position: FREE_POSITION,
      quantity: free,
      unitPrice: ZERO,
      price,
      notes,
      amount: EXACT_ZERO,
    },
  ]
}

const includedPhrases = saidOnce((charge: Charge): readonly [Phrase, Phrase] => [
  phrase('included'),
  phrase('first', { number: charge.freeUnits }),
])

/** Without usage nothing is due, unless the charge says that its first tier's flat price always is. */
function firstFlat(charge: QuantityCharge): PricedPart[] {
  if (!charge.zeroUsageBillsFirstFlat || !('tiers' in charge)) return []
  const flatPrice = charge.tiers[0]?.flatPrice
  if (!flatPrice) return []
  return [
    {
      position: 0,
      quantity: ZERO,
      unitPrice: null,
      price: phrase('flat', { price: flatPrice }),
      notes: [phrase('withoutUsage')],
      amount: exactOf(flatPrice),
    },
  ]
}
