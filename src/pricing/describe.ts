import { decimalOf, type Decimal } from '#src/kernel/decimal.ts'
import type { Instant, Period } from '#src/kernel/time.ts'
import type { Charge } from './charge-shapes.ts'
import { keptEnglish, saidOnce } from './fixed-phrases.ts'
import { groupDigits } from './models/part.ts'
import {
  ENGLISH_PHRASES,
  phrase,
  wordsOf,
  type LineWording,
  type Phrase,
  type PhraseFormats,
} from './phrases.ts'
import { isWhole, type Share } from './proration.ts'
import type { Proration } from './shapes.ts'

const ACRONYMS = /\b(api|gb|mb|tb|kb|cpu|gpu|sms|url|ai|http|vat|ip|vm|db)\b/gi

/** "api_calls" → "API calls", unless the charge has a name of its own. */
export function metricName(metric: string, name?: string): string {
  if (name !== undefined) return name
  const words = metric.replace(/[_-]+/g, ' ').trim()
  const sentence = words.charAt(0).toUpperCase() + words.slice(1)
  return sentence.replace(ACRONYMS, (word) => word.toUpperCase())
}

/** Overage says what it is above; without an overage rate it is shown and costs nothing. */
export const overageNotes = saidOnce((charge: Charge): readonly Phrase[] => [
  ...(charge.freeUnits > 0n ? [phrase('aboveIncluded', { number: charge.freeUnits })] : []),
  ...('unitPrice' in charge && charge.unitPrice === 0n ? [phrase('noOverageRate')] : []),
])

/** "API calls (region eu): 90,000 × USD 0.001 (over 10,000 up to 100,000)". */
export function describeUsage(
  { subject: name, group, price, notes: said }: LineWording,
  quantity: Decimal,
  currency: string,
): string {
  const say = (one: Phrase) => keptEnglish(one, currency, englishOf)
  const subject = group === '' ? name : `${name} (${group})`
  const notes = said.length === 0 ? '' : ` (${said.map(say).join(', ')})`
  return `${subject}: ${groupDigits(quantity)} × ${price ? say(price) : ''}${notes}`
}

/** "Pro: base fee, 14 of 28 days (…)"; `first` stands before the first note. */
export function describePlain(
  { subject, notes }: LineWording,
  first = ': ',
  currency = '',
): string {
  const words = notes.map((said) => englishOf(said, currency))
  return words.length === 0 ? subject : `${subject}${first}${words.join(', ')}`
}

function englishOf(said: Phrase, currency: string): string {
  return wordsOf(said, ENGLISH_PHRASES, englishFormats(currency))
}

function englishFormats(currency: string): PhraseFormats {
  return {
    quantity: groupDigits,
    // Every digit of a unit price, which may be finer than the currency's.
    unitPrice: (value) => `${currency} ${groupDigits(value)}`,
    date: (day) => day,
  }
}

/** "14 of 28 days (2026-02-15 to 2026-02-28)" of a part; both dates are local and within. */
export function sharePhrases(
  share: Share,
  span: Period,
  timeZone: string,
  method: Proration,
): Phrase[] {
  if (isWhole(share)) return []
  const localDay = (at: Instant) => at.toZonedDateTimeISO(timeZone).toPlainDate()
  const { part, whole, unit } = share
  const byDays = method !== 'second' && unit !== 'moments'
  // By days the day on which a part ends belongs to what begins on it, whatever the hour.
  const last = byDays
    ? localDay(span.end).subtract({ days: 1 })
    : localDay(span.end.subtract({ nanoseconds: 1 }))
  const dates = { date: localDay(span.start).toString(), date2: last.toString() }
  if (!byDays) return [phrase('partOfPeriod', dates)]
  return [phrase('days', { ...dates, number: decimalOf(part), number2: decimalOf(whole) })]
}
