import { and, desc, eq, lt, type InferSelectModel } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { apiKeys } from '#db/schema/tenancy.ts'
import { startAfter, type PageQuery } from '#src/kernel/paging.ts'

/** A key as anybody may see it. */
export type ApiKeyRow = Omit<InferSelectModel<typeof apiKeys>, 'hash' | 'orgId'>

/** Keys, newest first; one more than the limit, for `pageOf`. */
export async function listApiKeys(ctx: Ctx, query: PageQuery): Promise<ApiKeyRow[]> {
  const after = startAfter(query)
  return ctx.db
    .select({
      id: apiKeys.id,
      name: apiKeys.name,
      prefix: apiKeys.prefix,
      role: apiKeys.role,
      createdAt: apiKeys.createdAt,
      expiresAt: apiKeys.expiresAt,
      revokedAt: apiKeys.revokedAt,
      lastUsedAt: apiKeys.lastUsedAt,
    })
    .from(apiKeys)
    .where(and(eq(apiKeys.orgId, ctx.orgId), after === null ? undefined : lt(apiKeys.id, after)))
    .orderBy(desc(apiKeys.id))
    .limit(query.limit + 1)
}
