import { randomBytes } from 'node:crypto'

const CUSTOMERS = 200
const FIRST_CUSTOMER = 1001

export const BENCH_CUSTOMERS = Array.from({ length: CUSTOMERS }, (_, index) =>
  String(FIRST_CUSTOMER + index),
)

/** A usage event as a client sends it, with random keys as clients make them. */
export interface SentEvent {
  readonly event_id: string
  readonly idempotency_key: string
  readonly event_type: string
  readonly timestamp: string
  readonly customer_id: string
  readonly quantity: string
  readonly properties: Readonly<Record<string, string>>
}

const LATE_SHARE = 20
const MINUTE_MS = 60_000
const LATEST_MS = 10 * 24 * 60 * MINUTE_MS

/** Fresh events as they arrive: of the last minute before `nowMs`, every twentieth late by up to ten days. */
export function newEvents(count: number, nowMs: number): SentEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const id = randomBytes(12).toString('hex')
    const ageMs = (index * 7_919_000) % (index % LATE_SHARE === 0 ? LATEST_MS : MINUTE_MS)
    return {
      event_id: `evt_${id}`,
      idempotency_key: `key_${id}`,
      event_type: 'api_calls',
      timestamp: new Date(nowMs - ageMs).toISOString(),
      customer_id: BENCH_CUSTOMERS[index % CUSTOMERS] ?? '',
      quantity: '1',
      properties: { region: 'eu-west-1', endpoint: '/v1/search' },
    }
  })
}
