import { statementRows, type Ctx } from '#db/context.ts'
import { arrayText, rawArrayText } from '#db/array-text.ts'
import type { UsageEvent } from './shapes.ts'

/** An event on its way into the table; `hash` tells another payload under the same key. */
export interface Candidate {
  readonly event: UsageEvent
  readonly eventId: string
  readonly timestampMs: number
  readonly hash: string
}

/** A key's first owner: in the table (`by` is null), or the candidate that has just claimed it. */
export interface KeyOwner {
  readonly eventId: string
  readonly hash: string
  readonly by: Candidate | null
}

export interface StoredEvents {
  /** Account status by customer, of those that exist. */
  readonly statuses: ReadonlyMap<string, string>
  /** By idempotency key; a candidate of an unknown customer claims nothing. */
  readonly owners: ReadonlyMap<string, KeyOwner>
}

/**
 * Claims the candidates' keys and stores the events of those that were free, exactly once per key whoever else is
 * writing, in one statement; the keys that were taken are looked up. Of two candidates with one key the first counts.
 */
export async function storeEvents(
  ctx: Ctx,
  candidates: readonly Candidate[],
): Promise<StoredEvents> {
  const statuses = new Map<string, string>()
  const owners = new Map<string, KeyOwner>()
  let open = candidates
  // Again only where the first event under a key names no customer and a later one under the same key does.
  while (open.length > 0) {
    const byKey = new Map<string, Candidate>()
    for (const candidate of open) {
      const key = candidate.event.idempotencyKey
      if (!byKey.has(key)) byKey.set(key, candidate)
    }
    await claim(ctx, byKey, statuses, owners)
    open = open.filter(
      ({ event }) => statuses.has(event.customerId) && !owners.has(event.idempotencyKey),
    )
  }
  return { statuses, owners }
}

async function claim(
  ctx: Ctx,
  byKey: ReadonlyMap<string, Candidate>,
  statuses: Map<string, string>,
  owners: Map<string, KeyOwner>,
): Promise<void> {
  // In the order of the keys: two deliveries with the same keys wait for each other, they never deadlock.
  const sent = [...byKey.keys()].sort().map((key) => byKey.get(key) as Candidate)
  const [row] = await statementRows<{
    statuses: Record<string, string> | null
    claimed: string[] | null
  }>(ctx.db, CLAIM, claimValues(ctx, sent))
  for (const [id, status] of Object.entries(row?.statuses ?? {})) statuses.set(id, status)
  const claimed = row?.claimed ? new Set(row.claimed) : null
  const taken: string[] = []
  for (const by of sent) {
    const { idempotencyKey, customerId } = by.event
    if (!statuses.has(customerId)) continue
    if (claimed === null || claimed.has(idempotencyKey))
      owners.set(idempotencyKey, { eventId: by.eventId, hash: by.hash, by })
    else taken.push(idempotencyKey)
  }
  if (taken.length === 0) return
  // A statement of its own: its snapshot sees the owner that a concurrent delivery has just committed.
  const rows = await statementRows<{ key: string; event_id: string; payload_hash: string }>(
    ctx.db,
    OWNERS,
    [ctx.orgId, arrayText(taken)],
  )
  for (const { key, event_id, payload_hash } of rows)
    owners.set(key, { eventId: event_id, hash: payload_hash, by: null })
}

// Prepared once a connection: planned anew, the statement costs a small group of events more than storing them.
const CLAIM = {
  name: 'claim_usage',
  text: `with sent as materialized (
      select * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::numeric[], $8::jsonb[],
        $9::text[], $10::text[]) as r(k, e, c, m, t, q, p, n, h)
    ), known as materialized (
      select id, status from customers where org_id = $1 and id = any($11::text[])
    ), claimed as (
      insert into usage_keys (org_id, idempotency_key, event_id, payload_hash, received_at)
      select $1, k, e, h, $12::timestamptz from sent where c in (select id from known) order by k
      on conflict do nothing returning idempotency_key
    ), stored as (
      insert into usage_events (org_id, event_id, idempotency_key, customer_id, metric, timestamp, quantity,
        properties, namespace_id, received_at, xid)
      select $1, e, k, c, m, to_timestamp(t), q, p, n, $12::timestamptz,
        (select pg_current_xact_id()::text::bigint)
      from sent join claimed on claimed.idempotency_key = sent.k
    )
    select (select json_object_agg(id, status) from known) as statuses,
      case when (select count(*) from claimed) < $13::int
        then (select coalesce(json_agg(idempotency_key), '[]') from claimed) end as claimed`,
}

const OWNERS = {
  name: 'usage_key_owners',
  text: `select idempotency_key as key, event_id, payload_hash from usage_keys
    where org_id = $1 and idempotency_key = any($2::text[])`,
}

function claimValues(ctx: Ctx, sent: readonly Candidate[]): unknown[] {
  const customers = new Set(sent.map(({ event }) => event.customerId))
  return [
    ctx.orgId,
    arrayText(sent.map(({ event }) => event.idempotencyKey)),
    arrayText(sent.map(({ eventId }) => eventId)),
    arrayText(sent.map(({ event }) => event.customerId)),
    arrayText(sent.map(({ event }) => event.metric)),
    // Seconds; a double holds a millisecond of our time exactly once it is rounded to microseconds.
    rawArrayText(sent.map(({ timestampMs }) => timestampMs / 1000)),
    rawArrayText(sent.map(({ event }) => event.quantity)),
    arrayText(sent.map(({ event }) => event.properties)),
    arrayText(sent.map(({ event }) => event.namespaceId)),
    arrayText(sent.map(({ hash }) => hash)),
    arrayText([...customers]),
    ctx.now.toString(),
    sent.length,
  ]
}
