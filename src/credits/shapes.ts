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

/** Minor units above zero, as text. */
const Amount = z.string().regex(/^[1-9]\d{0,14}$/, 'must be minor units above zero, like "10000"')

const Key = z.string().min(1).max(200)
const Reason = z.string().trim().min(1).max(500)

const Percentage = z
  .string()
  .refine(isPercentage, 'must be a percentage above 0, at most 100')
  .default('100')

function isPercentage(text: string): boolean {
  try {
    const value = parseDecimal(text)
    return value > 0n && value <= parseDecimal('100')
  } catch {
    return false
  }
}

/** What of the unused rest moves on to a next grant when this one expires. */
export const Rollover = z.strictObject({
  /** Per cent of what is unused. */
  percentage: Percentage,
  /** At most this much. */
  capMinor: Amount.exactOptional(),
  /** How long the next grant runs; default: as long as this one. */
  validDays: z.int().min(1).max(3660).exactOptional(),
})

const terms = {
  /** What the customer reads on invoices. */
  name: z.string().trim().min(1).max(100).exactOptional(),
  /** Lower is drawn first. */
  priority: z.int().min(0).max(1000).default(50),
  /** Metrics whose lines it pays; default: everything. */
  appliesTo: z.array(z.string().min(1).max(200)).min(1).max(50).exactOptional(),
  rollover: Rollover.exactOptional(),
}

export const NewCreditGrant = z.strictObject({
  customerId: z.string().min(1),
  /** `promotional`: a gift. `paid`: paid for elsewhere, taken over into our books; credit sold here is ordered. */
  kind: z.enum(['promotional', 'paid']).default('promotional'),
  amountMinor: Amount,
  /** Default: the customer's; another one is refused. */
  currency: z.string().exactOptional(),
  ...terms,
  /** Default: now. */
  effectiveAt: At.exactOptional(),
  expiresAt: At.exactOptional(),
  reason: Reason,
  /** The same key makes one grant. */
  key: Key,
})

const purchase = {
  amountMinor: Amount,
  ...terms,
  /** Days from the payment on until it expires. */
  validDays: z.int().min(1).max(3660).exactOptional(),
}

export const NewCreditPurchase = z.strictObject({
  customerId: z.string().min(1),
  currency: z.string().exactOptional(),
  ...purchase,
  /** Instead of `validDays`. */
  expiresAt: At.exactOptional(),
  /** The same key makes one purchase. */
  key: Key,
})

export const TopUpSetting = z.strictObject({
  /** Tops up once the balance, less what the running period has used so far, is below this. */
  thresholdMinor: z.string().regex(/^\d{1,15}$/, 'must be minor units, like "1000"'),
  currency: z.string().exactOptional(),
  ...purchase,
  /** The runaway limit, within a day or month of the customer's calendar: beyond it the top-up is paused. */
  limit: z.strictObject({
    per: z.enum(['day', 'month']).default('month'),
    maxTopUps: z.int().min(1).max(1000),
    maxAmountMinor: Amount,
  }),
})

export const VoidRequest = z.strictObject({ reason: Reason })
