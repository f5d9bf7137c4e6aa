// Days of the second rater, from the runtime's own zone data; instants are milliseconds.

export type Span = readonly [from: number, to: number]

interface LocalDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

function localDate(at: number, timeZone: string): LocalDate {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-u-ca-iso8601', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    })
  formats.set(timeZone, format)
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  return {
    year: parts.get('year') ?? 0,
    month: parts.get('month') ?? 0,
    day: parts.get('day') ?? 0,
  }
}

/** Days since 1970 of the local date at an instant. */
export function dayNumber(at: number, timeZone: string): number {
  const { year, month, day } = localDate(at, timeZone)
  return Date.UTC(year, month - 1, day) / 86_400_000
}

/** Whether the local day before ends at this very instant. */
export function beginsDay(at: number, timeZone: string): boolean {
  return dayNumber(at - 1, timeZone) < dayNumber(at, timeZone)
}

/** Day number in a year of twelve months of 30 days each: the 31st is the 30th. */
export function dayOf360(days: number): number {
  const date = new Date(days * 86_400_000)
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
  return year * 360 + month * 30 + Math.min(day, 30)
}

/** So many local days later at the same local time; found by trying, as the clock may have been put forward or back. */
export function daysLater(at: number, days: number, timeZone: string): number {
  const clock = (instant: number) =>
    new Date(instant).toLocaleString('en-GB', { timeZone, timeStyle: 'medium' })
  const wanted = dayNumber(at, timeZone) + days
  const plain = at + days * 86_400_000
  const tries = [0, -1, 1, -0.5, 0.5].map((hours) => plain + hours * 3_600_000)
  const found = tries.find((one) => dayNumber(one, timeZone) === wanted && clock(one) === clock(at))
  // A local time that is left out when clocks are put forward is as much later.
  return found ?? plain
}
