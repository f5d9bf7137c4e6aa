import { Temporal, type Instant } from '#src/kernel/time.ts'

const MONTH_WORDS: readonly (readonly string[])[] = [
  ['jan', 'enero', 'gennaio'],
  ['feb', 'fév', 'fev'],
  ['mar', 'mär', 'maa'],
  ['apr', 'avr', 'abr'],
  ['may', 'mai', 'mayo', 'mag', 'mei'],
  ['jun', 'juin', 'giu'],
  ['jul', 'juil', 'lug'],
  ['aug', 'aoû', 'ago'],
  ['sep', 'set'],
  ['oct', 'okt', 'ott'],
  ['nov'],
  ['dec', 'dez', 'déc', 'dic'],
]
const WEEKDAYS: readonly (readonly string[])[] = [
  ['monday', 'montag', 'lundi', 'lunes', 'lunedì', 'maandag'],
  ['tuesday', 'dienstag', 'mardi', 'martes', 'martedì', 'dinsdag'],
  ['wednesday', 'mittwoch', 'mercredi', 'miércoles', 'mercoledì', 'woensdag'],
  ['thursday', 'donnerstag', 'jeudi', 'jueves', 'giovedì', 'donderdag'],
  ['friday', 'freitag', 'vendredi', 'viernes', 'venerdì', 'vrijdag'],
  ['saturday', 'samstag', 'samedi', 'sábado', 'sabato', 'zaterdag'],
  ['sunday', 'sonntag', 'dimanche', 'domingo', 'domenica', 'zondag'],
]
const TOMORROW = /\b(tomorrow|morgen|demain|mañana|domani)\b/iu
const IN_DAYS =
  /\b(?:in|dans|en|tra|over|within|innerhalb von)\s+(\d{1,2})\s+(day|tag|jour|día|giorn|dag)/iu
const IN_WEEKS =
  /\b(?:in|dans|en|tra|over|within)\s+(\d)\s+(week|woche|semaine|semana|settiman|we)/iu

/** The day the customer names for paying, today or later in the account's zone; null when none is named clearly. */
export function promiseDate(text: string, now: Instant, timeZone: string): string | null {
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate()
  const named =
    isoDate(text) ??
    dottedDate(text, today) ??
    slashedDate(text, today) ??
    monthDate(text, today) ??
    relativeDate(text, today)
  if (!named || Temporal.PlainDate.compare(named, today) < 0) return null
  return named.toString()
}

/** Whether a day stands there that reads two ways: "3/4" is March in one country and April in another. */
export function hasAmbiguousDate(text: string): boolean {
  return slashedDates(text).some(
    ([first, second]) => first <= 12 && second <= 12 && first !== second,
  )
}

function slashedDates(text: string): [number, number][] {
  const found = text.matchAll(/(?<![\d/.])(\d{1,2})\/(\d{1,2})(?:\/(?:\d{4}|\d{2}))?(?![\d/])/g)
  return [...found].map(([, first, second]) => [Number(first), Number(second)])
}

/** "20/3" and "3/20" are clear: only one of the two can be a month. */
function slashedDate(text: string, today: Temporal.PlainDate) {
  const [clear] = slashedDates(text).filter(([first, second]) => first > 12 || second > 12)
  if (!clear || hasAmbiguousDate(text)) return null
  const [first, second] = clear
  return first > 12 ? upcoming(today, second, first) : upcoming(today, first, second)
}

function dateOrNull(year: number, month: number, day: number): Temporal.PlainDate | null {
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' })
  } catch {
    return null
  }
}

/** A day without a year is the next one of that name. */
function upcoming(today: Temporal.PlainDate, month: number, day: number) {
  const thisYear = dateOrNull(today.year, month, day)
  if (thisYear && Temporal.PlainDate.compare(thisYear, today) >= 0) return thisYear
  return dateOrNull(today.year + 1, month, day)
}

function isoDate(text: string) {
  const match = /\b(\d{4})-(\d{2})-(\d{2})\b/.exec(text)
  return match ? dateOrNull(Number(match[1]), Number(match[2]), Number(match[3])) : null
}

function dottedDate(text: string, today: Temporal.PlainDate) {
  const match = /\b(\d{1,2})\.\s?(\d{1,2})\.(?:\s?(\d{4}|\d{2})\b)?/.exec(text)
  if (!match) return null
  const [, day, month, year] = match
  if (year === undefined) return upcoming(today, Number(month), Number(day))
  return dateOrNull(
    year.length === 2 ? 2000 + Number(year) : Number(year),
    Number(month),
    Number(day),
  )
}

function monthOf(word: string): number | null {
  const lower = word.toLowerCase()
  const index = MONTH_WORDS.findIndex((starts) => starts.some((start) => lower.startsWith(start)))
  return index < 0 ? null : index + 1
}

function monthDate(text: string, today: Temporal.PlainDate) {
  const dayFirst = /\b(\d{1,2})(?:st|nd|rd|th|\.|º)?\s+(?:of |de )?(\p{L}{3,10})\b/giu
  for (const match of text.matchAll(dayFirst)) {
    const month = monthOf(match[2] ?? '')
    if (month !== null) return upcoming(today, month, Number(match[1]))
  }
  const monthFirst = /\b(\p{L}{3,10})\s+(\d{1,2})(?:st|nd|rd|th)?\b/giu
  for (const match of text.matchAll(monthFirst)) {
    const month = monthOf(match[1] ?? '')
    if (month !== null) return upcoming(today, month, Number(match[2]))
  }
  return null
}

function relativeDate(text: string, today: Temporal.PlainDate) {
  const days = IN_DAYS.exec(text)
  if (days) return today.add({ days: Number(days[1]) })
  const weeks = IN_WEEKS.exec(text)
  if (weeks) return today.add({ weeks: Number(weeks[1]) })
  const lower = text.toLowerCase()
  const weekday = WEEKDAYS.findIndex((names) => names.some((name) => lower.includes(name)))
  if (weekday >= 0) return today.add({ days: (weekday + 1 - today.dayOfWeek + 7) % 7 || 7 })
  return TOMORROW.test(text) && !/guten morgen/i.test(text) ? today.add({ days: 1 }) : null
}
