import { and, eq, inArray } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { escalations } from '#db/schema/agents.ts'
import { recordAudit } from '#src/tenancy/audit.ts'

/**
 * Takes questions out of the human queue that nobody has to answer any more, audited. Answered ones stay: what was
 * decided is being done. Returns how many.
 */
export async function withdrawEscalations(
  ctx: Ctx,
  about: { readonly runId: string; readonly reasons: readonly string[]; readonly because: string },
): Promise<number> {
  const rows = await ctx.db
    .update(escalations)
    .set({ status: 'resolved', resolvedAt: ctx.now })
    .where(
      and(
        eq(escalations.orgId, ctx.orgId),
        eq(escalations.runId, about.runId),
        inArray(escalations.reason, [...about.reasons]),
        inArray(escalations.status, ['open', 'claimed']),
      ),
    )
    .returning({ id: escalations.id, claimedBy: escalations.claimedBy })
  for (const { id, claimedBy } of rows)
    await recordAudit(ctx, {
      action: 'escalation.resolved',
      subject: { type: 'escalation', id },
      reason: about.because,
      data: { runId: about.runId, claimedBy },
    })
  return rows.length
}
