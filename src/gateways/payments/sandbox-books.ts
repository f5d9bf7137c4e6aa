import { and, eq, sql } from 'drizzle-orm'
import type { Ctx, Scope } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { sandboxObjects } from '#db/schema/payments.ts'
import { hashOf, sha256 } from '#src/kernel/canonical.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { CardBehaviour } from './test-cards.ts'

/** A Stripe object as JSON: what the API would answer. */
export interface StripeObject {
  readonly id: string
  readonly object: string
  readonly [field: string]: unknown
}

/** A row of the sandbox's books: the object, and for a card what its bank does. */
export interface SandboxRecord {
  readonly object: StripeObject
  readonly behaviour?: CardBehaviour
}

/** Writes an object, or replaces it. */
export async function putRecord(ctx: Ctx, record: SandboxRecord): Promise<void> {
  const data = { ...record }
  await ctx.db
    .insert(sandboxObjects)
    .values({
      orgId: ctx.orgId,
      id: record.object.id,
      kind: record.object.object,
      data,
      requestKey: null,
      createdAt: ctx.now,
    })
    .onConflictDoUpdate({ target: [sandboxObjects.orgId, sandboxObjects.id], set: { data } })
}

/** An object of the books, locked until the transaction ends; null when there is none. */
export async function findRecord(ctx: Ctx, id: string): Promise<SandboxRecord | null> {
  const [row] = await ctx.db
    .select({ data: sandboxObjects.data })
    .from(sandboxObjects)
    .where(and(eq(sandboxObjects.orgId, ctx.orgId), eq(sandboxObjects.id, id)))
    .for('update')
  // Written by putRecord only.
  return row ? (row.data as { object: StripeObject; behaviour?: CardBehaviour }) : null
}

/** Payment intents by a field of their metadata, oldest first. */
export async function intentsByMetadata(
  ctx: Ctx,
  field: string,
  value: string,
): Promise<StripeObject[]> {
  const rows = await ctx.db
    .select({ data: sandboxObjects.data })
    .from(sandboxObjects)
    .where(
      and(
        eq(sandboxObjects.orgId, ctx.orgId),
        eq(sandboxObjects.kind, 'payment_intent'),
        sql`${sandboxObjects.data} -> 'object' -> 'metadata' ->> ${field} = ${value}`,
      ),
    )
    .orderBy(sandboxObjects.createdAt, sandboxObjects.id)
  return rows.map((row) => (row.data as { object: StripeObject }).object)
}

/** Every collected intent of the organisation, for comparison with our own books (selfcheck I4). */
export async function collectedSandboxIntents(ctx: Ctx): Promise<StripeObject[]> {
  const rows = await ctx.db
    .select({ data: sandboxObjects.data })
    .from(sandboxObjects)
    .where(
      and(
        eq(sandboxObjects.orgId, ctx.orgId),
        eq(sandboxObjects.kind, 'payment_intent'),
        sql`${sandboxObjects.data} -> 'object' ->> 'status' = 'succeeded'`,
      ),
    )
  return rows.map((row) => (row.data as { object: StripeObject }).object)
}

/** Records an event about an object and has it delivered as a signed webhook. */
export async function emitEvent(ctx: Ctx, type: string, object: StripeObject): Promise<void> {
  const id = ctx.newId('evt')
  const event: StripeObject = {
    id,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: Math.floor(ctx.now.epochMilliseconds / 1000),
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    data: { object },
  }
  await putRecord(ctx, { object: event })
  await enqueue(ctx, {
    job: 'SANDBOX_DELIVER_EVENT',
    key: id,
    payload: { eventId: id },
    maxAttempts: 16,
  })
}

/**
 * Runs a request once per key, as Stripe does: the same key with the same parameters gets the first answer again.
 * `first` tells whether this call did the work.
 * @throws conflict for the same key with other parameters.
 */
export async function oncePerKey<Answer extends object>(
  scope: Scope,
  request: { key: string; params: unknown },
  work: (ctx: Ctx) => Promise<Answer>,
): Promise<{ answer: Answer; first: boolean }> {
  const id = `req_${sha256(request.key).slice(0, 32)}`
  const paramsHash = hashOf(request.params)
  return scope.transact(async (ctx) => {
    const claimed = await ctx.db
      .insert(sandboxObjects)
      .values({
        orgId: ctx.orgId,
        id,
        kind: 'request',
        data: {},
        requestKey: request.key,
        createdAt: ctx.now,
      })
      .onConflictDoNothing()
      .returning({ id: sandboxObjects.id })
    const mine = and(eq(sandboxObjects.orgId, ctx.orgId), eq(sandboxObjects.id, id))
    if (claimed.length === 1) {
      const answer = await work(ctx)
      await ctx.db.update(sandboxObjects).set({ data: { paramsHash, answer } }).where(mine)
      return { answer, first: true }
    }
    const [row] = await ctx.db
      .select({ data: sandboxObjects.data })
      .from(sandboxObjects)
      .where(mine)
    const stored = row?.data as { paramsHash: string; answer: Answer } | undefined
    if (stored?.paramsHash !== paramsHash)
      throw new AppError(
        'conflict',
        'Keys for idempotent requests can only be used with the same parameters they were first used with.',
      )
    return { answer: stored.answer, first: false }
  })
}
