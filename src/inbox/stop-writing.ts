import { and, eq, isNull } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { contacts } from '#db/schema/customers.ts'
import { openEscalation } from '#src/approvals/open-escalation.ts'
import { AppError } from '#src/kernel/errors.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { billingRecipient } from './recipient.ts'

/**
 * Writes no more to a contact; `because` is the message that says why. A person is told of a complaint, and of an
 * account that nobody is left to write to.
 */
export async function stopWriting(
  ctx: Ctx,
  customerId: string,
  email: string,
  mailStopped: 'bounced' | 'complained',
  because: string,
): Promise<void> {
  const [contact] = await ctx.db
    .update(contacts)
    .set({ mailStopped, mailStoppedAt: ctx.now })
    .where(
      and(
        eq(contacts.orgId, ctx.orgId),
        eq(contacts.customerId, customerId),
        eq(contacts.email, email),
        isNull(contacts.mailStopped),
      ),
    )
    .returning({ id: contacts.id })
  if (!contact) return
  await recordAudit(ctx, {
    action: 'contact.mail_stopped',
    subject: { type: 'customer', id: customerId },
    reason: mailStopped === 'complained' ? 'the receiver complained' : 'the address is gone',
    data: { contactId: contact.id, because },
  })
  const left = await billingRecipient(ctx, customerId)
  if (mailStopped === 'bounced' && left) return
  await openEscalation(ctx, {
    runId: `none:${because}`,
    customerId,
    reason: mailStopped === 'complained' ? 'mail_complaint' : 'mail_bounced',
    summary:
      mailStopped === 'complained'
        ? 'A contact reported our mail as unwanted: nothing more is written to that address.'
        : 'Mail to the last contact of this account comes back: nobody can be written to.',
    context: { contactId: contact.id, because },
    key: `mail:${mailStopped}:${contact.id}:${ctx.now.toString()}`,
  })
}

/** A person's word that a contact may be written to again. @throws not_found */
export async function resumeWriting(
  ctx: Ctx,
  customerId: string,
  contactId: string,
): Promise<void> {
  const [contact] = await ctx.db
    .update(contacts)
    .set({ mailStopped: null, mailStoppedAt: null })
    .where(
      and(
        eq(contacts.orgId, ctx.orgId),
        eq(contacts.customerId, customerId),
        eq(contacts.id, contactId),
      ),
    )
    .returning({ id: contacts.id })
  if (!contact) throw new AppError('not_found', `no contact ${contactId} of customer ${customerId}`)
  await recordAudit(ctx, {
    action: 'contact.mail_resumed',
    subject: { type: 'customer', id: customerId },
    reason: 'a person had it written to again',
    data: { contactId },
  })
}
