import { z } from 'zod'
import { parseCurrency, type Currency } from '#src/kernel/currency.ts'
import { parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'
import { parseInstant, type Instant } from '#src/kernel/time.ts'

// Values arrive from readSource or readJson: numbers are their source text, so a schema for a number reads a string.

/** Short text that names a thing. */
export const NameText = z
  .string()
  .min(1, 'must not be empty')
  .max(200, 'longer than 200 characters')

/** An exact decimal, kept as scaled bigint. */
export const ExactDecimal = decimalWhere(() => undefined)

/** Prices, allowances and limits: never below zero. */
export const PositiveOrZero = decimalWhere((value) =>
  value < 0n ? 'must not be negative' : undefined,
)

/** Sizes that something is divided by. */
export const AboveZero = decimalWhere((value) => (value <= 0n ? 'must be above zero' : undefined))

export const CurrencyCode = z.string().transform((text, context): Currency => {
  try {
    return parseCurrency(text)
  } catch (error) {
    context.addIssue(reasonOf(error))
    return z.NEVER
  }
})

/** Whole number from 0 to 9999999. */
export const WholeNumber = z
  .string()
  .regex(/^\d{1,7}$/, 'must be a whole number of at least 0')
  .transform((text) => Number.parseInt(text, 10))

/** RFC 3339 instant, or a date alone: its start in UTC. */
export const InstantValue = z.string().transform((text, context): Instant => {
  try {
    return parseInstant(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text)
  } catch (error) {
    context.addIssue(reasonOf(error))
    return z.NEVER
  }
})

/** The same in canonical text, for what is stored as JSON. */
export const InstantText = InstantValue.transform((at) => at.toString())

/** Text, or true/false read as text: what an event's property can be compared with. */
export const PropertyText = z.preprocess(
  (value) => (typeof value === 'boolean' ? String(value) : value),
  z.string(),
)

function decimalWhere(flawOf: (value: Decimal) => string | undefined) {
  return z.string({ error: decimalError }).transform((text, context): Decimal => {
    try {
      const value = parseDecimal(text)
      const flaw = flawOf(value)
      if (flaw === undefined) return value
      context.addIssue(flaw)
    } catch (error) {
      context.addIssue(reasonOf(error))
    }
    return z.NEVER
  })
}

function decimalError(issue: { readonly input?: unknown }): string {
  return issue.input === undefined ? 'is required' : 'must be a decimal number'
}

function reasonOf(error: unknown): string {
  if (error instanceof AppError) return error.fields[0]?.message ?? error.message
  throw error
}
