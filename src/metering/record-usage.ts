import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx, type Scope } from '#db/context.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { Instant } from '#src/kernel/time.ts'
import { keepDeadLetters, type DeadLetter } from './dead-letters.ts'
import { payloadHash, readEvent } from './event-forms.ts'
import { arrivalVerdict, DEFAULT_WINDOW_DAYS } from './rules/arrival.ts'
import type { EventResult, RecordedUsage, RejectionCode, UsageEvent } from './shapes.ts'

export const MAX_EVENTS_PER_CALL = 1_000

export interface UsageDelivery {
  /** Bodies as they arrived, in any of the forms `readEvent` knows. */
  readonly events: readonly unknown[]
  /** The request's Idempotency-Key, for a body without a key of its own. */
  readonly idempotencyKeyFallback?: string
  /** How far back a timestamp may lie; a backfill asks for more than the default of 35. */
  readonly windowDays?: number
  /** When an event without a timestamp happened; default: now. */
  readonly arrivedAt?: Instant
  /** False when a dead letter of each event exists already. */
  readonly keepRefused?: boolean
}

/** An event on its way into the table; `hash` tells another payload under the same key. */
interface Candidate {
  readonly event: UsageEvent
  readonly eventId: string
  readonly timestampMs: number
  readonly hash: string
}

/** The key's first owner: in the table, or earlier in this delivery. */
interface KeyOwner {
  readonly eventId: string
  readonly hash: string
}

/**
 * Stores usage events exactly once per (organisation, idempotency key) and answers each of them, in order.
 * Good events are stored whatever the others are; a bad one leaves a dead letter, but for a conflict of keys,
 * which changes nothing. Durable when it returns; sent again it changes nothing.
 * @throws payload_too_large above 1,000 events.
 */
export async function recordUsage(scope: Scope, delivery: UsageDelivery): Promise<RecordedUsage> {
  if (delivery.events.length > MAX_EVENTS_PER_CALL)
    throw new AppError('payload_too_large', `at most ${MAX_EVENTS_PER_CALL} events at a time`)
  const slots = delivery.events.map((body) => readSlot(scope, body, delivery))
  if (slots.length === 0) return summary([], new Map())
  return scope.transact(async (ctx) => {
    const statuses = await customerStatuses(ctx, slots)
    const candidates = slots.map((slot) =>
      'candidate' in slot && statuses.has(slot.candidate.event.customerId) ? slot.candidate : null,
    )
    const owners = await insertEvents(ctx, candidates)
    const results = slots.map((slot) =>
      'result' in slot ? slot.result : answer(slot.candidate, owners, statuses),
    )
    if (delivery.keepRefused ?? true) await keepDeadLetters(ctx, refused(delivery, results))
    return summary(results, statuses)
  })
}

type Slot = { readonly result: EventResult } | { readonly candidate: Candidate }

function readSlot(scope: Scope, body: unknown, delivery: UsageDelivery): Slot {
  const read = readEvent(body, delivery.idempotencyKeyFallback)
  if (read.kind === 'malformed') {
    const { kind: code, ...rest } = read
    return { result: { status: 'rejected', code, ...rest } }
  }
  const { event } = read
  const timestampMs = event.timestampMs ?? (delivery.arrivedAt ?? scope.now).epochMilliseconds
  const refusal = arrivalVerdict(
    timestampMs,
    scope.now.epochMilliseconds,
    delivery.windowDays ?? DEFAULT_WINDOW_DAYS,
  )
  if (refusal) return { result: rejected(event, refusal.code, refusal.reason) }
  const eventId = event.eventId ?? scope.newId('evt')
  return { candidate: { event, eventId, timestampMs, hash: payloadHash(event) } }
}

function rejected(event: UsageEvent, code: RejectionCode, reason: string): EventResult {
  const { idempotencyKey, eventId } = event
  return { status: 'rejected', idempotencyKey, code, reason, ...(eventId ? { eventId } : {}) }
}

function answer(
  candidate: Candidate,
  owners: ReadonlyMap<string, KeyOwner & { readonly by: Candidate | null }>,
  statuses: ReadonlyMap<string, string>,
): EventResult {
  const { event, hash } = candidate
  const { idempotencyKey, customerId } = event
  if (!statuses.has(customerId))
    return rejected(event, 'unknown_customer', `customer_id: there is no customer "${customerId}"`)
  const owner = owners.get(idempotencyKey)
  if (!owner) throw new AppError('internal', `nobody owns the key "${idempotencyKey}"`)
  if (owner.by === candidate)
    return { status: 'accepted', eventId: candidate.eventId, idempotencyKey }
  if (owner.hash === hash) return { status: 'duplicate', eventId: owner.eventId, idempotencyKey }
  const reason = `the key was used for another event (${owner.eventId})`
  return rejected(event, 'idempotency_conflict', reason)
}

