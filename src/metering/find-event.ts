import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { instantFromSql } from '#db/schema/columns.ts'
import { AppError } from '#src/kernel/errors.ts'
import { WATERMARK } from './watermark.ts'

/** What became of one event on its way in: counted, or refused (parked) with the reason. Instants as ISO text. */
export type EventReception =
  | {
      readonly state: 'counted'
      /** A key is owned by its first event: whatever else was sent with it is a duplicate of that. */
      readonly foundBy: 'event_id' | 'idempotency_key'
      readonly eventId: string
      readonly idempotencyKey: string
      readonly customerId: string
      readonly metric: string
      readonly timestamp: string
      readonly quantity: string
      readonly properties: Readonly<Record<string, unknown>>
      readonly receivedAt: string
      /** The UTC hour it counts in, and whether the roll-up has put it there yet. */
      readonly bucketHour: string
      readonly inBucket: boolean
    }
  | {
      /** Taken and counted; its raw event went with a detached partition. */
      readonly state: 'detached'
      readonly eventId: string
      readonly idempotencyKey: string
      readonly receivedAt: string
    }
  | {
      readonly state: 'refused'
      readonly deadLetterId: string
      readonly code: string
      readonly reason: string
      readonly times: number
      readonly status: string
    }

/**
 * Finds an event by its event id or its idempotency key.
 * @throws not_found when it was never received.
 */
export async function findEvent(ctx: Ctx, id: string): Promise<EventReception> {
  const found = (await counted(ctx, id)) ?? (await detached(ctx, id)) ?? (await refused(ctx, id))
  if (!found) throw new AppError('not_found', `no event "${id}" was received`)
  return found
}

interface CountedRow {
  readonly event_id: string
  readonly idempotency_key: string
  readonly customer_id: string
  readonly metric: string
  readonly timestamp: string
  readonly quantity: string
  readonly properties: Record<string, unknown> | null
  readonly received_at: string
  readonly hour: string
  readonly in_bucket: boolean
}

async function counted(ctx: Ctx, id: string): Promise<EventReception | null> {
  const [row] = await rowsOf<CountedRow>(
    ctx.db,
    sql`with keyed as materialized (
          select event_id from usage_keys where org_id = ${ctx.orgId} and idempotency_key = ${id}
        )
        select e.event_id, e.idempotency_key, e.customer_id, e.metric, e.timestamp,
          trim_scale(e.quantity)::text as quantity, e.properties, e.received_at, date_trunc('hour', e.timestamp, 'UTC') as hour,
          e.xid < ${WATERMARK} as in_bucket
        from usage_events e
        where e.org_id = ${ctx.orgId} and e.event_id in (select ${id} union all select event_id from keyed)
        order by e.event_id = ${id} desc limit 1`,
  )
  if (!row) return null
  const iso = (text: string) => instantFromSql(text).toString()
  return {
    state: 'counted',
    foundBy: row.event_id === id ? 'event_id' : 'idempotency_key',
    eventId: row.event_id,
    idempotencyKey: row.idempotency_key,
    customerId: row.customer_id,
    metric: row.metric,
    timestamp: iso(row.timestamp),
    quantity: row.quantity,
    properties: row.properties ?? {},
    receivedAt: iso(row.received_at),
    bucketHour: iso(row.hour),
    inBucket: row.in_bucket,
  }
}

async function detached(ctx: Ctx, id: string): Promise<EventReception | null> {
  const [row] = await rowsOf<{ event_id: string; idempotency_key: string; received_at: string }>(
    ctx.db,
    sql`select event_id, idempotency_key, received_at from usage_keys
        where org_id = ${ctx.orgId} and idempotency_key = ${id}`,
  )
  if (!row) return null
  return {
    state: 'detached',
    eventId: row.event_id,
    idempotencyKey: row.idempotency_key,
    receivedAt: instantFromSql(row.received_at).toString(),
  }
}

async function refused(ctx: Ctx, id: string): Promise<EventReception | null> {
  const [row] = await rowsOf<{
    id: string
    code: string
    reason: string
    times: number
    status: string
  }>(
    ctx.db,
    sql`select id, code, reason, times, status from usage_dead_letters where org_id = ${ctx.orgId}
          and (id = ${id} or ${id} in (body ->> 'event_id', body ->> 'eventId', body ->> 'id',
            body ->> 'idempotency_key', body ->> 'idempotencyKey'))
        order by received_at desc limit 1`,
  )
  if (!row) return null
  const { id: deadLetterId, code, reason, times, status } = row
  return { state: 'refused', deadLetterId, code, reason, times, status }
}
