import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { usageWithdrawals } from '#db/schema/metering.ts'
import { sha256 } from '#src/kernel/canonical.ts'
import { parseDecimal } from '#src/kernel/decimal.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { actorName } from '#src/kernel/ids.ts'
import { parseInstant, Temporal } from '#src/kernel/time.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { lockBuckets } from './bucket-lock.ts'
import {
  Correction,
  MAX_CORRECTIONS_PER_CALL,
  type CorrectedUsage,
  type CorrectionResult,
} from './correction-shapes.ts'
import { changedBody, payloadHash, readEvent, unknownChange } from './event-forms.ts'
import { storedEvents, type StoredEvent } from './find-event.ts'
import { recountHours } from './recount-hours.ts'
import { arrivalVerdict, BACKFILL_WINDOW_DAYS } from './rules/arrival.ts'
import { storeEvents, type Candidate } from './store-events.ts'

/**
 * Cancels or amends events, each by an entry beside the raw event, which stays as it came (M8). An amendment stores
 * another event, which counts in its place. What was billed with them follows by itself: a draft is rated once more,
 * a finalized invoice is adjusted on the next one. All entries that can be made are made, in one transaction; the same
 * correction again changes nothing.
 * @throws payload_too_large above 100 entries; invalid_input when it is no list.
 */
export async function correctUsage(ctx: Ctx, entries: unknown): Promise<CorrectedUsage> {
  if (!Array.isArray(entries)) throw invalidField('corrections', 'must be an array')
  if (entries.length > MAX_CORRECTIONS_PER_CALL)
    throw new AppError(
      'payload_too_large',
      `at most ${MAX_CORRECTIONS_PER_CALL} corrections at a time`,
    )
  // Before anything is read: what the roll-up has passed must not change under a recount.
  await lockBuckets(ctx.db)
  const results: CorrectionResult[] = []
  const touched: Parameters<typeof recountHours>[1][number][] = []
  for (const entry of entries) {
    const made = await correctOne(ctx, entry)
    results.push(made.result)
    if (made.withdrawn) {
      const { customerId, metric, timestamp } = made.withdrawn
      touched.push({ customerId, metric, at: parseInstant(timestamp) })
    }
  }
  await recountHours(ctx, touched)
  const count = (status: CorrectionResult['status']) =>
    results.filter((result) => result.status === status).length
  return {
    results,
    corrected: count('corrected'),
    unchanged: count('unchanged'),
    rejected: count('rejected'),
  }
}

interface Made {
  readonly result: CorrectionResult
  readonly withdrawn?: StoredEvent
}

async function correctOne(ctx: Ctx, entry: unknown): Promise<Made> {
  const parsed = Correction.safeParse(entry)
  if (!parsed.success) return malformed(parsed.error.issues[0], entry)
  const correction = parsed.data
  const { eventId } = correction
  const [event, another] = await storedEvents(ctx, eventId)
  if (!event) return refused(eventId, ...(await whyMissing(ctx, eventId)))
  if (another)
    return refused(eventId, 'conflict', 'it names several events: name one by its idempotency key')
  return correction.action === 'cancel'
    ? cancel(ctx, event, correction.reason)
    : amend(ctx, event, correction)
}

async function cancel(ctx: Ctx, event: StoredEvent, reason: string): Promise<Made> {
  const { eventId, withdrawal } = event
  if (withdrawal?.replacedBy != null)
    return refused(
      eventId,
      'conflict',
      `it was amended: ${withdrawal.replacedBy} counts in its place`,
    )
  if (withdrawal) return { result: { status: 'unchanged', eventId } }
  await withdraw(ctx, event, reason, null)
  return { result: { status: 'corrected', eventId }, withdrawn: event }
}

async function amend(
  ctx: Ctx,
  event: StoredEvent,
  { reason, changes }: Extract<Correction, { action: 'amend' }>,
): Promise<Made> {
  const { eventId } = event
  const unknown = unknownChange(changes)
  if (unknown !== undefined)
    return refused(eventId, 'malformed', `changes.${unknown}: is no field that can be amended`)
  const read = replacement(ctx, event, changes)
  if ('code' in read) return refused(eventId, read.code, read.reason)
  const replacedBy = read.candidate.eventId
  if (event.withdrawal) {
    const before = event.withdrawal.replacedBy
    if (before !== null && (await hashOf(ctx, read.candidate)) === read.candidate.hash)
      return { result: { status: 'unchanged', eventId, replacedBy: before } }
    return refused(eventId, 'conflict', withdrawnReason(before))
  }
  const asItIs = replacement(ctx, event, {})
  if ('candidate' in asItIs && asItIs.candidate.hash === read.candidate.hash)
    return refused(eventId, 'malformed', 'changes: say what the event says already')
  const { statuses, owners } = await storeEvents(ctx, [read.candidate])
  const { customerId, idempotencyKey } = read.candidate.event
  if (!statuses.has(customerId))
    return refused(
      eventId,
      'unknown_customer',
      `changes.customer_id: there is no customer "${customerId}"`,
    )
  if (owners.get(idempotencyKey)?.by !== read.candidate)
    return refused(eventId, 'conflict', `the key "${idempotencyKey}" was used for another event`)
  await withdraw(ctx, event, reason, replacedBy)
  return { result: { status: 'corrected', eventId, replacedBy }, withdrawn: event }
}