async function customerStatuses(ctx: Ctx, slots: readonly Slot[]): Promise<Map<string, string>> {
  const ids = new Set(
    slots.flatMap((slot) => ('candidate' in slot ? [slot.candidate.event.customerId] : [])),
  )
  if (ids.size === 0) return new Map()
  const rows = await rowsOf<{ id: string; status: string }>(
    ctx.db,
    sql`select c.id, c.status from customers c
        join jsonb_array_elements_text(${JSON.stringify([...ids])}::text::jsonb) as named(id) on c.id = named.id
        where c.org_id = ${ctx.orgId}`,
  )
  return new Map(rows.map((row) => [row.id, row.status]))
}

/** Claims the keys and stores the events of those claimed, in one statement; then looks up who owns the others. */
async function insertEvents(ctx: Ctx, candidates: readonly (Candidate | null)[]) {
  const owners = new Map<string, KeyOwner & { readonly by: Candidate | null }>()
  const firstByKey = new Map<string, Candidate>()
  for (const candidate of candidates) {
    const key = candidate?.event.idempotencyKey
    if (candidate && key !== undefined && !firstByKey.has(key)) firstByKey.set(key, candidate)
  }
  if (firstByKey.size === 0) return owners
  for (const key of await claimKeys(ctx, firstByKey)) {
    const by = firstByKey.get(key)
    if (by) owners.set(key, { eventId: by.eventId, hash: by.hash, by })
  }
  const taken = [...firstByKey.keys()].filter((key) => !owners.has(key))
  for (const row of await keyOwners(ctx, taken))
    owners.set(row.key, { eventId: row.event_id, hash: row.payload_hash, by: null })
  return owners
}

async function claimKeys(ctx: Ctx, byKey: ReadonlyMap<string, Candidate>): Promise<string[]> {
  // In the order of the keys: two deliveries with the same keys wait for each other, they never deadlock.
  const keys = [...byKey.keys()].sort()
  const rows = keys.map((key, position) => {
    const { event, eventId, timestampMs, hash } = byKey.get(key) as Candidate
    return {
      i: position,
      k: key,
      e: eventId,
      c: event.customerId,
      m: event.metric,
      t: new Date(timestampMs).toISOString(),
      q: event.quantity,
      p: event.properties ?? undefined,
      n: event.namespaceId ?? undefined,
      h: hash,
    }
  })
  const claimed = await rowsOf<{ keys: string[] | null }>(
    ctx.db,
    sql`with sent as materialized (
          select * from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
            as r(i int, k text, e text, c text, m text, t timestamptz, q numeric, p jsonb, n text, h text)
        ), claimed as (
          insert into usage_keys (org_id, idempotency_key, event_id, payload_hash, received_at)
          select ${ctx.orgId}, k, e, h, ${ctx.now.toString()}::timestamptz from sent order by i
          on conflict do nothing returning idempotency_key
        ), stored as (
          insert into usage_events (org_id, event_id, idempotency_key, customer_id, metric, timestamp, quantity,
            properties, namespace_id, received_at)
          select ${ctx.orgId}, e, k, c, m, t, q, p, n, ${ctx.now.toString()}::timestamptz
          from sent join claimed on claimed.idempotency_key = sent.k
        )
        select json_agg(idempotency_key) as keys from claimed`,
  )
  return claimed[0]?.keys ?? []
}

// A statement of its own: its snapshot sees the owner that a concurrent delivery has just committed.
async function keyOwners(ctx: Ctx, keys: readonly string[]) {
  if (keys.length === 0) return []
  return rowsOf<{ key: string; event_id: string; payload_hash: string }>(
    ctx.db,
    sql`select k.idempotency_key as key, k.event_id, k.payload_hash from usage_keys k
        join jsonb_array_elements_text(${JSON.stringify(keys)}::text::jsonb) as named(key)
          on k.idempotency_key = named.key
        where k.org_id = ${ctx.orgId}`,
  )
}

function refused(delivery: UsageDelivery, results: readonly EventResult[]): DeadLetter[] {
  const { idempotencyKeyFallback } = delivery
  const key = idempotencyKeyFallback === undefined ? {} : { idempotencyKeyFallback }
  return results.flatMap(({ code, reason }, index) =>
    code === undefined || code === 'idempotency_conflict'
      ? []
      : [{ body: delivery.events[index], code, reason: reason ?? code, ...key }],
  )
}

function summary(
  results: readonly EventResult[],
  statuses: ReadonlyMap<string, string>,
): RecordedUsage {
  const count = (status: EventResult['status']) =>
    results.filter((result) => result.status === status).length
  const accounts = [...statuses].filter(([, status]) => status !== 'active')
  return {
    results,
    accepted: count('accepted'),
    duplicate: count('duplicate'),
    rejected: count('rejected'),
    ...(accounts.length > 0 ? { accounts: Object.fromEntries(accounts) } : {}),
  }
}
