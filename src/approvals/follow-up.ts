import type { Ctx } from '#db/context.ts'
import { queueMail } from '#src/inbox/queue-mail.ts'
import { resolveEscalation } from './answer-escalation.ts'
import type { Escalation } from './load-escalation.ts'
import { EscalationAnswer } from './shapes.ts'

/** Closes an answered escalation that no run waits for: a text goes to the customer's verified contact. */
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
  await resolveEscalation(ctx, escalation.id, answer.decision)
}
