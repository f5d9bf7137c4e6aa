import type { Decimal } from '#src/kernel/decimal.ts'
import type { Period } from '#src/kernel/time.ts'
import { groupDigits, type PricedPart } from './models/part.ts'
import type { Proration } from './shapes.ts'
import type { Share } from './proration.ts'

const ACRONYMS = /\b(api|gb|mb|tb|kb|cpu|gpu|sms|url|ai|http|vat|ip|vm|db)\b/gi

/** "api_calls" → "API calls", unless the charge has a name of its own. */
export function metricName(metric: string, name?: string): string {
  if (name !== undefined) return name
  const words = metric.replace(/[_-]+/g, ' ').trim()
  const sentence = words.charAt(0).toUpperCase() + words.slice(1)
  return sentence.replace(ACRONYMS, (word) => word.toUpperCase())
}

/** Overage says what it is above; without an overage rate it is shown and costs nothing. */
export function overagePart(part: PricedPart, included: Decimal): PricedPart {
  const unpriced = part.unitPrice === 0n ? 'no overage rate' : ''
  const above = included > 0n ? `above the included ${groupDigits(included)}` : ''
  return { ...part, note: [above, unpriced].filter(Boolean).join(', ') }
}

/** "API calls (region eu): 90,000 × USD 0.001 (over 10,000 up to 100,000)". */
export function describePart(name: string, group: string, part: PricedPart): string {
  const subject = group === '' ? name : `${name} (${group})`
  const note = part.note === '' ? '' : ` (${part.note})`
  return `${subject}: ${groupDigits(part.quantity)} × ${part.priceText}${note}`
}

/** ", 14 of 28 days (2026-02-15 to 2026-02-28)"; both dates are local and within. */
export function describeShare(
  { part, whole }: Share,
  span: Period,
  timeZone: string,
  method: Proration,
): string {
  const from = span.start.toZonedDateTimeISO(timeZone).toPlainDate().toString()
  const to = span.end.subtract({ nanoseconds: 1 }).toZonedDateTimeISO(timeZone).toPlainDate()
  const counted = method === 'second' ? 'part of the period' : `${part} of ${whole} days`
  return `, ${counted} (${from} to ${to.toString()})`
}
