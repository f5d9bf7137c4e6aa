import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { escalations } from '#db/schema/agents.ts'
import { actorName } from '#src/kernel/ids.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { refuseTaken } from './holder.ts'
import type { Escalation } from './load-escalation.ts'

/**
 * Gives a claimed escalation back to the queue.
 * @throws not_found; conflict when it is not the actor's.
 */
export async function releaseEscalation(ctx: Ctx, id: string): Promise<Escalation> {
  const [row] = await ctx.db
    .update(escalations)
    .set({ status: 'open', claimedBy: null, claimedAt: null, claimActiveAt: null })
    .where(
      and(
        eq(escalations.orgId, ctx.orgId),
        eq(escalations.id, id),
        eq(escalations.status, 'claimed'),
        eq(escalations.claimedBy, actorName(ctx.actor)),
      ),
    )
    .returning()
  if (!row) return refuseTaken(ctx, id)
  await recordAudit(ctx, {
    action: 'escalation.released',
    subject: { type: 'escalation', id },
    reason: 'a person gives the case back',
  })
  return row
}
