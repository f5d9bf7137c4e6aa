import { and, eq, inArray } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { escalations } from '#db/schema/agents.ts'
import { actorName } from '#src/kernel/ids.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { mayTake, refuseForeignAccount, refuseTaken, staleBefore } from './holder.ts'
import { loadEscalation, type Escalation } from './load-escalation.ts'

/**
 * Takes an escalation for the actor, or over from somebody whose claim has gone stale. Claiming one's own again keeps
 * it from going stale.
 * @throws not_found; conflict naming who has it, or another case of the account, or that it is answered.
 */
export async function claimEscalation(ctx: Ctx, id: string): Promise<Escalation> {
  const by = actorName(ctx.actor)
  const stale = await staleBefore(ctx)
  const before = await loadEscalation(ctx, id)
  await refuseForeignAccount(ctx, before, stale)
  const isOwn = before.status === 'claimed' && before.claimedBy === by
  const [row] = await ctx.db
    .update(escalations)
    .set({
      status: 'claimed',
      claimedBy: by,
      claimActiveAt: ctx.now,
      ...(isOwn ? {} : { claimedAt: ctx.now }),
    })
    .where(
      and(
        eq(escalations.orgId, ctx.orgId),
        eq(escalations.id, id),
        inArray(escalations.status, ['open', 'claimed']),
        mayTake(by, stale),
      ),
    )
    .returning()
  if (!row) return refuseTaken(ctx, id)
  if (isOwn) return row
  const from = before.status === 'claimed' ? before.claimedBy : null
  await recordAudit(ctx, {
    action: from === null ? 'escalation.claimed' : 'escalation.taken_over',
    subject: { type: 'escalation', id },
    reason: from === null ? 'a person takes the case' : `the claim of ${from} went stale`,
    data: { from, to: by },
  })
  return row
}
