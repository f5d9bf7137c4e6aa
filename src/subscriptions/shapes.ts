import { z } from 'zod'
import { AboveZero, At, OwnId } from './fields.ts'

const PlanId = z.string().min(1).max(200)

/** When something takes effect: at an instant, or at a moment with a name; default: now. */
const effect = {
  at: At.exactOptional(),
  /** period_end: the end of the billing period that is running. */
  when: z.enum(['now', 'period_end']).exactOptional(),
}
const ONE_OF_BOTH = { path: ['when'], error: 'give either at or when' }

function namesOne({ at, when }: { readonly at?: unknown; readonly when?: unknown }): boolean {
  return at === undefined || when === undefined
}

export const NewAddon = z.strictObject({
  /** The caller's own id; with it a repeated request is recognised. */
  id: OwnId.exactOptional(),
  addonId: PlanId,
  quantity: AboveZero.prefault('1'),
  /** Default: the start of the subscription, or now where it runs already. */
  from: At.exactOptional(),
  to: At.exactOptional(),
})

export const NewSubscription = z.strictObject({
  /** The caller's own id; with it a repeated request is recognised. */
  id: OwnId.exactOptional(),
  customerId: z.string().min(1),
  planId: PlanId,
  /** Default: the version in effect. The subscription stays on it (P6). */
  pricingVersion: z.string().exactOptional(),
  /** Default: now. */
  startedAt: At.exactOptional(),
  /** Day of the month a period begins on, in the customer's zone; default 1: calendar months. */
  anchorDay: z.int().min(1).max(31).default(1),
  addons: z.array(NewAddon).max(50).default([]),
  /** Local days without base fee from the start; default: the plan's. */
  trialDays: z.int().min(0).max(730).exactOptional(),
  /** Codes of coupons it redeems, in this order. */
  coupons: z.array(OwnId).max(20).exactOptional(),
})

export const PlanChangeRequest = z
  .strictObject({
    planId: PlanId,
    ...effect,
    /** Default: the version the subscription is on. */
    pricingVersion: z.string().exactOptional(),
  })
  .refine(namesOne, ONE_OF_BOTH)

export const CancelRequest = z
  .strictObject({ ...effect, reason: z.string().trim().min(1).max(500).default('asked for') })
  .refine(namesOne, ONE_OF_BOTH)

/** Another quantity of a booked add-on: more or fewer seats. */
export const AddonChange = z
  .strictObject({ quantity: AboveZero, ...effect })
  .refine(namesOne, ONE_OF_BOTH)

/** When a booking ends. */
export const AddonEnd = z.strictObject(effect).refine(namesOne, ONE_OF_BOTH)

const Reason = z.strictObject({
  reason: z.string().trim().min(1).max(500).default('asked for'),
})
/** Why a subscription goes on. */
export const Reactivation = Reason
/** Why a trial ends early. */
export const TrialEnd = Reason
