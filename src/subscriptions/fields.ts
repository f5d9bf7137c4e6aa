import { z } from 'zod'
import { parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'
import { parseInstant, Temporal } from '#src/kernel/time.ts'

/** An RFC 3339 text, or an instant a caller inside the house already has. */
export const At = z
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

/** "2", 2 or "0.5": exact. A number with a fraction has passed through a float, so it is refused. */
export function decimalWhere(isFine: (value: Decimal) => boolean, message: string) {
  return z.union([z.string(), z.int()], { error: message }).transform((value, context) => {
    try {
      const decimal = parseDecimal(String(value))
      if (isFine(decimal)) return decimal
    } catch (error) {
      if (!(error instanceof AppError)) throw error
    }
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })
}

export const AboveZero = decimalWhere((value) => value > 0n, 'must be a decimal above zero')

/** A caller's own id: with it a repeated request is recognised. */
export const OwnId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ -')
