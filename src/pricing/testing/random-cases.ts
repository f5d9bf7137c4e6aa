import * as fc from 'fast-check'
import { monthlyPeriod } from '#src/kernel/time.ts'
import {
  decimal,
  eventCharge,
  heldCharge,
  money,
  quantityCharge,
  rarely,
} from './random-charges.ts'
import type { DocumentJson, EventJson, PlanJson, UsageJson } from './reference-shapes.ts'

/** A document and a period of a subscription on it. */
export interface RandomCase {
  readonly document: DocumentJson
  readonly usage: UsageJson
}

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'America/Santiago',
  'Pacific/Kiritimati',
]
// Clocks are put forward and back in some, one has a leap day, and anchors of the 29th to the 31st meet short months.
const MONTHS = [
  '2026-01',
  '2026-02',
  '2026-03',
  '2026-04',
  '2026-09',
  '2026-10',
  '2026-11',
  '2028-02',
]

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 })

/** Without its undefined keys. */
function defined<T extends object>(map: T): T {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined)) as T
}

const metricMap = (metrics: readonly string[], value: fc.Arbitrary<string>) =>
  fc
    .tuple(...metrics.map((metric) => optional(value).map((one) => [metric, one] as const)))
    .map((entries) => defined(Object.fromEntries(entries) as Record<string, string>))

function planOf(id: string, currency: string): fc.Arbitrary<PlanJson> {
  return fc
    .record({
      basePrice: money,
      includedUsage: metricMap(['bare', 'seats'], decimal(20, 1)),
      overageRates: metricMap(['bare'], decimal(5, 4)),
      charges: fc
        .tuple(
          fc.array(quantityCharge('calls'), { maxLength: 2 }),
          fc.array(eventCharge('sales'), { maxLength: 2 }),
          // In every plan, so that what held before the period has its place in each.
          fc.array(heldCharge('disk'), { minLength: 1, maxLength: 2 }),
        )
        .map((lists) => lists.flat()),
      addons: fc.constantFrom([], [{ id: 'seat', price: '7.77' }]),
      trialDays: rarely(fc.constantFrom('3', '14', '40')),
      trialUsage: optional(fc.constantFrom('billed', 'free')),
      minimum: rarely(money),
      maximum: rarely(decimal(400, 2)),
      commitment: rarely(
        fc
          .tuple(decimal(80, 3), optional(fc.constantFrom('0', '0.8', '1', '1.25', '3')))
          .map(([amount, overageFactor]) => defined({ amount, overageFactor })),
      ),
    })
    .map(({ minimum, maximum, ...plan }) => {
      const bounded = Number(minimum ?? 0) <= Number(maximum ?? Infinity)
      return defined({ id, currency, ...plan, minimum: bounded ? minimum : undefined, maximum })
    }) as fc.Arbitrary<PlanJson>
}

const documents: fc.Arbitrary<DocumentJson> = fc
  .constantFrom('JPY', 'USD', 'KWD', 'CLF')
  .chain((currency) =>
    fc.record({
      roundingRule: fc.constantFrom('ceil', 'floor', 'nearest'),
      proration: fc.constantFrom('day', 'second', 'fixed30', 'none'),
      planChangeDay: fc.constantFrom('new_plan', 'old_plan'),
      tiers: fc.tuple(planOf('a', currency), planOf('b', currency), planOf('c', currency)),
      addons: fc.constant([
        { id: 'seat', price: '9.99' },
        { id: 'flat', price: '12.345', perUnit: false },
      ]),
    }),
  )

const quantities = fc.oneof(
  { weight: 6, arbitrary: decimal(200, 3) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 12 }).map(String) },
  { weight: 1, arbitrary: decimal(60, 2).map((text) => `-${text}`) },
)
const properties = fc
  .record({
    region: optional(fc.constantFrom('eu', 'us')),
    team: optional(fc.constantFrom('a', 'b')),
    unit_price: decimal(3, 4),
  })
  .map(defined) as fc.Arbitrary<EventJson['properties']>

