import type { Ctx } from '#db/context.ts'
import { closeCase } from '#src/collections/close-case.ts'
import { queueMail } from '#src/inbox/queue-mail.ts'
import { AppError } from '#src/kernel/errors.ts'
import { parseActor } from '#src/kernel/ids.ts'
import { resolveEscalation } from './answer-escalation.ts'
import type { Escalation } from './load-escalation.ts'
import { EscalationAnswer } from './shapes.ts'

/**
 * Closes an answered escalation that no run waits for: a text goes to the customer's verified contact, and an approved
 * proposal is carried out in the name of the person who approved it.
 */
export async function followUpEscalation(ctx: Ctx, escalation: Escalation): Promise<void> {
  const answer = EscalationAnswer.parse(escalation.answer)
  const subject = escalation.context['subject']
  if (answer.text !== undefined && answer.decision !== 'reject' && escalation.customerId !== null)
    await queueMail(ctx, {
      key: `escalation:${escalation.id}`,
      customerId: escalation.customerId,
      subject: typeof subject === 'string' ? subject : escalation.summary,
      text: answer.text,
      purpose: 'notice',
    })
  const approved = answer.decision === 'approve' || answer.decision === 'edit'
  const refusal = approved ? await carryOut(ctx, escalation, answer.note) : null
  await resolveEscalation(ctx, escalation.id, refusal ?? answer.decision)
}

/** What was proposed and is approved now; null, or why it can no longer be done. */
async function carryOut(
  ctx: Ctx,
  escalation: Escalation,
  note: string | undefined,
): Promise<string | null> {
  const caseId = escalation.context['caseId']
  if (escalation.reason !== 'dunning_exhausted' || typeof caseId !== 'string') return null
  const actor = parseActor(escalation.answeredBy ?? '')
  try {
    // A savepoint: paid meanwhile, nothing of the closing may stay.
    await ctx.db.transaction((db) =>
      closeCase(
        { ...ctx, db, actor },
        {
          caseId,
          reason: note ?? 'closing was approved',
          writeOff: true,
          approvedBy: escalation.id,
        },
      ),
    )
    return null
  } catch (error) {
    if (!(error instanceof AppError) || !['refused', 'conflict'].includes(error.code)) throw error
    return `approved, but refused: ${error.message}`
  }
}
