import {
  isBefore,
  monthlyPeriod,
  periodNameAt,
  type Instant,
  type Period,
} from '#src/kernel/time.ts'
import type { PricingDocument } from './shapes.ts'

/** Months in one metering window of the document. */
export function windowMonthsOf(document: PricingDocument): number {
  switch (document.meteringWindow) {
    case 'monthly':
      return 1
    case 'annual':
      return 12
    case 'custom':
      return document.windowMonths ?? 1
  }
}

/** What decides where a subscription's windows lie. */
export interface WindowTerms {
  readonly windowMonths: number
  readonly anchorDay: number
  readonly timeZone: string
  readonly startedAt: Instant
  readonly canceledAt?: Instant | null
}

export interface MeteringWindow {
  readonly period: Period
  /** "2026-12": the month whose billing run invoices the window. */
  readonly billedIn: string
}

/**
 * The metering window that holds the monthly period named `month`. Windows are runs of `windowMonths` monthly periods,
 * the first beginning with the one in which the subscription starts. The run of a window's last month bills it; where
 * the subscription ends within the window, the run of the month in which it ends.
 * @throws invalid_input unless `month` reads YYYY-MM.
 */
export function meteringWindow(month: string, terms: WindowTerms): MeteringWindow {
  const { windowMonths, anchorDay, timeZone, startedAt, canceledAt } = terms
  const own = monthlyPeriod(month, anchorDay, timeZone)
  if (windowMonths === 1) return { period: own, billedIn: month }
  const index = monthIndex(month)
  const behind = index - monthIndex(periodNameAt(startedAt, anchorDay, timeZone))
  const first = index - (((behind % windowMonths) + windowMonths) % windowMonths)
  const last = monthName(first + windowMonths - 1)
  const period = {
    start: monthlyPeriod(monthName(first), anchorDay, timeZone).start,
    end: monthlyPeriod(last, anchorDay, timeZone).end,
  }
  if (!canceledAt || !isBefore(period.start, canceledAt) || !isBefore(canceledAt, period.end))
    return { period, billedIn: last }
  const lastMoment = canceledAt.subtract({ nanoseconds: 1 })
  return {
    period,
    billedIn: periodNameAt(lastMoment, anchorDay, timeZone),
  }
}

function monthIndex(month: string): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1
}

function monthName(index: number): string {
  const year = String(Math.floor(index / 12)).padStart(4, '0')
  return `${year}-${String((index % 12) + 1).padStart(2, '0')}`
}
