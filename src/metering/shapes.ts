import { z } from 'zod'
import { formatDecimal, parseDecimal } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'

const MAX_PROPERTY_CHARS = 8_192
/** Far above any real quantity, and far enough below numeric(38, 12) that no bucket's sum can overflow. */
const MAX_QUANTITY = parseDecimal('1000000000000000')
// A JSON number is a double: 15 significant digits survive the way through it unchanged, more may not.
const EXACT_NUMBER_DIGITS = 15

function storableText(maxLength: number) {
  return z
    .preprocess(
      (value) => (Number.isSafeInteger(value) ? String(value) : value),
      z.string('must be text'),
    )
    .refine((text) => text.length > 0 && text.length <= maxLength, {
      error: `must have 1 to ${maxLength} characters`,
      abort: true,
    })
    .refine(isStorable, 'holds characters that cannot be stored')
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/** RFC 3339 with a zone, kept to the millisecond: epoch milliseconds. */
const TimestampMs = z
  .string('must be text like 2026-02-01T00:00:00Z')
  .transform((text, context) => {
    const upper = text.toUpperCase()
    const match = RFC3339.exec(upper)
    const timeMs = match ? Date.parse(upper) : Number.NaN
    // Date.parse reads February 30 as March 2.
    const lastDay = new Date(Date.UTC(Number(match?.[1]), Number(match?.[2]), 0)).getUTCDate()
    if (!Number.isNaN(timeMs) && Number(match?.[3]) <= lastDay) return timeMs
    context.addIssue(`"${text.slice(0, 40)}" is not an instant like 2026-02-01T00:00:00Z`)
    return z.NEVER
  })

function significantDigits(text: string): number {
  const digits = text.replace(/e.*$/i, '').replace(/[^\d]/g, '')
  return digits.replace(/^0+/, '').length
}

/** Decimal text, or a JSON number that a double holds exactly: canonical decimal text. */
const QuantityText = z
  .union([z.string(), z.number()], 'must be a decimal number')
  .transform((value, context) => {
    const text = String(value)
    if (typeof value === 'number' && significantDigits(text) > EXACT_NUMBER_DIGITS) {
      context.addIssue(`more than ${EXACT_NUMBER_DIGITS} digits: send it as a string`)
      return z.NEVER
    }
    try {
      const decimal = parseDecimal(text)
      if (decimal < MAX_QUANTITY && decimal > -MAX_QUANTITY) return formatDecimal(decimal)
      context.addIssue('too large')
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      context.addIssue(error.fields[0]?.message ?? error.message)
    }
    return z.NEVER
  })

const Properties = z.record(z.string(), z.unknown(), 'must be an object').refine((properties) => {
  try {
    const text = JSON.stringify(properties)
    return text.length <= MAX_PROPERTY_CHARS && !/\\u0000|\\ud[89a-f]/i.test(text)
  } catch {
    // Nested so deep that the stack ends.
    return false
  }
}, `must be at most ${MAX_PROPERTY_CHARS} characters of JSON that can be stored`)

/** A usage event under our own names, whatever form it arrived in. */
export const UsageEvent = z.object({
  idempotencyKey: storableText(255),
  /** Given by the sender, or null: we make one. */
  eventId: storableText(255).nullable(),
  metric: storableText(128),
  customerId: storableText(128),
  /** Epoch milliseconds; null means the moment of arrival. */
  timestampMs: TimestampMs.nullable(),
  /** Exact decimal text. */
  quantity: QuantityText,
  namespaceId: storableText(128).nullable(),
  properties: Properties.nullable(),
})
export type UsageEvent = z.infer<typeof UsageEvent>

/** Why an event was not taken; every code but `idempotency_conflict` leaves a dead letter. */
export type RejectionCode =
  | 'malformed'
  | 'unknown_customer'
  | 'future'
  | 'too_old'
  | 'idempotency_conflict'

/** The answer to one event, in the order they were sent. */
export interface EventResult {
  readonly status: 'accepted' | 'duplicate' | 'rejected'
  readonly eventId?: string
  readonly idempotencyKey?: string
  readonly code?: RejectionCode
  readonly reason?: string
}

/** The answer to one delivery. `accounts` names the billing status of those that are not active (M14). */
export interface RecordedUsage {
  readonly results: readonly EventResult[]
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
  readonly accounts?: Readonly<Record<string, string>>
}

/** `unique` counts the distinct values of `property`; `latest` is the quantity of the youngest event, the largest of equals. */
export const TOTALS = ['count', 'sum', 'max', 'min', 'unique', 'latest'] as const
