import type { Instant, Period } from '#src/kernel/time.ts'
import type { DraftLine } from '../decision.ts'
import { lineWords } from '../line-rows.ts'
import type { InvoiceView } from '../view.ts'
import { amountText, linePrice } from './amounts.ts'
import type { Allowance, Days, TradeLine } from './model.ts'
import { unitOf } from './units.ts'

/** What takes something off the whole invoice, not the credit of a service: coupons, reached maximums, prepaid credit. */
const DISCOUNTS = new Set(['coupon', 'maximum_discount', 'credit'])

export function isAllowance({ kind, amountMinor }: DraftLine): boolean {
  return DISCOUNTS.has(kind) && amountMinor < 0n
}

/** BG-20 */
export function allowanceOf(line: DraftLine, view: InvoiceView): Allowance {
  const { subject, detail } = lineWords(line, view)
  return {
    amount: amountText(-line.amountMinor, view.doc.currency),
    reason: [subject, detail].filter((text) => text !== '').join(': '),
  }
}

/** BG-25. A line tells its period where it is not the invoice's. */
export function tradeLine(line: DraftLine, index: number, view: InvoiceView): TradeLine {
  const { currency, periodStart, periodEnd, presentation } = view.doc
  const whole = line.period.start.equals(periodStart) && line.period.end.equals(periodEnd)
  const { subject, detail } = lineWords(line, view)
  return {
    id: (index + 1).toString(),
    name: subject,
    description: detail === '' ? null : detail,
    itemId: line.metric,
    unit: unitOf(line.metric),
    net: amountText(line.amountMinor, currency),
    ...linePrice(line, currency),
    period: whole ? null : daysOf(line.period, presentation.timeZone),
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
