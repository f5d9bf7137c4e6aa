import { and, eq, inArray } from 'drizzle-orm'
import type { InferSelectModel } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { messages } from '#db/schema/inbox.ts'
import { openEscalation } from '#src/approvals/open-escalation.ts'
import { AppError } from '#src/kernel/errors.ts'
import { recordAudit } from '#src/tenancy/audit.ts'

type Message = Pick<InferSelectModel<typeof messages>, 'id' | 'customerId' | 'purpose'>

/** SEND_MAIL may be tried so often: hourly in the end, for two days. */
export const SEND_ATTEMPTS = 60

/**
 * Writes down what became of a mail that was being sent, once. What is known replaces `unknown`; a person is told of
 * what is not.
 */
export async function settleMail(
  ctx: Ctx,
  message: Message,
  status: 'sent' | 'failed' | 'withdrawn' | 'unknown',
  reason: string,
): Promise<void> {
  const settled = await ctx.db
    .update(messages)
    .set({ status, reason, ...(status === 'sent' ? { sentAt: ctx.now } : {}) })
    .where(
      and(
        eq(messages.orgId, ctx.orgId),
        eq(messages.id, message.id),
        inArray(
          messages.status,
          status === 'unknown' ? ['sending'] : ['queued', 'sending', 'unknown'],
        ),
      ),
    )
    .returning({ id: messages.id })
  // Another run of the job was faster: the mail is one, so is its audit row.
  if (settled.length === 0) return
  await recordAudit(ctx, {
    action: `mail.${status}`,
    subject: { type: 'message', id: message.id },
    reason,
    data: { customerId: message.customerId, purpose: message.purpose },
  })
  if (status !== 'unknown') return
  await openEscalation(ctx, {
    runId: `none:${message.id}`,
    customerId: message.customerId,
    reason: 'mail_unknown',
    summary:
      'It is not known whether a mail went out: the answer of the mail server was lost. It was not sent again.',
    context: { messageId: message.id, purpose: message.purpose, settle: 'sent or send_again' },
    key: `mail:unknown:${message.id}:${ctx.now.toString()}`,
  })
}

/**
 * A person's answer for a mail of which it is not known whether it went out.
 * @throws not_found; conflict when the mail is not `unknown`.
 */
export async function answerUnknownMail(
  ctx: Ctx,
  id: string,
  answer: 'sent' | 'send_again',
): Promise<void> {
  const [row] = await ctx.db
    .select()
    .from(messages)
    .where(and(eq(messages.orgId, ctx.orgId), eq(messages.id, id), eq(messages.direction, 'out')))
    .for('update')
  if (!row) throw new AppError('not_found', `no outgoing message ${id}`)
  if (row.status !== 'unknown') throw new AppError('conflict', `message ${id} is ${row.status}`)
  if (answer === 'sent') return settleMail(ctx, row, 'sent', 'a person says that it went out')
  await ctx.db
    .update(messages)
    .set({ status: 'queued', sendAt: ctx.now, reason: 'a person had it sent again' })
    .where(and(eq(messages.orgId, ctx.orgId), eq(messages.id, id)))
  await enqueue(ctx, {
    job: 'SEND_MAIL',
    key: `${id}:${ctx.now.toString()}`,
    payload: { messageId: id },
    maxAttempts: SEND_ATTEMPTS,
  })
  await recordAudit(ctx, {
    action: 'mail.sent_again',
    subject: { type: 'message', id },
    reason: 'a person says that it did not go out',
    data: { customerId: row.customerId, purpose: row.purpose },
  })
}
