import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { contacts } from '#db/schema/customers.ts'
import { messages } from '#db/schema/inbox.ts'
import { openEscalation } from '#src/approvals/open-escalation.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { isHardBounce, type DeliveryReport } from './delivery-report.ts'
import { billingRecipient } from './recipient.ts'

/**
 * Acts on what another mail system says of a mail of ours: an address that is gone is not written to any more, one
 * whose owner complained neither, and a person is told where that leaves nobody. Reports that do not name a mail of
 * ours by its signed Message-ID change nothing: anybody can send them.
 */
export async function applyReport(
  ctx: Ctx,
  report: DeliveryReport,
  reportId: string,
): Promise<void> {
  const mails = report.messageIds.length === 0 ? [] : await ourMails(ctx, report.messageIds)
  for (const mail of mails) {
    const stop = report.kind === 'complaint' || isHardBounce(report)
    await ctx.db
      .update(messages)
      .set({ reason: sentence(report), ...(mail.status === 'unknown' ? { status: 'sent' } : {}) })
      .where(and(eq(messages.orgId, ctx.orgId), eq(messages.id, mail.id)))
    if (!stop || mail.customerId === null) continue
    const stopped = report.kind === 'complaint' ? 'complained' : 'bounced'
    await stopWriting(ctx, mail.customerId, mail.to, stopped, reportId)
  }
}

async function ourMails(ctx: Ctx, messageIds: readonly string[]) {
  return ctx.db
    .select({
      id: messages.id,
      customerId: messages.customerId,
      to: messages.to,
      status: messages.status,
    })
    .from(messages)
    .where(
      and(
        eq(messages.orgId, ctx.orgId),
        eq(messages.direction, 'out'),
        inArray(messages.messageId, messageIds.slice(0, 5)),
        inArray(messages.status, ['sending', 'sent', 'unknown', 'failed']),
      ),
    )
}

function sentence({ kind, status }: DeliveryReport): string {
  const code = status === null ? '' : ` (${status})`
  if (kind === 'complaint') return 'the receiver reported it as unwanted'
  return kind === 'bounce' ? `it came back${code}` : `its delivery is delayed${code}`
}

async function stopWriting(
  ctx: Ctx,
  customerId: string,
  email: string,
  mailStopped: 'bounced' | 'complained',
  reportId: string,
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
    data: { contactId: contact.id, reportId },
  })
  const left = await billingRecipient(ctx, customerId)
  if (mailStopped === 'bounced' && left) return
  await openEscalation(ctx, {
    runId: `none:${reportId}`,
    customerId,
    reason: mailStopped === 'complained' ? 'mail_complaint' : 'mail_bounced',
    summary:
      mailStopped === 'complained'
        ? 'A contact reported our mail as unwanted: nothing more is written to that address.'
        : 'Mail to the last contact of this account comes back: nobody can be written to.',
    context: { contactId: contact.id, reportId },
    key: `mail:${mailStopped}:${contact.id}:${ctx.now.toString()}`,
  })
}
