import { and, eq, isNull } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { apiKeys } from '#db/schema/tenancy.ts'
import { AppError } from '#src/kernel/errors.ts'
import { recordAudit } from './audit.ts'

/**
 * Revokes a key: refused everywhere within five seconds. Revoking it again changes nothing.
 * @throws not_found
 */
export async function revokeApiKey(ctx: Ctx, id: string, reason: string): Promise<void> {
  const own = and(eq(apiKeys.orgId, ctx.orgId), eq(apiKeys.id, id))
  const revoked = await ctx.db
    .update(apiKeys)
    .set({ revokedAt: ctx.now })
    .where(and(own, isNull(apiKeys.revokedAt)))
    .returning({ id: apiKeys.id })
  if (revoked.length === 0) {
    const [known] = await ctx.db.select({ id: apiKeys.id }).from(apiKeys).where(own)
    if (!known) throw new AppError('not_found', `no key ${id}`)
    return
  }
  await recordAudit(ctx, {
    action: 'api_key.revoked',
    subject: { type: 'api_key', id },
    reason,
  })
}
