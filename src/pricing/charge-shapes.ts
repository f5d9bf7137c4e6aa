import { z } from 'zod'
import { decimalOf, ZERO } from '#src/kernel/decimal.ts'
import { AboveZero, NameText, PositiveOrZero, PropertyText, WholeNumber } from './fields.ts'

const listOf = (value: unknown): unknown => (typeof value === 'object' ? value : [value])

const Aggregation = z.enum([
  'sum',
  'count',
  'max',
  'min',
  'average',
  'latest',
  'unique',
  'percentile',
  'weighted_sum',
])

const PercentileMethod = z.enum(['nearest_rank', 'linear'])
const WeightedInterval = z.enum(['period', 'second', 'minute', 'hour', 'day'])
export type WeightedInterval = z.infer<typeof WeightedInterval>

/** What every charge may carry, whatever its model (REQUIREMENTS P2). */
const common = {
  metric: NameText,
  /** Shown to the customer instead of the metric's own name. */
  name: NameText.optional(),
  aggregation: Aggregation.default('sum'),
  /** The event property whose distinct values `unique` counts. */
  aggregationProperty: NameText.optional(),
  /** Which one `percentile` takes: 95 is the value that 95 per cent of the events do not exceed. */
  percentile: AboveZero.refine(
    (rank) => rank <= decimalOf(100),
    'must be at most 100 (per cent)',
  ).optional(),
  /** `nearest_rank` (default) takes one of the events' values, `linear` interpolates between two neighbours. */
  percentileMethod: PercentileMethod.optional(),
  /** What `weighted_sum` measures time in: shares of the billing period (default), or hours for GB-hours and the like. */
  weightedInterval: WeightedInterval.optional(),
  /** Only events whose property has one of the values count. */
  filter: z.record(NameText, z.preprocess(listOf, z.array(PropertyText).min(1))).default({}),
  /** Each combination of these properties' values is priced by itself. */
  groupBy: z.preprocess(listOf, z.array(NameText)).default([]),
  /** Each hour's (UTC) or local day's maximum is priced by itself, then summed. */
  bucket: z.enum(['hour', 'day']).optional(),
  freeUnits: PositiveOrZero.default(ZERO),
  minimum: PositiveOrZero.optional(),
  maximum: PositiveOrZero.optional(),
  zeroUsageBillsFirstFlat: z.boolean().default(false),
}

const bounds = { upTo: AboveZero.nullable().default(null), flatPrice: PositiveOrZero.optional() }
const PriceTier = z.strictObject({ ...bounds, unitPrice: PositiveOrZero })
/** Per cent of the event's amount; above 100 it is a slip of the pen. */
const PerCent = PositiveOrZero.refine(
  (rate) => rate <= decimalOf(100),
  'must be at most 100 (per cent)',
)
const RateTier = z.strictObject({ ...bounds, rate: PerCent })
export type PriceTier = z.infer<typeof PriceTier>

const priceTiers = z.array(PriceTier).min(1, 'needs at least one tier')
const model = <Name extends string>(name: Name) => ({ ...common, model: z.literal(name) })

const PerUnit = z.strictObject({ ...model('per_unit'), unitPrice: PositiveOrZero })
const Graduated = z.strictObject({ ...model('graduated'), tiers: priceTiers })
const Volume = z.strictObject({ ...model('volume'), tiers: priceTiers })
const Package = z.strictObject({
  ...model('package'),
  packageSize: AboveZero,
  packagePrice: PositiveOrZero,
})
const Percentage = z.strictObject({
  ...model('percentage'),
  rate: PerCent,
  fixedPerEvent: PositiveOrZero.optional(),
  freeEvents: WholeNumber.optional(),
  freeAmount: PositiveOrZero.optional(),
  minPerEvent: PositiveOrZero.optional(),
  maxPerEvent: PositiveOrZero.optional(),
})
const GraduatedPercentage = z.strictObject({
  ...model('graduated_percentage'),
  tiers: z.array(RateTier).min(1, 'needs at least one tier'),
})
const Dynamic = z.strictObject(model('dynamic'))
const Matrix = z.strictObject({
  ...model('matrix'),
  by: z.array(NameText).min(1, 'needs at least one property'),
  prices: z.array(
    z.strictObject({ when: z.record(NameText, PropertyText), unitPrice: PositiveOrZero }),
  ),
  /** A unit price, or a map holding one. Without it an event that no cell matches is an error. */
  otherwise: z
    .preprocess(
      (value) => (typeof value === 'string' ? { unitPrice: value } : value),
      z.strictObject({ unitPrice: PositiveOrZero }),
    )
    .optional(),
})

export type PerUnitCharge = z.infer<typeof PerUnit>
export type GraduatedCharge = z.infer<typeof Graduated>
export type VolumeCharge = z.infer<typeof Volume>
export type PackageCharge = z.infer<typeof Package>
export type PercentageCharge = z.infer<typeof Percentage>
export type GraduatedPercentageCharge = z.infer<typeof GraduatedPercentage>
export type DynamicCharge = z.infer<typeof Dynamic>
export type MatrixCharge = z.infer<typeof Matrix>

const MODELS = [
  PerUnit,
  Graduated,
  Volume,
  Package,
  Percentage,
  GraduatedPercentage,
  Dynamic,
  Matrix,
] as const

function unknownModel(charge: unknown): string {
  const named = z.looseObject({ model: z.string() }).safeParse(charge)
  const known = MODELS.map(({ shape }) => shape.model.value).join(', ')
  return named.success
    ? `charge model "${named.data.model}" is not one of the models; there are ${known}`
    : `is required: one of ${known}`
}

/** One charge of a plan. A name that is not listed here is refused at load. */
export const Charge = z.discriminatedUnion('model', MODELS, {
  error: (issue) => (issue.code === 'invalid_union' ? unknownModel(issue.input) : undefined),
})
export type Charge = z.infer<typeof Charge>

/** What a plan's included usage and overage rate for one metric mean, written as a charge. */
export function overageCharge(
  metric: string,
  freeUnits: PerUnitCharge['freeUnits'],
  unitPrice: PerUnitCharge['unitPrice'],
): PerUnitCharge {
  return {
    metric,
    model: 'per_unit',
    aggregation: 'sum',
    filter: {},
    groupBy: [],
    freeUnits,
    zeroUsageBillsFirstFlat: false,
    unitPrice,
  }
}
