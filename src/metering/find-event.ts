import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { instantFromSql } from '#db/schema/columns.ts'
import { AppError } from '#src/kernel/errors.ts'
import { WATERMARK } from './watermark.ts'

/** A raw event: counted, or withdrawn by a correction. Instants as ISO text. */
export interface StoredEvent {
  readonly state: 'counted' | 'withdrawn'
  /** A key is owned by its first event: whatever else was sent with it is a duplicate of that. */
  readonly foundBy: 'event_id' | 'idempotency_key'
  readonly eventId: string
  readonly idempotencyKey: string
  readonly customerId: string
  readonly metric: string
  readonly timestamp: string
  readonly quantity: string
  readonly namespaceId: string | null
  readonly properties: Readonly<Record<string, unknown>>
  readonly receivedAt: string
  /** The UTC hour it counts in, and whether the roll-up has passed it. */
  readonly bucketHour: string
  readonly inBucket: boolean
  /** What took it back (M8). */
  readonly withdrawal: {
    readonly at: string
    readonly by: string
    readonly reason: string
    /** The event that counts in its place; null where it was cancelled. */
    readonly replacedBy: string | null
  } | null
  /** The event in whose place it counts. */
  readonly replaces: string | null
}

/** What became of one event on its way in: counted, or refused (parked) with the reason. Instants as ISO text. */
export type EventReception =
  | StoredEvent
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
  const found =
    (await storedEvents(ctx, id))[0] ?? (await detached(ctx, id)) ?? (await refused(ctx, id))
  if (!found) throw new AppError('not_found', `no event "${id}" was received`)
  return found
}

interface StoredRow {
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
  readonly namespace_id: string | null
  readonly withdrawn: {
    readonly at: string
    readonly by: string
    readonly reason: string
    readonly replaced_by: string | null
  } | null
  readonly replaces: string | null
}

/** The raw events that an event id, or else an idempotency key, names: one, unless a sender gave an id twice. */
export async function storedEvents(ctx: Ctx, id: string): Promise<StoredEvent[]> {
  const rows = await rowsOf<StoredRow>(
    ctx.db,
    sql`with keyed as materialized (
          select event_id from usage_keys where org_id = ${ctx.orgId} and idempotency_key = ${id}
        )
        select e.event_id, e.idempotency_key, e.customer_id, e.metric, e.timestamp,
          trim_scale(e.quantity)::text as quantity, e.properties, e.received_at, date_trunc('hour', e.timestamp, 'UTC') as hour,
          e.xid < ${WATERMARK} as in_bucket, e.namespace_id,
          (select json_build_object('at', w.received_at, 'by', w.actor, 'reason', w.reason, 'replaced_by', w.replaced_by)
            from usage_withdrawals w where w.org_id = e.org_id and w.idempotency_key = e.idempotency_key) as withdrawn,
          (select w.event_id from usage_withdrawals w where w.org_id = e.org_id and w.replaced_by = e.event_id limit 1)
            as replaces
        from usage_events e
        where e.org_id = ${ctx.orgId} and e.event_id in (select ${id} union all select event_id from keyed)
          and (e.event_id = ${id} or e.idempotency_key = ${id})
        order by e.event_id = ${id} desc, e.seq limit 2`,
  )
  const [first] = rows
  return rows
    .filter((row) => (row.event_id === id) === (first?.event_id === id))
    .map((row) => storedEvent(row, id))
}

function storedEvent(row: StoredRow, id: string): StoredEvent {
  const iso = (text: string) => instantFromSql(text).toString()
  const { withdrawn } = row
  return {
    state: withdrawn ? 'withdrawn' : 'counted',
    foundBy: row.event_id === id ? 'event_id' : 'idempotency_key',
    eventId: row.event_id,
    idempotencyKey: row.idempotency_key,
    customerId: row.customer_id,
    metric: row.metric,
    timestamp: iso(row.timestamp),
    quantity: row.quantity,
    namespaceId: row.namespace_id,
    properties: row.properties ?? {},
    receivedAt: iso(row.received_at),
    bucketHour: iso(row.hour),
    inBucket: row.in_bucket,
    withdrawal: withdrawn && {
      at: iso(withdrawn.at),
      by: withdrawn.by,
      reason: withdrawn.reason,
      replacedBy: withdrawn.replaced_by,
    },
    replaces: row.replaces,
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
