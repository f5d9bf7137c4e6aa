import { and, eq, sql } from 'drizzle-orm'
import { anyOf, type Ctx } from '#db/context.ts'
import { EFFECT_ROUTE, idempotencyKeys } from '#db/schema/tenancy.ts'
import { AppError } from '#src/kernel/errors.ts'

const PREFIX = 'effect:'

/** What came of effects that have been performed, by key. */
export async function performedBefore(
  ctx: Ctx,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return new Map()
  const rows = await ctx.db
    .select({ key: idempotencyKeys.key, answer: idempotencyKeys.answer })
    .from(idempotencyKeys)
    .where(
      and(
        eq(idempotencyKeys.orgId, ctx.orgId),
        sql`${idempotencyKeys.key} = ${anyOf(keys.map((key) => `${PREFIX}${key}`))}`,
      ),
    )
  return new Map(rows.map(({ key, answer }) => [key.slice(PREFIX.length), answer ?? 'done before']))
}

/**
 * Does `work` in this transaction unless it was done under this key before; both commit together or not at all.
 * Returns what came of it, now or then.
 * @throws unavailable when another transaction does it at this moment.
 */
export async function performOnce(
  ctx: Ctx,
  key: string,
  work: () => Promise<string>,
): Promise<string> {
  const before = (await performedBefore(ctx, [key])).get(key)
  if (before !== undefined) return before
  const result = await work()
  const inserted = await ctx.db
    .insert(idempotencyKeys)
    .values({
      orgId: ctx.orgId,
      key: `${PREFIX}${key}`,
      route: EFFECT_ROUTE,
      bodyHash: key,
      answer: result,
      createdAt: ctx.now,
    })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key })
  if (inserted.length === 0) throw new AppError('unavailable', `${key} is being done`)
  return result
}
