import { parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import type { Instant } from '#src/kernel/time.ts'

/** A rate as a fraction, and the local date it holds from: what an invoice keeps of it. */
export interface DatedRate {
  readonly rate: Decimal
  /** "2021-01-01" */
  readonly since: string
}

/** Oldest first. Rates change at midnight of the place's own calendar. */
export interface RateHistory {
  readonly timeZone: string
  readonly rates: readonly DatedRate[]
}

/** Reads "2010-01-01 20, 2012-09-01 21": dates and per cents, oldest first. */
export function rateHistory(timeZone: string, table: string): RateHistory {
  const rates = table.split(',').map((entry): DatedRate => {
    const [since = '', percent = ''] = entry.trim().split(' ')
    return { since, rate: (parseDecimal(percent) / 100n) as Decimal }
  })
  return { timeZone, rates }
}

/** The rate in force at an instant; the oldest for everything before it, since nothing so old is billed. */
export function rateAt({ timeZone, rates }: RateHistory, at: Instant): DatedRate {
  const day = at.toZonedDateTimeISO(timeZone).toPlainDate().toString()
  const found = rates.findLast(({ since }) => since <= day) ?? rates[0]
  if (!found) throw new Error('a rate history without rates')
  return found
}
