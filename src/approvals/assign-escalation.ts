import { and, eq, inArray } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { escalations } from '#db/schema/agents.ts'
import { members } from '#db/schema/tenancy.ts'
import { may } from '#src/http/roles.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { actorName } from '#src/kernel/ids.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { refuseForeignAccount, refuseTaken, staleBefore } from './holder.ts'
import { loadEscalation, type Escalation } from './load-escalation.ts'

/**
 * Gives an escalation to a member, whoever had it.
 * @throws not_found; invalid_input for somebody who is no member; refused for one whose role may not answer; conflict
 *   when it is answered, or another case of the account is with somebody else.
 */
export async function assignEscalation(
  ctx: Ctx,
  input: { id: string; memberId: string },
): Promise<Escalation> {
  const { id, memberId } = input
  const [member] = await ctx.db
    .select({ id: members.id, role: members.role })
    .from(members)
    .where(and(eq(members.orgId, ctx.orgId), eq(members.id, memberId)))
  if (!member) throw invalidField('memberId', `no member ${memberId}`)
  if (!may(member.role, 'escalations', 'write'))
    throw new AppError('refused', `${memberId} may not answer: the role is ${member.role}`, {
      fields: [{ path: 'memberId', message: `the role ${member.role} may not answer` }],
    })
  const before = await loadEscalation(ctx, id)
  const owner = { kind: 'member' as const, id: memberId }
  await refuseForeignAccount({ ...ctx, actor: owner }, before, await staleBefore(ctx))
  const to = actorName(owner)
  const [row] = await ctx.db
    .update(escalations)
    .set({ status: 'claimed', claimedBy: to, claimedAt: ctx.now, claimActiveAt: ctx.now })
    .where(
      and(
        eq(escalations.orgId, ctx.orgId),
        eq(escalations.id, id),
        inArray(escalations.status, ['open', 'claimed']),
      ),
    )
    .returning()
  if (!row) return refuseTaken(ctx, id)
  await recordAudit(ctx, {
    action: 'escalation.assigned',
    subject: { type: 'escalation', id },
    reason: 'a person gives the case to another',
    data: { from: before.claimedBy, to },
  })
  return row
}
