import { and, eq, inArray, isNull, or } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { escalations } from '#db/schema/agents.ts'
import { AppError } from '#src/kernel/errors.ts'
import { actorName } from '#src/kernel/ids.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadEscalation, type Escalation } from './load-escalation.ts'

/**
 * Takes an escalation for the actor; claiming one's own again changes nothing.
 * @throws not_found; conflict when somebody else has it or it is answered.
 */
export async function claimEscalation(ctx: Ctx, id: string): Promise<Escalation> {
  const by = actorName(ctx.actor)
  const rows = await ctx.db
    .update(escalations)
    .set({ status: 'claimed', claimedBy: by, claimedAt: ctx.now })
    .where(
      and(
        eq(escalations.orgId, ctx.orgId),
        eq(escalations.id, id),
        inArray(escalations.status, ['open', 'claimed']),
        or(isNull(escalations.claimedBy), eq(escalations.claimedBy, by)),
      ),
    )
    .returning({ id: escalations.id })
  if (rows.length === 0) await refuse(ctx, id)
  await recordAudit(ctx, {
    action: 'escalation.claimed',
    subject: { type: 'escalation', id },
    reason: 'a person takes the case',
  })
  return loadEscalation(ctx, id)
}

/**
 * Gives a claimed escalation back to the queue.
 * @throws not_found; conflict when it is not the actor's.
 */
export async function releaseEscalation(ctx: Ctx, id: string): Promise<Escalation> {
  const rows = await ctx.db
    .update(escalations)
    .set({ status: 'open', claimedBy: null, claimedAt: null })
    .where(
      and(
        eq(escalations.orgId, ctx.orgId),
        eq(escalations.id, id),
        eq(escalations.status, 'claimed'),
        eq(escalations.claimedBy, actorName(ctx.actor)),
      ),
    )
    .returning({ id: escalations.id })
  if (rows.length === 0) await refuse(ctx, id)
  await recordAudit(ctx, {
    action: 'escalation.released',
    subject: { type: 'escalation', id },
    reason: 'a person gives the case back',
  })
  return loadEscalation(ctx, id)
}

async function refuse(ctx: Ctx, id: string): Promise<never> {
  const current = await loadEscalation(ctx, id)
  throw new AppError(
    'conflict',
    current.claimedBy === null
      ? `the escalation is ${current.status}`
      : `the escalation is ${current.status}, held by ${current.claimedBy}`,
  )
}