function withdrawnReason(replacedBy: string | null): string {
  return replacedBy === null
    ? 'it was cancelled: send the usage anew under another key'
    : `it was amended already: ${replacedBy} counts in its place, amend that`
}

type Replacement =
  | { readonly candidate: Candidate }
  | { readonly code: 'malformed' | 'future' | 'too_old'; readonly reason: string }

/** The event that is to count instead; its names follow from the one it replaces, so that it is stored once. */
function replacement(
  ctx: Ctx,
  event: StoredEvent,
  changes: Readonly<Record<string, unknown>>,
): Replacement {
  const named = {
    ...event,
    eventId: ctx.newId('evt'),
    idempotencyKey: `amends:${sha256(event.idempotencyKey)}`,
  }
  const read = readEvent(changedBody(named, changes))
  if (read.kind === 'malformed') return { code: 'malformed', reason: `changes.${read.reason}` }
  const timestampMs =
    read.event.timestampMs ?? Temporal.Instant.from(event.timestamp).epochMilliseconds
  const usage = { ...read.event, timestampMs }
  const refusal = arrivalVerdict(timestampMs, ctx.now.epochMilliseconds, BACKFILL_WINDOW_DAYS)
  if (refusal) return { code: refusal.code, reason: `changes.${refusal.reason}` }
  return {
    candidate: { event: usage, eventId: named.eventId, timestampMs, hash: payloadHash(usage) },
  }
}

async function hashOf(ctx: Ctx, { event }: Candidate): Promise<string | undefined> {
  const [row] = await rowsOf<{ payload_hash: string }>(
    ctx.db,
    sql`select payload_hash from usage_keys
        where org_id = ${ctx.orgId} and idempotency_key = ${event.idempotencyKey}`,
  )
  return row?.payload_hash
}

async function withdraw(
  ctx: Ctx,
  event: StoredEvent,
  reason: string,
  replacedBy: string | null,
): Promise<void> {
  const { eventId, customerId, metric, quantity } = event
  await ctx.db.insert(usageWithdrawals).values({
    orgId: ctx.orgId,
    idempotencyKey: event.idempotencyKey,
    eventId,
    replacedBy,
    reason,
    actor: actorName(ctx.actor),
    customerId,
    metric,
    timestamp: parseInstant(event.timestamp),
    quantity: parseDecimal(quantity),
    receivedAt: ctx.now,
  })
  await recordAudit(ctx, {
    action: replacedBy === null ? 'usage.cancelled' : 'usage.amended',
    subject: { type: 'usage_event', id: eventId },
    reason,
    data: { customerId, metric, quantity, ...(replacedBy === null ? {} : { replacedBy }) },
  })
}

async function whyMissing(ctx: Ctx, eventId: string): Promise<['archived' | 'not_found', string]> {
  const rows = await rowsOf(
    ctx.db,
    sql`select 1 from usage_keys where org_id = ${ctx.orgId} and (event_id = ${eventId} or idempotency_key = ${eventId}) limit 1`,
  )
  return rows.length > 0
    ? ['archived', 'its month is detached from the raw events: correct the invoice instead']
    : ['not_found', `no event "${eventId}" was counted`]
}

function malformed(
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
  entry: unknown,
): Made {
  const path = issue?.path.map(String).join('.') || 'correction'
  const named =
    typeof entry === 'object' && entry !== null && 'eventId' in entry ? entry.eventId : null
  return {
    result: {
      status: 'rejected',
      ...(typeof named === 'string' ? { eventId: named.slice(0, 255) } : {}),
      code: 'malformed',
      reason: `${path}: ${issue?.message ?? 'cannot be read'}`,
    },
  }
}

function refused(
  eventId: string,
  code: NonNullable<CorrectionResult['code']>,
  reason: string,
): Made {
  return { result: { status: 'rejected', eventId, code, reason } }
}
