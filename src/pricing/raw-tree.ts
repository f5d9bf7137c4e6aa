import { parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'

// A document as it was read, before a schema has looked at it: what is malformed is stepped over.

export type Raw = Readonly<Record<string, unknown>>
export type Report = (path: string, message: string) => void

export function mapOf(value: unknown): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {}
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

export function decimalIn(map: Raw, key: string): Decimal | undefined {
  const text = map[key]
  if (typeof text !== 'string') return undefined
  try {
    return parseDecimal(text)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

/** Reports a range whose end lies before its beginning. */
export function reportReversed(
  map: Raw,
  low: string,
  high: string,
  path: string,
  report: Report,
): void {
  const [from, to] = [decimalIn(map, low), decimalIn(map, high)]
  if (from !== undefined && to !== undefined && from > to)
    report(`${path}.${high}`, `must not be below ${low}`)
}
