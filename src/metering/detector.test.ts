import { describe, expect, it } from 'vitest'
import { detectCsv, detectSeries, type SeriesRow } from './detector.ts'
import { judgeDays } from './rules/daily-detector.ts'

const START_MS = Date.parse('2026-01-01T00:00:00Z')
const HOUR_MS = 3_600_000

/** Hourly usage with a daily and a weekly season and noise of ±20 %, from a fixed seed. */
function season(hours: number, shape: (value: number, hour: number) => number): SeriesRow[] {
  let seed = 7
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed / 2_147_483_648
  }
  return Array.from({ length: hours }, (_, hour) => {
    const day = 1 + 0.6 * Math.sin((2 * Math.PI * (hour % 24)) / 24)
    const week = Math.floor(hour / 24) % 7 >= 5 ? 0.5 : 1
    const value = 1000 * day * week * (0.8 + 0.4 * random())
    return {
      timestamp: new Date(START_MS + hour * HOUR_MS).toISOString(),
      value: Math.round(shape(value, hour)),
    }
  })
}

const WEEKS_8 = 8 * 7 * 24
const FROM = 6 * 7 * 24 + 34

describe('the detector', () => {
  const cases: [string, (value: number, hour: number) => number, number][] = [
    ['a spike', (value, hour) => (hour === FROM ? value * 6 : value), 1],
    ['a level shift', (value, hour) => (hour >= FROM ? value * 2.5 : value), 12],
    ['a slow leak', (value, hour) => (hour >= FROM ? value + (hour - FROM) * 25 : value), 96],
    ['a drop-out', (value, hour) => (hour >= FROM && hour < FROM + 24 ? 0 : value), 24],
    [
      'a duplicate batch',
      (value, hour) => (hour >= FROM && hour < FROM + 6 ? value * 2 : value),
      6,
    ],
  ]
  it.each(cases)('sees %s in time, with at most one false alarm before', (_, shape, withinRows) => {
    const { scores } = detectSeries(season(WEEKS_8, shape))
    const alarms = scores.flatMap((score, row) => (score >= 0.5 ? [row] : []))
    expect(alarms.some((row) => row >= FROM && row < FROM + withinRows)).toBe(true)
    expect(alarms.filter((row) => row < FROM).length).toBeLessThanOrEqual(1)
  })

  it('scores a row from earlier rows only: what follows changes nothing', () => {
    const rows = season(1000, (value) => value)
    const all = detectSeries(rows).scores
    expect(detectSeries(rows.slice(0, 700)).scores).toEqual(all.slice(0, 700))
    expect(all.every((score) => score >= 0 && score <= 1)).toBe(true)
  })

  it('finds nothing in a flat line', () => {
    expect(detectSeries(season(2000, () => 5)).anomalies).toEqual([])
  })

  it('judges 10,000 rows in less than a second', () => {
    const rows = season(10_000, (value) => value)
    const started = performance.now()
    detectSeries(rows)
    expect(performance.now() - started).toBeLessThan(1000)
  })
})

describe('a series as CSV', () => {
  it.each([
    ['value,timestamp\n1,2', 'line 1: the header must be "timestamp,value"'],
    ['', 'line 1: the header must be "timestamp,value"'],
    ['timestamp,value\n2026-01-01,1\n\n2026-01-02,x', 'line 4: "x" is not a number'],
    ['timestamp,value\n2026-01-01', 'line 2: must be a timestamp and a value'],
    ['timestamp,value\nyesterday,1', 'line 2: "yesterday" is not a timestamp'],
    ['timestamp,value\n2026-13-01,1', 'line 2: "2026-13-01" is not a timestamp'],
  ])('names the line of what it cannot read: %j', (text, message) => {
    expect(() => detectCsv(text)).toThrow(message)
  })

  it('gives one score per row', () => {
    const verdict = detectCsv('timestamp,value\n2026-01-01 00:00:00,1\n2026-01-01 01:00:00,2\n')
    expect(verdict).toEqual({ anomalies: [], scores: [0, 0] })
  })
})

describe('short daily histories', () => {
  const month = (sumOf: (day: number, usual: number) => number) =>
    Array.from({ length: 28 }, (_, day) => {
      const weekday = (day % 7) + 1
      const usual = (weekday > 5 ? 500 : 1000) * (0.8 + 0.1 * ((day * 7) % 5))
      return { weekday, sum: sumOf(day, usual), count: 20 }
    })
  const alarms = (days: ReturnType<typeof month>) =>
    judgeDays(days).flatMap(({ score }, day) => (score >= 0.5 ? [day] : []))

  it('are silent over weekends and noise', () => {
    expect(alarms(month((_, usual) => usual))).toEqual([])
  })

  it('see one day of six times the usage, once, and no fall a week after it', () => {
    for (const spike of [8, 14, 19, 26])
      expect(alarms(month((day, usual) => (day === spike ? 6 * usual : usual)))).toEqual([spike])
  })

  it('see that usage stopped, once', () => {
    expect(alarms(month((day, usual) => (day >= 21 ? 0 : usual)))).toEqual([21])
  })
})