/** Times of a period: anywhere, at full hours, at the starts of local days, and a few that events often share. */
function moments(start: number, end: number): fc.Arbitrary<number> {
  const hours = Math.floor((end - start) / 3_600_000)
  return fc.oneof(
    fc.integer({ min: start, max: end - 1 }),
    fc.integer({ min: 0, max: hours - 1 }).map((hour) => start + hour * 3_600_000),
    fc.integer({ min: 0, max: Math.floor(hours / 24) - 1 }).map((day) => start + day * 86_400_000),
    fc.constantFrom(start, start + 10 * 86_400_000 + 1, end - 1),
  )
}

const text = (at: number) => new Date(at).toISOString()

/** Usage in a monthly period, in quarters and years of a custom window too; most often all of it active. */
function usageIn(start: number, end: number, timeZone: string): fc.Arbitrary<UsageJson> {
  const moment = moments(start, end)
  const at = moment.map(text)
  const event = (metric: string, when: fc.Arbitrary<string>) =>
    fc.record({ metric: fc.constant(metric), timestamp: when, quantity: quantities, properties })
  const before = fc.integer({ min: 1, max: 90 * 86_400_000 }).map((ms) => text(start - ms))
  return fc
    .record({
      plan: fc.constantFrom('a', 'b', 'c'),
      period: fc.constant({ start: text(start), end: text(end) }),
      customer: fc.constant({ country: 'DE', timeZone }),
      usage: fc.constant({}),
      events: fc
        .tuple(
          ...['bare', 'seats', 'calls', 'sales', 'disk', 'ghost'].map((metric) =>
            fc.array(event(metric, at), { maxLength: metric === 'ghost' ? 1 : 6 }),
          ),
          fc.array(event('disk', before), { maxLength: 2 }),
        )
        .map((lists) => lists.flat())
        .chain((list) => fc.shuffledSubarray(list, { minLength: list.length })),
      addons: fc.array(
        fc
          .record({
            id: fc.constantFrom('seat', 'flat'),
            quantity: fc.oneof(fc.integer({ min: 0, max: 9 }).map(String), decimal(3, 2)),
            span: fc.uniqueArray(at, { maxLength: 2 }),
          })
          .map(({ span, ...held }) => {
            const [from, to] = span.sort()
            return defined({ ...held, from, to })
          }),
        { maxLength: 3 },
      ),
      changes: fc
        .uniqueArray(fc.oneof(at, before), { maxLength: 3 })
        .chain((times) =>
          fc.tuple(
            ...times.map((time) =>
              fc.constantFrom('a', 'b', 'c').map((plan) => ({ at: time, plan })),
            ),
          ),
        ),
      startedAt: optional(fc.oneof(at, before)),
      canceledAt: rarely(at),
    })
    .map((usage) => activeOnly(usage as UsageJson))
}

/** What lies outside the active time would be refused; a subscription ends after it has begun. */
function activeOnly(usage: UsageJson): UsageJson {
  const { startedAt, canceledAt, period, events } = usage
  const first = startedAt !== undefined && startedAt > period.start ? startedAt : period.start
  const end = canceledAt !== undefined && canceledAt <= first ? undefined : canceledAt
  const kept = events.filter(
    ({ metric, timestamp }) =>
      (metric === 'disk' || timestamp >= first) && (end === undefined || timestamp < end),
  )
  const { canceledAt: _, ...rest } = usage
  return { ...rest, ...(end === undefined ? {} : { canceledAt: end }), events: kept }
}

/** Any of all that. */
export const randomCases: fc.Arbitrary<RandomCase> = fc
  .record({
    month: fc.constantFrom(...MONTHS),
    anchorDay: fc.constantFrom(1, 1, 15, 28, 29, 30, 31),
    timeZone: fc.constantFrom(...ZONES),
    document: documents,
  })
  .chain(({ month, anchorDay, timeZone, document }) => {
    const { start, end } = monthlyPeriod(month, anchorDay, timeZone)
    const usage = usageIn(start.epochMilliseconds, end.epochMilliseconds, timeZone)
    return fc.record({ document: fc.constant(document), usage })
  })
