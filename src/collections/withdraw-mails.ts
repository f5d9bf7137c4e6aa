import { and, eq, inArray, notInArray } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { messages } from '#db/schema/inbox.ts'
import { recordAudit } from '#src/tenancy/audit.ts'

/**
 * Takes back mails of dunning cases that wait for their hour: the money has come, or a stop signal.
 * One that is being sent at this moment is gone; `keptKeys` stay. Returns how many.
 */
export async function withdrawMails(
  ctx: Ctx,
  caseIds: readonly string[],
  reason: string,
  keptKeys: readonly string[] = [],
): Promise<number> {
  if (caseIds.length === 0) return 0
  const rows = await ctx.db
    .update(messages)
    .set({ status: 'withdrawn' })
    .where(
      and(
        eq(messages.orgId, ctx.orgId),
        inArray(messages.dunningCaseId, [...caseIds]),
        eq(messages.direction, 'out'),
        eq(messages.status, 'queued'),
        keptKeys.length === 0 ? undefined : notInArray(messages.key, [...keptKeys]),
      ),
    )
    .returning({ id: messages.id })
  for (const { id } of rows)
    await recordAudit(ctx, {
      action: 'mail.withdrawn',
      subject: { type: 'message', id },
      reason,
      data: { caseIds },
    })
  return rows.length
}
