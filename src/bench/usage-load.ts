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

/** Fresh events of the last ten days before `nowMs`. */
export function newEvents(count: number, nowMs: number): SentEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const id = randomBytes(12).toString('hex')
    return {
      event_id: `evt_${id}`,
      idempotency_key: `key_${id}`,
      event_type: 'api_calls',
      timestamp: new Date(nowMs - ((index * 7919) % 864_000) * 1000).toISOString(),
      customer_id: BENCH_CUSTOMERS[index % CUSTOMERS] ?? '',
      quantity: '1',
      properties: { region: 'eu-west-1', endpoint: '/v1/search' },
    }
  })
}
