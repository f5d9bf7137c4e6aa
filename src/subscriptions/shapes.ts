import { z } from 'zod'
import { parseDecimal } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'
import { parseInstant, Temporal } from '#src/kernel/time.ts'

/** An RFC 3339 text, or an instant a caller inside the house already has. */
const At = z
  .union([z.string(), z.instanceof(Temporal.Instant)])
  .transform((value, context) => {
    try {
      return typeof value === 'string' ? parseInstant(value) : value
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      context.addIssue({ code: 'custom', message: error.fields[0]?.message ?? error.message })
      return z.NEVER
    }
  })
  // The generator of the API description has no words for a class.
  .meta({ type: 'string', format: 'date-time' })

/** "2", 2 or "0.5"; exact, above zero. */
const Quantity = z.union([z.string(), z.int()]).transform((value, context) => {
  try {
    const quantity = parseDecimal(String(value))
    if (quantity > 0n) return quantity
  } catch (error) {
    if (!(error instanceof AppError)) throw error
  }
  context.addIssue({ code: 'custom', message: 'must be a decimal above zero' })
  return z.NEVER
})

const Id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ -')
const PlanId = z.string().min(1).max(200)

export const NewAddon = z.strictObject({
  /** The caller's own id; with it a repeated request is recognised. */
  id: Id.exactOptional(),
  addonId: PlanId,
  quantity: Quantity.prefault('1'),
  /** Default: the start of the subscription, or now where it runs already. */
  from: At.exactOptional(),
  to: At.exactOptional(),
})

export const NewSubscription = z.strictObject({
  /** The caller's own id; with it a repeated request is recognised. */
  id: Id.exactOptional(),
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
