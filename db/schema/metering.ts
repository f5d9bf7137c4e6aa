import { sql } from 'drizzle-orm'
import {
  bigint,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  doublePrecision,
} from 'drizzle-orm/pg-core'
import { decimal, instant, orgId } from './columns.ts'

/**
 * Raw events, append-only, partitioned by month of `timestamp` (the partitioning is written into the migration).
 * `seq` and `xid` carry the roll-up watermark: sequences commit out of order, transaction ids tell who still runs.
 */
export const usageEvents = pgTable(
  'usage_events',
  {
    orgId: orgId(),
    eventId: text('event_id').notNull(),
    idempotencyKey: text('idempotency_key').notNull(),
    customerId: text('customer_id').notNull(),
    metric: text('metric').notNull(),
    timestamp: instant('timestamp').notNull(),
    quantity: decimal('quantity').notNull(),
    properties: jsonb('properties').$type<Record<string, unknown>>(),
    namespaceId: text('namespace_id'),
    receivedAt: instant('received_at').notNull(),
    seq: bigint('seq', { mode: 'bigint' })
      .notNull()
      .default(sql`nextval('usage_events_seq')`),
    /** pg_current_xact_id() of the writer. */
    xid: bigint('xid', { mode: 'bigint' })
      .notNull()
      .default(sql`pg_current_xact_id()::text::bigint`),
  },
  (t) => [
    // Written with every event, so there are few: a summary that holds which event ids a range of pages may have costs
    // a fifth of a tree, and is read only to explain one event. What keeps events apart is the key table.
    index('usage_events_event').using('brin', t.eventId.op('text_bloom_ops')),
    index('usage_events_customer').on(t.orgId, t.customerId, t.metric, t.timestamp),
    index('usage_events_xid').on(t.xid),
  ],
)

/**
 * Events that were cancelled, or amended and so replaced by another (M8): entries beside the raw events, which stay as
 * they came. What counts is the view `counted_usage`; both kinds of entries, a withdrawal with its quantity taken back,
 * stand in `usage_changes`.
 */
export const usageWithdrawals = pgTable(
  'usage_withdrawals',
  {
    orgId: orgId(),
    /** The event's: a sender may have given one event id twice. */
    idempotencyKey: text('idempotency_key').notNull(),
    eventId: text('event_id').notNull(),
    /** The event that counts in its place; null where it was cancelled. */
    replacedBy: text('replaced_by'),
    reason: text('reason').notNull(),
    actor: text('actor').notNull(),
    customerId: text('customer_id').notNull(),
    metric: text('metric').notNull(),
    /** Of the event. */
    timestamp: instant('timestamp').notNull(),
    quantity: decimal('quantity').notNull(),
    receivedAt: instant('received_at').notNull(),
    seq: bigint('seq', { mode: 'bigint' })
      .notNull()
      .default(sql`nextval('usage_events_seq')`),
    xid: bigint('xid', { mode: 'bigint' })
      .notNull()
      .default(sql`pg_current_xact_id()::text::bigint`),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.idempotencyKey] }),
    index('usage_withdrawals_xid').on(t.xid),
    index('usage_withdrawals_replacement').on(t.orgId, t.replacedBy),
  ],
)

/** Exact dedup on (organisation, idempotency key), whatever the timestamp; hash-partitioned in the migration. */
export const usageKeys = pgTable(
  'usage_keys',
  {
    orgId: orgId(),
    idempotencyKey: text('idempotency_key').notNull(),
    eventId: text('event_id').notNull(),
    payloadHash: text('payload_hash').notNull(),
    receivedAt: instant('received_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.idempotencyKey] }),
    // Finds the old ones; a summary of page ranges, next to nothing to write.
    index('usage_keys_received').using('brin', t.receivedAt),
  ],
)

/** Hourly sums of what the roll-up has passed; `hour` is the start of a UTC hour. */
export const usageBuckets = pgTable(
  'usage_buckets',
  {
    orgId: orgId(),
    customerId: text('customer_id').notNull(),
    metric: text('metric').notNull(),
    hour: instant('hour').notNull(),
    count: bigint('count', { mode: 'bigint' }).notNull(),
    sum: decimal('sum').notNull(),
    max: decimal('max').notNull(),
    min: decimal('min').notNull(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.customerId, t.metric, t.hour] })],
)

/** Where the roll-up stands: every event written by a transaction below `xid` is in the buckets. */
export const usageWatermarks = pgTable('usage_watermarks', {
  name: text('name').primaryKey(),
  xid: bigint('xid', { mode: 'bigint' }).notNull(),
  movedAt: instant('moved_at').notNull(),
})

/** The last recount of an organisation: what its raw events come to, and what the buckets hold (M12). */
export const usageRecounts = pgTable(
  'usage_recounts',
  {
    orgId: orgId(),
    recountedAt: instant('recounted_at').notNull(),
    /** The whole hours that were recounted. */
    from: instant('from').notNull(),
    to: instant('to').notNull(),
    events: bigint('events', { mode: 'bigint' }).notNull(),
    counted: bigint('counted', { mode: 'bigint' }).notNull(),
    /** Hours of a customer's metric in which the two are not the same in count, sum, max or min. */
    differingHours: bigint('differing_hours', { mode: 'bigint' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.orgId] })],
)

/** Malformed, unmatched, future and too old events; `hash` makes a redelivery the same row. */
export const usageDeadLetters = pgTable(
  'usage_dead_letters',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    hash: text('hash').notNull(),
    code: text('code').notNull(),
    reason: text('reason').notNull(),
    body: jsonb('body'),
    times: integer('times').notNull().default(1),
    status: text('status', { enum: ['open', 'redriven', 'dismissed'] }).notNull(),
    receivedAt: instant('received_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('usage_dead_letters_hash').on(t.orgId, t.hash),
  ],
)

export const usageAnomalies = pgTable(
  'usage_anomalies',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    customerId: text('customer_id').notNull(),
    metric: text('metric').notNull(),
    from: instant('from').notNull(),
    to: instant('to').notNull(),
    observed: decimal('observed').notNull(),
    expected: decimal('expected').notNull(),
    score: doublePrecision('score').notNull(),
    status: text('status', { enum: ['open', 'explained', 'dismissed'] }).notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('usage_anomalies_from').on(t.orgId, t.customerId, t.metric, t.from),
  ],
)
