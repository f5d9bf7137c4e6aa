import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  contains,
  localDaysBetween,
  monthlyPeriod,
  parseInstant,
  periodNameAt,
  Temporal,
} from './time.ts'

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Apia',
]

it.each([
  ['2026-01', 31, 'UTC', '2026-01-31T00:00:00Z', '2026-02-28T00:00:00Z'],
  ['2026-02', 31, 'UTC', '2026-02-28T00:00:00Z', '2026-03-31T00:00:00Z'],
  ['2024-02', 30, 'UTC', '2024-02-29T00:00:00Z', '2024-03-30T00:00:00Z'],
  ['2026-03', 1, 'Europe/Berlin', '2026-02-28T23:00:00Z', '2026-03-31T22:00:00Z'],
  ['2026-02', 1, 'Asia/Kolkata', '2026-01-31T18:30:00Z', '2026-02-28T18:30:00Z'],
])('%s with anchor %i in %s is %s to %s', (name, anchor, zone, start, end) => {
  const period = monthlyPeriod(name, anchor, zone)
  expect([String(period.start), String(period.end)]).toEqual([start, end])
})

it('puts every instant into exactly one period, and periods touch without a gap', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_577_836_800, max: 1_893_456_000 }),
      fc.integer({ min: 1, max: 31 }),
      fc.constantFrom(...zones),
      (seconds, anchor, zone) => {
        const at = Temporal.Instant.fromEpochMilliseconds(seconds * 1000)
        const name = periodNameAt(at, anchor, zone)
        const next = Temporal.PlainYearMonth.from(name).add({ months: 1 }).toString()
        expect(contains(monthlyPeriod(name, anchor, zone), at)).toBe(true)
        expect(
          monthlyPeriod(next, anchor, zone).start.equals(monthlyPeriod(name, anchor, zone).end),
        ).toBe(true)
      },
    ),
  )
})

it('counts local days, a day of 23 or 25 hours as one', () => {
  const berlin = (text: string) => parseInstant(text)
  expect(
    localDaysBetween(
      berlin('2026-03-28T12:00:00Z'),
      berlin('2026-03-29T22:00:00Z'),
      'Europe/Berlin',
    ),
  ).toBe(2)
  expect(
    localDaysBetween(
      berlin('2026-03-28T23:00:00Z'),
      berlin('2026-03-29T21:59:00Z'),
      'Europe/Berlin',
    ),
  ).toBe(0)
})

it.each(['2026-13', '2026-2', 'February'])('refuses the period %s', (name) => {
  expect(() => monthlyPeriod(name, 1, 'UTC')).toThrow(/period/)
})

it('reads every instant as the general parser does, by whichever way', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (ms) => {
      const at = Temporal.Instant.fromEpochMilliseconds(ms)
      for (const text of [at.toString(), at.toString({ fractionalSecondDigits: 3 })])
        expect(parseInstant(text).epochMilliseconds).toBe(ms)
    }),
  )
  expect(parseInstant('2026-02-01T01:00:00.123456+01:00').epochNanoseconds).toBe(
    1_769_904_000_123_456_000n,
  )
})

it.each([
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-02-01T25:00:00Z',
  '2026-02-01',
  'now',
])('refuses the instant %s', (text) => {
  expect(() => parseInstant(text)).toThrow(/timestamp/)
})
