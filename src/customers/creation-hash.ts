import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { auditLog } from '#db/schema/tenancy.ts'

/**
 * Hash of the input a thing was created from, as its audit row keeps it: a repeated request is recognised even after
 * the thing was changed. Null when it was never created through its verb.
 */
export async function creationHash(
  ctx: Ctx,
  action: string,
  subject: { readonly type: string; readonly id: string },
): Promise<string | null> {
  const [row] = await ctx.db
    .select({ data: auditLog.data })
    .from(auditLog)
    .where(
      and(
        eq(auditLog.orgId, ctx.orgId),
        eq(auditLog.subjectType, subject.type),
        eq(auditLog.subjectId, subject.id),
        eq(auditLog.action, action),
      ),
    )
    .limit(1)
  const hash = row?.data['inputHash']
  return typeof hash === 'string' ? hash : null
}
