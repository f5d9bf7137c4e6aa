import type { Ctx } from '#db/context.ts'
import { idempotencyKeys } from '#db/schema/tenancy.ts'

/**
 * Does `work` in this transaction unless it was done under this key before; both commit together or not at all.
 * @returns whether it was done now.
 */
export async function performOnce(
  ctx: Ctx,
  key: string,
  work: () => Promise<unknown>,
): Promise<boolean> {
  const inserted = await ctx.db
    .insert(idempotencyKeys)
    .values({
      orgId: ctx.orgId,
      key: `effect:${key}`,
      route: 'effect',
      bodyHash: key,
      createdAt: ctx.now,
    })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key })
  if (inserted.length === 0) return false
  await work()
  return true
}
