import { and, eq, inArray, isNull, lte } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { escalations } from '#db/schema/agents.ts'
import { notify } from '#src/notifications/notify.ts'
import { recordAudit } from '#src/tenancy/audit.ts'

/** Tells, once, that nobody answered an escalation in time. Returns whether it was told now. */
export async function tellOverdue(ctx: Ctx, id: string): Promise<boolean> {
  const [row] = await ctx.db
    .update(escalations)
    .set({ overdueToldAt: ctx.now })
    .where(
      and(
        eq(escalations.orgId, ctx.orgId),
        eq(escalations.id, id),
        inArray(escalations.status, ['open', 'claimed']),
        lte(escalations.dueAt, ctx.now),
        isNull(escalations.overdueToldAt),
      ),
    )
    .returning()
  if (!row) return false
  const { customerId, reason, priority, claimedBy } = row
  await recordAudit(ctx, {
    action: 'escalation.overdue',
    subject: { type: 'escalation', id },
    reason: `nobody answered by ${row.dueAt.toString()}`,
    data: { claimedBy, priority },
  })
  await notify(ctx, {
    type: 'escalation.overdue',
    key: `escalation.overdue:${id}`,
    data: {
      escalationId: id,
      customerId,
      reason,
      priority,
      dueAt: row.dueAt.toString(),
      claimedBy,
    },
  })
  return true
}
