import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { instantFromSql } from '#db/schema/columns.ts'
import { AppError } from '#src/kernel/errors.ts'
import { isBefore } from '#src/kernel/time.ts'
import { WATERMARK } from './watermark.ts'

/** Where one event is and why it is, or is not, on an invoice (M10). Instants as ISO text. */
export type EventExplanation =
  | {
      readonly state: 'counted'
      readonly eventId: string
      readonly idempotencyKey: string
      readonly customerId: string
      readonly metric: string
      readonly timestamp: string
      readonly quantity: string
      readonly receivedAt: string
      /** The UTC hour it counts in, and whether the roll-up has put it there yet. */
      readonly bucketHour: string
      readonly inBucket: boolean
      readonly invoice: {
        readonly id: string
        readonly number: string | null
        readonly status: string
        /** False when it arrived after the invoice was finalized: then it is not on it. */
        readonly included: boolean
      } | null
      readonly because: string
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
 * Explains an event by its event id or its idempotency key.
 * @throws not_found when it was never received.
 */
export async function explainEvent(ctx: Ctx, id: string): Promise<EventExplanation> {
  const counted = (await explainCounted(ctx, id)) ?? (await explainRefused(ctx, id))
  if (!counted) throw new AppError('not_found', `no event "${id}" was received`)
  return counted
}

interface CountedRow {
  readonly event_id: string
  readonly idempotency_key: string
  readonly customer_id: string
  readonly metric: string
  readonly timestamp: string
  readonly quantity: string
  readonly received_at: string
  readonly hour: string
  readonly in_bucket: boolean
  readonly invoice_id: string | null
  readonly number: string | null
  readonly status: string | null
  readonly finalized_at: string | null
}

async function explainCounted(ctx: Ctx, id: string): Promise<EventExplanation | null> {
  const [row] = await rowsOf<CountedRow>(
    ctx.db,
    sql`with keyed as materialized (
          select event_id from usage_keys where org_id = ${ctx.orgId} and idempotency_key = ${id}
        )
        select e.event_id, e.idempotency_key, e.customer_id, e.metric, e.timestamp,
          trim_scale(e.quantity)::text as quantity, e.received_at, date_trunc('hour', e.timestamp, 'UTC') as hour,
          e.xid < ${WATERMARK} as in_bucket, i.id as invoice_id, i.number, i.status, i.finalized_at
        from usage_events e
        left join invoices i on i.org_id = e.org_id and i.customer_id = e.customer_id and i.status <> 'void'
          and i.period_start <= e.timestamp and i.period_end > e.timestamp
        where e.org_id = ${ctx.orgId} and e.event_id in (select ${id} union all select event_id from keyed)
        order by e.event_id = ${id} desc, i.created_at desc limit 1`,
  )
  if (!row) return null
  const iso = (text: string) => instantFromSql(text).toString()
  const late =
    row.finalized_at !== null &&
    isBefore(instantFromSql(row.finalized_at), instantFromSql(row.received_at))
  const invoice =
    row.invoice_id === null
      ? null
      : {
          id: row.invoice_id,
          number: row.number,
          status: row.status ?? 'draft',
          included: !late,
        }
  return {
    state: 'counted',
    eventId: row.event_id,
    idempotencyKey: row.idempotency_key,
    customerId: row.customer_id,
    metric: row.metric,
    timestamp: iso(row.timestamp),
    quantity: row.quantity,
    receivedAt: iso(row.received_at),
    bucketHour: iso(row.hour),
    inBucket: row.in_bucket,
    invoice,
    because: because(invoice),
  }
}

function because(invoice: { number: string | null; included: boolean } | null): string {
  if (invoice === null)
    return 'no invoice has been made yet for the period that holds its timestamp'
  return invoice.included
    ? `its timestamp lies in the period of ${invoice.number ?? 'a draft invoice'}`
    : `it arrived after ${invoice.number ?? 'the invoice'} was finalized`
}

async function explainRefused(ctx: Ctx, id: string): Promise<EventExplanation | null> {
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
