import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { customers } from '#db/schema/customers.ts'
import { queueMail } from '#src/inbox/queue-mail.ts'
import { lockCase } from './case-rows.ts'
import { mailKey } from './case-mails.ts'
import { planDunningMail } from './plan-mail.ts'

/**
 * Queues a step's mail with the text an agent wrote, if the mail may still go out: everything is looked at again, the
 * text may have been hours in the making. Returns the message's row id, or null when there is nothing to send any more.
 * @throws not_found
 */
export async function commitDunningMail(
  ctx: Ctx,
  input: { caseId: string; step: string; subject: string; text: string },
): Promise<string | null> {
  const { caseId, step, subject, text } = input
  const { customerId } = await lockCase(ctx, caseId)
  // The caps hold over all invoices of a customer: two cases must not take the same slot.
  await ctx.db
    .select({ id: customers.id })
    .from(customers)
    .where(and(eq(customers.orgId, ctx.orgId), eq(customers.id, customerId)))
    .for('update')
  const plan = await planDunningMail(ctx, { caseId, step })
  if (plan === null) return null
  return queueMail(ctx, {
    key: mailKey(caseId, step),
    customerId,
    subject,
    text,
    purpose: plan.purpose,
    dunningCaseId: caseId,
    sendAt: plan.sendAt,
  })
}
