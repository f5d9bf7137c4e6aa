import { and, eq } from 'drizzle-orm'
import type { Ctx, Scope } from '#db/context.ts'
import { usageDeadLetters } from '#db/schema/metering.ts'
import { AppError } from '#src/kernel/errors.ts'
import { namesItself } from './event-forms.ts'
import { recordUsage } from './record-usage.ts'
import { BACKFILL_WINDOW_DAYS } from './rules/arrival.ts'
import type { EventResult } from './shapes.ts'

/**
 * Sends a dead letter in again, as it is or mended by `body`. However often it is redriven it counts once:
 * the event's own key decides, and a letter without one goes by its id. Refused again, it stays open.
 * An event without a timestamp happened when it first arrived; one parked as too old may be as old as a backfill.
 * @throws not_found
 */
export async function redriveDeadLetter(
  scope: Scope,
  input: { readonly id: string; readonly body?: unknown },
): Promise<EventResult> {
  const letter = await scope.transact((ctx) => loadDeadLetter(ctx, input.id))
  const body = input.body ?? letter.body
  const { results } = await recordUsage(scope, {
    events: [body],
    arrivedAt: letter.receivedAt,
    keepRefused: false,
    ...(namesItself(body) ? {} : { idempotencyKeyFallback: letter.id }),
    windowDays: BACKFILL_WINDOW_DAYS,
  })
  const [result] = results
  if (!result) throw new AppError('internal', 'an event without an answer')
  if (result.status !== 'rejected') await scope.transact((ctx) => markRedriven(ctx, letter.id))
  return result
}

async function markRedriven(ctx: Ctx, id: string): Promise<void> {
  await ctx.db
    .update(usageDeadLetters)
    .set({ status: 'redriven' })
    .where(and(eq(usageDeadLetters.orgId, ctx.orgId), eq(usageDeadLetters.id, id)))
}

async function loadDeadLetter(ctx: Ctx, id: string) {
  const [letter] = await ctx.db
    .select()
    .from(usageDeadLetters)
    .where(and(eq(usageDeadLetters.orgId, ctx.orgId), eq(usageDeadLetters.id, id)))
  if (!letter) throw new AppError('not_found', `no dead letter ${id}`)
  return letter
}
