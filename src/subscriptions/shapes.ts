import { z } from 'zod'
import { AboveZero, At, OwnId } from './fields.ts'

const PlanId = z.string().min(1).max(200)

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
})

export const PlanChangeRequest = z.strictObject({
  planId: PlanId,
  at: At.exactOptional(),
  /** Default: the version the subscription is on. */
  pricingVersion: z.string().exactOptional(),
})

export const CancelRequest = z.strictObject({
  /** Default: now. */
  at: At.exactOptional(),
  reason: z.string().trim().min(1).max(500).default('asked for'),
})
