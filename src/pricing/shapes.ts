import { z } from 'zod'
import { decimalOf, ZERO } from '#src/kernel/decimal.ts'
import { Charge } from './charge-shapes.ts'
import { CurrencyCode, InstantText, NameText, PositiveOrZero, WholeNumber } from './fields.ts'

const AddOn = z.strictObject({
  id: NameText,
  name: NameText.optional(),
  /** Per period, in whole currency units. */
  price: PositiveOrZero,
  /** Defaults to the plan's; a subscription never mixes currencies. */
  currency: CurrencyCode.optional(),
  /** true: price × quantity; false: the price once, whatever the quantity. */
  perUnit: z.boolean().default(true),
})
export type AddOn = z.infer<typeof AddOn>

const Commitment = z.preprocess(
  (value) => (typeof value === 'string' ? { amount: value } : value),
  z.strictObject({
    amount: PositiveOrZero,
    /** What usage beyond the amount costs, as a multiple of its price: 1.25 is a quarter more. */
    overageFactor: PositiveOrZero.default(decimalOf(1)),
  }),
)

/** What `trial: true` means where no other length is given. */
const TRIAL_DAYS = 14

const PlanTerms = z.strictObject({
  id: NameText,
  name: NameText.optional(),
  /** Whole currency units per period. */
  basePrice: PositiveOrZero,
  currency: CurrencyCode,
  includedUsage: z.record(NameText, PositiveOrZero).default({}),
  /** Whole currency units per unit above what is included. */
  overageRates: z.record(NameText, PositiveOrZero).default({}),
  features: z.array(NameText).default([]),
  customContract: z.boolean().default(false),
  charges: z.array(Charge).default([]),
  /** Offered with this plan only, or at another price than the document's add-on of the same id. */
  addons: z.array(AddOn).default([]),
  /** true: a trial of `trialDays`, 14 where they are not given. */
  trial: z.boolean().optional(),
  /** Days from the start of the subscription without base fee, add-ons, minimums and commitment. */
  trialDays: WholeNumber.optional(),
  /** What usage costs in the trial: its price (default), or nothing; then no tier or allowance counts it either. */
  trialUsage: z.enum(['billed', 'free']).optional(),
  /** Base fee and usage of a period come to at least this. */
  minimum: PositiveOrZero.optional(),
  /** Base fee and usage of a period come to at most this; the rest is a discount line. */
  maximum: PositiveOrZero.optional(),
  /** Usage of a period comes to at least this; the base fee does not count towards it. */
  commitment: Commitment.optional(),
})
const Plan = PlanTerms.transform(
  ({ trial, trialDays = trial ? TRIAL_DAYS : undefined, ...terms }) =>
    trialDays === undefined ? terms : { ...terms, trialDays },
)
export type Plan = Omit<z.infer<typeof PlanTerms>, 'trial'>

const Tax = z.strictObject({
  provider: NameText.optional(),
  /** A fraction (0.19) below 1, per cent (19) above. One could mean 1 % or 100 %, so it is refused. */
  defaultRate: PositiveOrZero.default(ZERO)
    .refine((rate) => rate <= decimalOf(100), 'must be at most 100 per cent')
    .refine(
      (rate) => rate !== decimalOf(1),
      'may not be 1, which could mean 1 % or 100 %: 0.19 means 19 %, so write 0.01 or 100',
    ),
  /** "US-OR": ISO 3166-2, or a country alone. */
  exemptRegions: z
    .array(z.string().regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, 'must read like US-OR or US'))
    .default([]),
  /** Our extension: where the seller sits; then the tax rules of that country decide, not defaultRate. */
  sellerCountry: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be a country like DE')
    .optional(),
})
export type DocumentTax = z.infer<typeof Tax>

/** How parts of a period are weighed (REQUIREMENTS P5). */
const Proration = z.enum(['day', 'second', 'fixed30', 'none'])
export type Proration = z.infer<typeof Proration>

/** The pricing document, REQUIREMENTS P1 and P2 (docs/pricing.md names every field). Amounts are exact decimals. */
export const PricingDocument = z.strictObject({
  version: NameText,
  effectiveDate: InstantText,
  /** What a base price, included usage, tiers and bounds are for: 1 month, 12, or `windowMonths`. */
  meteringWindow: z.enum(['monthly', 'annual', 'custom']),
  /** Length of a custom window. */
  windowMonths: WholeNumber.refine(
    (months) => months >= 1 && months <= 120,
    'must be from 1 to 120 months',
  ).optional(),
  roundingRule: z.enum(['ceil', 'floor', 'nearest']),
  proration: Proration.default('day'),
  /** Which plan is paid for the day on which the plan changes. */
  planChangeDay: z.enum(['new_plan', 'old_plan']).default('new_plan'),
  tiers: z.array(Plan).min(1, 'needs at least one plan'),
  addons: z.array(AddOn).default([]),
  tax: Tax.optional(),
})
export type PricingDocument = z.infer<typeof PricingDocument>
