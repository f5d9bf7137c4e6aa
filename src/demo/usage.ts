import { Temporal } from '#src/kernel/time.ts'
import { DAYS, METRIC, SEED, SPIKE, type DemoAccount } from './acme.ts'
import { seededRandom, type Random } from '#src/kernel/random.ts'

/** A usage event as it goes over the wire (M1). */
interface WireEvent {
  readonly event_id: string
  readonly idempotency_key: string
  readonly event_type: string
  readonly timestamp: string
  readonly customer_id: string
  readonly quantity: string
  readonly properties: {
    readonly region: string
    readonly endpoint: string
    readonly api_key: string
  }
}

/** What is sent on one day: good events (some a second time, some days late) and malformed ones. */
export interface DayOfUsage {
  readonly events: readonly unknown[]
  readonly unique: number
  readonly duplicates: number
}

const EVENTS_PER_DAY = 20
const EXACT_TOTAL = 247_891
const WEEKEND_SHARE = 0.6

function shares(random: Random, total: number, parts: number): number[] {
  const weights = Array.from({ length: parts }, () => 0.5 + random.next())
  const sum = weights.reduce((a, b) => a + b, 0)
  const whole = weights.map((weight) => Math.max(1, Math.floor((total * weight) / sum)))
  whole[0] = (whole[0] ?? 0) + total - whole.reduce((a, b) => a + b, 0)
  return whole
}

function callsOn(account: DemoAccount, day: number, random: Random): number {
  if (account.id === '1047') {
    // 28 days that sum to the one number finance looks for.
    const daily = Math.floor(EXACT_TOTAL / 28)
    return day === 28 ? EXACT_TOTAL - daily * 27 : daily
  }
  const weekday = Temporal.PlainDate.from({ year: 2026, month: 2, day }).dayOfWeek
  const rhythm = weekday >= 6 ? WEEKEND_SHARE : 1
  const spike = account.id === SPIKE.customerId && day === SPIKE.day ? SPIKE.factor : 1
  return Math.round(account.dailyCalls * rhythm * (0.9 + 0.2 * random.next()) * spike)
}

/** The events of one account on one local day of February; the same seed, the same bytes. */
function eventsOf(account: DemoAccount, day: number): WireEvent[] {
  if (account.collection === 'none' || day < account.startDay) return []
  const random = seededRandom(SEED * 31 + Number(account.id) * 101 + day)
  const startMs = Temporal.PlainDate.from({ year: 2026, month: 2, day })
    .toZonedDateTime(account.place.timeZone)
    .toInstant().epochMilliseconds
  const spiking = account.id === SPIKE.customerId && day === SPIKE.day
  return shares(random, callsOn(account, day, random), EVENTS_PER_DAY).map((quantity, index) => ({
    event_id: `${account.id}-${day}-${index}`,
    idempotency_key: `acme-${account.id}-${day}-${index}`,
    event_type: METRIC,
    timestamp: new Date(
      startMs + Math.floor(((index + random.next()) * 86_400) / EVENTS_PER_DAY) * 1000,
    ).toISOString(),
    customer_id: account.id,
    quantity: String(quantity),
    properties: {
      region: spiking ? 'ap-southeast' : random.pick(['eu-central', 'eu-central', 'eu-west']),
      endpoint: random.pick(['/v1/search', '/v1/items', '/v1/export']),
      api_key: spiking ? 'key_staging_old' : 'key_production',
    },
  }))
}

/** How many days after its own an event is sent: most at once, one in 200 one to three days late. */
function delayOf(event: WireEvent): number {
  const random = seededRandom(SEED + hash(event.idempotency_key))
  return random.next() < 0.005 ? random.between(1, 3) : 0
}

function isSentTwice(event: WireEvent): boolean {
  return hash(`twice ${event.idempotency_key}`) % 100 === 0
}

function hash(text: string): number {
  let value = 2_166_136_261
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 16_777_619) >>> 0
  return value
}

function malformedOn(day: number): unknown[] {
  return [
    {
      event_id: `bad-${day}-1`,
      idempotency_key: `bad-${day}-1`,
      event_type: METRIC,
      customer_id: '1001',
      quantity: 'many',
      timestamp: `2026-02-${String(day).padStart(2, '0')}T08:00:00Z`,
    },
    {
      event_id: `bad-${day}-2`,
      idempotency_key: `bad-${day}-2`,
      event_type: METRIC,
      customer_id: 'nobody',
      quantity: '1',
      timestamp: `2026-02-${String(day).padStart(2, '0')}T08:00:00Z`,
    },
  ]
}

/**
 * The month's usage by the day it is sent on, once that local day is over everywhere (index 0 is the first): that
 * day's events, late ones of the days before, some a second time, and two malformed ones.
 */
export function februaryUsage(accounts: readonly DemoAccount[]): DayOfUsage[] {
  const sent: WireEvent[][] = Array.from({ length: DAYS }, () => [])
  for (let day = 1; day <= DAYS; day += 1)
    for (const account of accounts)
      for (const event of eventsOf(account, day))
        sent[Math.min(DAYS, day + delayOf(event)) - 1]?.push(event)
  return sent.map((events, index) => {
    const repeated = events.filter(isSentTwice)
    const malformed = malformedOn(index + 1)
    return {
      events: [...events, ...repeated, ...malformed],
      unique: events.length,
      duplicates: repeated.length,
    }
  })
}

/** What the month sends by its seed: the same in every run, whatever was interrupted. */
export interface Sent {
  readonly events: number
  readonly unique: number
  readonly duplicates: number
}

export function sumOf(month: readonly DayOfUsage[]): Sent {
  const sums = { events: 0, unique: 0, duplicates: 0 }
  for (const { events, unique, duplicates } of month) {
    sums.events += events.length
    sums.unique += unique
    sums.duplicates += duplicates
  }
  return sums
}
