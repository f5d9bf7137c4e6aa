import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Temporal, type Instant } from '#src/kernel/time.ts'
import { nextMailSlot } from './mail-slot.ts'

const at = (text: string): Instant => Temporal.Instant.from(text)
const slot = (now: string, zone: string, mails: readonly string[] = []) =>
  nextMailSlot(at(now), zone, 'unknown', mails.map(at))?.toString() ?? null

describe('when a dunning mail may be sent (DUNNING_POLICY §4)', () => {
  it.each([
    [
      'a weekday in the morning: at once',
      '2026-03-04T09:30:00Z',
      'Europe/Berlin',
      '2026-03-04T09:30:00Z',
    ],
    ['08:00 is open', '2026-03-04T07:00:00Z', 'Europe/Berlin', '2026-03-04T07:00:00Z'],
    ['before 08:00', '2026-03-04T06:59:59Z', 'Europe/Berlin', '2026-03-04T07:00:00Z'],
    ['19:59 is open', '2026-03-04T18:59:59Z', 'Europe/Berlin', '2026-03-04T18:59:59Z'],
    ['20:00 is quiet', '2026-03-04T19:00:00Z', 'Europe/Berlin', '2026-03-05T07:00:00Z'],
    ['Friday evening', '2026-03-06T20:00:00Z', 'Europe/Berlin', '2026-03-09T07:00:00Z'],
    ['Sunday noon', '2026-03-15T12:00:00Z', 'Europe/Berlin', '2026-03-16T07:00:00Z'],
    [
      'the weekend of the customer, not of London',
      '2026-03-08T22:30:00Z',
      'Asia/Tokyo',
      '2026-03-08T23:00:00Z',
    ],
    [
      'over the night the clocks go forward',
      '2026-03-28T12:00:00Z',
      'Europe/Berlin',
      '2026-03-30T06:00:00Z',
    ],
    [
      'over the night the clocks go back',
      '2026-10-24T12:00:00Z',
      'Europe/Berlin',
      '2026-10-26T07:00:00Z',
    ],
    ['29 February', '2028-02-29T05:00:00Z', 'Europe/Berlin', '2028-02-29T07:00:00Z'],
  ])('%s', (_what, now, zone, expected) => {
    expect(slot(now, zone)).toBe(expected)
  })

  it('leaves 72 hours between mails of a customer, sent or planned', () => {
    const zone = 'Europe/Berlin'
    expect(slot('2026-03-04T07:00:00Z', zone, ['2026-03-02T07:00:00Z'])).toBe(
      '2026-03-05T07:00:00Z',
    )
    // Planned for Monday: a mail on the Friday before would be too close to it.
    expect(slot('2026-03-13T12:00:00Z', zone, ['2026-03-16T07:00:00Z'])).toBe(
      '2026-03-19T07:00:00Z',
    )
  })

  it('sends no fifth mail in a cycle, and begins anew after it', () => {
    const zone = 'Europe/Berlin'
    const four = ['2026-03-02', '2026-03-05', '2026-03-09', '2026-03-16'].map(
      (day) => `${day}T07:00:00Z`,
    )
    expect(slot('2026-03-24T07:00:00Z', zone, four)).toBeNull()
    expect(slot('2026-03-30T07:00:00Z', zone, four)).toBe('2026-03-30T07:00:00Z')
  })

  it('keeps every rule for any sequence of wishes, in any zone', () => {
    const zones = [
      'Europe/Berlin',
      'America/Los_Angeles',
      'Asia/Tokyo',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
    ]
    const wishes = fc.array(fc.integer({ min: 0, max: 120 * 24 * 60 }), { maxLength: 30 })
    fc.assert(
      fc.property(wishes, fc.constantFrom(...zones), (minutes, zone) => {
        const mails: Instant[] = []
        for (const minute of minutes) {
          const now = at('2026-02-20T00:00:00Z').add({ minutes: minute })
          const found = nextMailSlot(now, zone, 'consumer', mails)
          if (found) mails.push(found)
        }
        const sorted = [...mails].sort((a, b) => Temporal.Instant.compare(a, b))
        for (const [index, mail] of sorted.entries()) {
          const local = mail.toZonedDateTimeISO(zone)
          expect(local.dayOfWeek).toBeLessThanOrEqual(5)
          expect(local.hour).toBeGreaterThanOrEqual(8)
          expect(local.hour).toBeLessThan(20)
          const hoursTo = (other: Instant | undefined) =>
            other ? (other.epochMilliseconds - mail.epochMilliseconds) / 3_600_000 : Infinity
          expect(hoursTo(sorted[index + 1])).toBeGreaterThanOrEqual(72)
          expect(hoursTo(sorted[index + 4])).toBeGreaterThanOrEqual(28 * 24)
        }
      }),
      { numRuns: 60 },
    )
  })
})
