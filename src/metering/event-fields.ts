import { canonicalJson } from '#src/kernel/canonical.ts'
import { formatDecimal, parseDecimal } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'

const WRONG = Symbol('wrong')

/** What keeps a field from being read; the symbol tells it from any value that JSON can hold. */
export interface Wrong {
  readonly [WRONG]: string
}

/** The complaint, or null for a value that was read. */
export function complaintOf(read: unknown): string | null {
  return typeof read === 'object' && read !== null && WRONG in read ? (read as Wrong)[WRONG] : null
}

/** A field that has to be there. */
export function required<Value>(
  value: unknown,
  read: (value: unknown) => Value | Wrong,
): Value | Wrong {
  return value === undefined ? wrong('is required') : read(value)
}

/** A field that may be left out, or null. */
export function optional<Value>(
  value: unknown,
  read: (value: unknown) => Value | Wrong,
): Value | Wrong | null {
  return value === undefined ? null : read(value)
}

// Readers of single fields. They see every event of every delivery: the common case is a test or two.

/** Text of 1 to `longest` characters, or a whole number as text. */
export function textReader(longest: number): (value: unknown) => string | Wrong {
  return (value) => readText(value, longest)
}

function readText(value: unknown, longest: number): string | Wrong {
  const text = Number.isSafeInteger(value) ? String(value) : value
  if (typeof text !== 'string') return wrong('must be text')
  if (text.length === 0 || text.length > longest)
    return wrong(`must have 1 to ${longest} characters`)
  return isStorable(text) ? text : wrong('holds characters that cannot be stored')
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i

/** RFC 3339 with a zone, kept to the millisecond: epoch milliseconds. */
export function readTimestampMs(value: unknown): number | Wrong {
  if (typeof value !== 'string') return wrong('must be text like 2026-02-01T00:00:00Z')
  const match = RFC3339.exec(value)
  const timeMs = match ? Date.parse(value.toUpperCase()) : Number.NaN
  // Date.parse reads February 30 as March 2.
  if (
    !Number.isNaN(timeMs) &&
    Number(match?.[3]) <= lastDayOf(Number(match?.[1]), Number(match?.[2]))
  )
    return timeMs
  return wrong(`"${value.slice(0, 40)}" is not an instant like 2026-02-01T00:00:00Z`)
}

function lastDayOf(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

/** Far above any real quantity, and far enough below numeric(38, 12) that no bucket's sum can overflow. */
const MAX_QUANTITY = parseDecimal('1000000000000000')
// A JSON number is a double: 15 significant digits survive the way through it unchanged, more may not.
const EXACT_NUMBER_DIGITS = 15
/** Already as `formatDecimal` writes it, and not too large. */
const CANONICAL = /^-?(?:[1-9]\d{0,14}|0)$/

/** Decimal text, or a JSON number that a double holds exactly: canonical decimal text. */
export function readQuantity(value: unknown): string | Wrong {
  if (typeof value !== 'string' && typeof value !== 'number')
    return wrong('must be a decimal number')
  const text = String(value)
  if (CANONICAL.test(text) && text !== '-0') return text
  if (typeof value === 'number' && significantDigits(text) > EXACT_NUMBER_DIGITS)
    return wrong(`more than ${EXACT_NUMBER_DIGITS} digits: send it as a string`)
  try {
    const decimal = parseDecimal(text)
    return decimal < MAX_QUANTITY && decimal > -MAX_QUANTITY
      ? formatDecimal(decimal)
      : wrong('too large')
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return wrong(error.fields[0]?.message ?? error.message)
  }
}

function significantDigits(text: string): number {
  const digits = text.replace(/e.*$/i, '').replace(/[^\d]/g, '')
  return digits.replace(/^0+/, '').length
}

const MAX_PROPERTY_CHARS = 8_192
/** NUL or half a surrogate pair, as JSON escapes them; an escaped backslash before "u" is text. */
const UNSTORABLE_ESCAPE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i

/** An object of a size and of characters that can be stored, as canonical JSON. */
export function readProperties(value: unknown): string | Wrong {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return wrong('must be an object')
  try {
    const text = canonicalJson(value)
    if (text.length <= MAX_PROPERTY_CHARS && !UNSTORABLE_ESCAPE.test(text)) return text
  } catch (error) {
    // Nested so deep that the stack ends.
    if (!(error instanceof RangeError)) throw error
  }
  return wrong(`must be at most ${MAX_PROPERTY_CHARS} characters of JSON that can be stored`)
}

function wrong(message: string): Wrong {
  return { [WRONG]: message }
}
