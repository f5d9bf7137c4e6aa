import { and, eq, inArray, or, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { contacts } from '#db/schema/customers.ts'
import { messages, rawMails, threads } from '#db/schema/inbox.ts'
import { AppError } from '#src/kernel/errors.ts'
import { recordAudit } from '#src/tenancy/audit.ts'

const NOBODY = 'erased@erased.invalid'

/**
 * Erases a contact and the words of its mails, in and out, with their originals. Rows, ids and times stay, so that
 * threads, caps and audit rows keep their sense; the books name no contact. What waits to be sent is not sent.
 * Returns how many mails were emptied. @throws not_found
 */
export async function eraseContact(
  ctx: Ctx,
  customerId: string,
  contactId: string,
): Promise<number> {
  const [contact] = await ctx.db
    .delete(contacts)
    .where(
      and(
        eq(contacts.orgId, ctx.orgId),
        eq(contacts.customerId, customerId),
        eq(contacts.id, contactId),
      ),
    )
    .returning({ email: contacts.email })
  if (!contact) throw new AppError('not_found', `no contact ${contactId} of customer ${customerId}`)
  const emptied = await emptyMails(ctx, customerId, contact.email)
  await recordAudit(ctx, {
    action: 'contact.erased',
    subject: { type: 'customer', id: customerId },
    reason: 'a person was erased',
    data: { contactId, erasedMessages: emptied },
  })
  return emptied
}

async function emptyMails(ctx: Ctx, customerId: string, email: string): Promise<number> {
  const rows = await ctx.db
    .update(messages)
    .set({
      from: sql`case when ${messages.from} = ${email} then ${NOBODY} else ${messages.from} end`,
      to: sql`case when ${messages.to} = ${email} then ${NOBODY} else ${messages.to} end`,
      subject: '',
      text: '',
      html: null,
      attachments: [],
      notes: ['its words were erased'],
      status: sql`case when ${messages.status} = 'queued' then 'withdrawn' else ${messages.status} end`,
    })
    .where(
      and(
        eq(messages.orgId, ctx.orgId),
        // What came from the address before anybody knew whose it was is the person's too.
        or(eq(messages.customerId, customerId), sql`${messages.customerId} is null`),
        or(eq(messages.from, email), eq(messages.to, email)),
      ),
    )
    .returning({ id: messages.id, threadId: messages.threadId })
  for (let at = 0; at < rows.length; at += 500) {
    const part = rows.slice(at, at + 500)
    await ctx.db.delete(rawMails).where(
      and(
        eq(rawMails.orgId, ctx.orgId),
        inArray(
          rawMails.messageId,
          part.map(({ id }) => id),
        ),
      ),
    )
    const threadIds = [...new Set(part.map(({ threadId }) => threadId))]
    await ctx.db
      .update(threads)
      .set({ subject: '' })
      .where(and(eq(threads.orgId, ctx.orgId), inArray(threads.id, threadIds)))
  }
  return rows.length
}
