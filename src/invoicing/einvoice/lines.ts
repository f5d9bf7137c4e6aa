import type { Currency } from '#src/kernel/currency.ts'
import type { Instant, Period } from '#src/kernel/time.ts'
import type { DraftLine } from '../decision.ts'
import { amountText, linePrice } from './amounts.ts'
import type { Allowance, Days, TradeLine } from './model.ts'
import { unitOf } from './units.ts'

/** What takes something off the whole invoice, not the credit of a service: coupons, reached maximums, prepaid credit. */
const DISCOUNTS = new Set(['coupon', 'maximum_discount', 'credit'])

export function isAllowance({ kind, amountMinor }: DraftLine): boolean {
  return DISCOUNTS.has(kind) && amountMinor < 0n
}

/** BG-20 */
export function allowanceOf(line: DraftLine, currency: Currency): Allowance {
  return { amount: amountText(-line.amountMinor, currency), reason: line.description }
}

/** BG-25. A line tells its period where it is not the invoice's. */
export function tradeLine(
  line: DraftLine,
  index: number,
  invoice: { readonly currency: Currency; readonly period: Period; readonly timeZone: string },
): TradeLine {
  const { start, end } = invoice.period
  const whole = line.period.start.equals(start) && line.period.end.equals(end)
  return {
    id: (index + 1).toString(),
    name: line.description,
    itemId: line.metric,
    unit: unitOf(line.metric),
    net: amountText(line.amountMinor, invoice.currency),
    ...linePrice(line, invoice.currency),
    period: whole ? null : daysOf(line.period, invoice.timeZone),
  }
}

export function dayOf(at: Instant, timeZone: string): string {
  return at.toZonedDateTimeISO(timeZone).toPlainDate().toString()
}

/** First and last day of a half-open period; of an empty one its day. */
export function daysOf({ start, end }: Period, timeZone: string): Days {
  const first = dayOf(start, timeZone)
  const last = dayOf(end.subtract({ milliseconds: 1 }), timeZone)
  return { start: first, end: last < first ? first : last }
}
