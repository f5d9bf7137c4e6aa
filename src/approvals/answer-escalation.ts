import { and, eq, inArray } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { escalations } from '#db/schema/agents.ts'
import { AppError } from '#src/kernel/errors.ts'
import { actorName } from '#src/kernel/ids.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { foreignNames } from './foreign-names.ts'
import { foreignReferences } from './foreign-references.ts'
import { gateText } from './gate-text.ts'
import { mayTake, refuseForeignAccount, refuseTaken, staleBefore } from './holder.ts'
import { loadEscalation, type Escalation } from './load-escalation.ts'
import { lowerUnearned } from './lower-unearned.ts'
import { EscalationAnswer } from './shapes.ts'
import { storedQuestion } from './stored-question.ts'

const FactsInContext = z.object({ facts: z.record(z.string(), z.string()).default({}) })

/**
 * Takes a person's answer and wakes the run that waits for it. Of answers given at once the first settles it.
 * A text passes the same gates as a model's draft, except that a person may write numbers.
 * @throws not_found; refused (422) naming what in the text is not allowed, or that an approval would do nothing;
 *   conflict naming who answered first, or who has the case or the account.
 */
export async function answerEscalation(
  ctx: Ctx,
  input: {
    id: string
    answer: EscalationAnswer
    /** False where the run that waits is being resumed at this moment. */
    wakesRun?: boolean
  },
): Promise<Escalation> {
  const answer = EscalationAnswer.parse(input.answer)
  const current = await loadEscalation(ctx, input.id)
  if (current.answer !== null) return refuseTaken(ctx, input.id)
  await refuseForbiddenText(ctx, current, answer)
  refuseEmptyApproval(current, answer)
  const by = actorName(ctx.actor)
  const stale = await staleBefore(ctx)
  await refuseForeignAccount(ctx, current, stale)
  const [row] = await ctx.db
    .update(escalations)
    .set({ status: 'answered', answer, answeredBy: by, answeredAt: ctx.now })
    .where(
      and(
        eq(escalations.orgId, ctx.orgId),
        eq(escalations.id, input.id),
        inArray(escalations.status, ['open', 'claimed']),
        mayTake(by, stale),
      ),
    )
    .returning()
  if (!row) return refuseTaken(ctx, input.id)
  await recordAudit(ctx, {
    action: 'escalation.answered',
    subject: { type: 'escalation', id: input.id },
    reason: answer.note ?? answer.decision,
    data: { decision: answer.decision, runId: row.runId, heldBy: current.claimedBy },
  })
  await lowerUnearned(ctx)
  if (input.wakesRun !== false)
    await enqueue(ctx, {
      job: 'RESUME_RUN',
      key: input.id,
      payload: { escalationId: input.id },
    })
  return row
}

/** Approved where nothing is proposed, a case would leave the queue with nothing done and look settled. */
function refuseEmptyApproval(escalation: Escalation, { decision }: EscalationAnswer): void {
  if (decision !== 'approve' || storedQuestion(escalation).asked.length > 0) return
  const message = 'nothing is proposed here: respond, or reject to close it'
  throw new AppError('refused', `approve: ${message}`, { fields: [{ path: 'decision', message }] })
}

async function refuseForbiddenText(
  ctx: Ctx,
  escalation: Escalation,
  answer: EscalationAnswer,
): Promise<void> {
  if (answer.text === undefined) return
  const { facts } = FactsInContext.parse(escalation.context)
  const problems = [
    ...gateText(answer.text, { facts, author: 'human' }),
    ...(await foreignReferences(ctx, escalation.customerId, answer.text)),
    ...(await foreignNames(ctx, escalation.customerId, answer.text)),
  ]
  if (problems.length === 0) return
  throw new AppError('refused', 'the text may not go out as it is', {
    fields: problems.map(({ code, found }) => ({ path: 'text', message: `${code}: ${found}` })),
  })
}

/** Closes an answered escalation: what was decided has been done (or there was nothing to do). */
export async function resolveEscalation(ctx: Ctx, id: string, outcome: string): Promise<void> {
  const rows = await ctx.db
    .update(escalations)
    .set({ status: 'resolved', resolvedAt: ctx.now, outcome })
    .where(
      and(
        eq(escalations.orgId, ctx.orgId),
        eq(escalations.id, id),
        eq(escalations.status, 'answered'),
      ),
    )
    .returning({ id: escalations.id })
  if (rows.length > 0)
    await recordAudit(ctx, {
      action: 'escalation.resolved',
      subject: { type: 'escalation', id },
      reason: outcome,
    })
}
