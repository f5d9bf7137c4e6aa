import type { Scope } from '#db/context.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { Instant } from '#src/kernel/time.ts'
import { keepDeadLetters, type DeadLetter } from './dead-letters.ts'
import { payloadHash, readEvent } from './event-forms.ts'
import { arrivalVerdict, DEFAULT_WINDOW_DAYS } from './rules/arrival.ts'
import type { EventResult, RecordedUsage, RejectionCode, UsageEvent } from './shapes.ts'
import { storeEvents, type Candidate, type KeyOwner } from './store-events.ts'

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
    const candidates = slots.flatMap((slot) => ('candidate' in slot ? [slot.candidate] : []))
    const { statuses, owners } = await storeEvents(ctx, candidates)
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
  owners: ReadonlyMap<string, KeyOwner>,
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
