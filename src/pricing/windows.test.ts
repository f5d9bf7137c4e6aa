import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { monthlyPeriod, parseInstant } from '#src/kernel/time.ts'
import { meteringWindow } from './windows.ts'

const terms = (windowMonths: number, startedAt: string, anchorDay = 1, canceledAt?: string) => ({
  windowMonths,
  anchorDay,
  timeZone: 'Europe/Berlin',
  startedAt: parseInstant(startedAt),
  ...(canceledAt === undefined ? {} : { canceledAt: parseInstant(canceledAt) }),
})

/** "start – end in month": local midnights of Berlin read as days. */
function windowOf(month: string, of: ReturnType<typeof terms>): string {
  const { period, billedIn } = meteringWindow(month, of)
  const day = (at: typeof period.start) =>
    at.toZonedDateTimeISO('Europe/Berlin').toPlainDate().toString()
  return `${day(period.start)} – ${day(period.end)} in ${billedIn}`
}

describe('metering windows', () => {
  test.each([
    ['2026-02', 1, '2026-01-20T00:00:00Z', 1, '2026-02-01 – 2026-03-01 in 2026-02'],
    ['2026-01', 3, '2026-01-20T00:00:00Z', 1, '2026-01-01 – 2026-04-01 in 2026-03'],
    ['2026-03', 3, '2026-01-20T00:00:00Z', 1, '2026-01-01 – 2026-04-01 in 2026-03'],
    ['2026-04', 3, '2026-01-20T00:00:00Z', 1, '2026-04-01 – 2026-07-01 in 2026-06'],
    ['2025-12', 3, '2026-01-20T00:00:00Z', 1, '2025-10-01 – 2026-01-01 in 2025-12'],
    ['2027-01', 12, '2025-02-28T23:00:00Z', 1, '2026-03-01 – 2027-03-01 in 2027-02'],
    // Before the anchor day a subscription begins in the month before.
    ['2026-01', 2, '2026-01-20T00:00:00Z', 31, '2025-12-31 – 2026-02-28 in 2026-01'],
    ['2026-02', 2, '2026-01-20T00:00:00Z', 31, '2026-02-28 – 2026-04-30 in 2026-03'],
    ['2028-01', 2, '2028-01-31T00:00:00Z', 30, '2028-01-30 – 2028-03-30 in 2028-02'],
    ['2026-02', 120, '2026-01-01T00:00:00Z', 15, '2025-12-15 – 2035-12-15 in 2035-11'],
  ])('%s of %i months from %s on the %ith: %s', (month, months, startedAt, anchor, window) => {
    expect(windowOf(month, terms(months, startedAt, anchor))).toBe(window)
  })

  test.each([
    ['within', '2026-02-10T00:00:00Z', '2026-02'],
    ['at the end of a month', '2026-01-31T23:00:00Z', '2026-01'],
    ['just after it', '2026-01-31T23:00:00.001Z', '2026-02'],
    ['at the window’s end', '2026-03-31T22:00:00Z', '2026-03'],
    ['before the window', '2025-12-31T23:00:00Z', '2026-03'],
    ['after the window', '2026-09-01T00:00:00Z', '2026-03'],
  ])('an end %s is billed in its month', (_name, canceledAt, billedIn) => {
    const of = terms(3, '2025-10-01T00:00:00Z', 1, canceledAt)
    expect(meteringWindow('2026-02', of).billedIn).toBe(billedIn)
  })

  test('follow each other without gap or overlap, each billed once, whatever anchor and zone', () => {
    const zone = fc.constantFrom('UTC', 'America/New_York', 'Asia/Kathmandu', 'Africa/Cairo')
    const [anchor, length] = [fc.integer({ min: 1, max: 31 }), fc.integer({ min: 1, max: 18 })]
    const start = fc.integer({ min: 0, max: 700 * 24 })
    fc.assert(
      fc.property(zone, anchor, length, start, (timeZone, anchorDay, windowMonths, hours) => {
        const startedAt = parseInstant('2026-01-01T00:00:00Z').add({ hours })
        const billed = new Map<string, string>()
        for (let index = 0; index < 60; index += 1) {
          const month = `${2026 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`
          const window = meteringWindow(month, { windowMonths, anchorDay, timeZone, startedAt })
          const own = monthlyPeriod(month, anchorDay, timeZone)
          expect(window.period.start.epochMilliseconds <= own.start.epochMilliseconds).toBe(true)
          expect(own.end.epochMilliseconds <= window.period.end.epochMilliseconds).toBe(true)
          billed.set(
            window.billedIn,
            `${window.period.start.toString()} ${window.period.end.toString()}`,
          )
        }
        const spans = [...billed.values()].map((text) => text.split(' '))
        expect(spans.slice(1).map(([from]) => from)).toEqual(
          spans.slice(0, -1).map(([, end]) => end),
        )
      }),
      { numRuns: 40 },
    )
  })
})
