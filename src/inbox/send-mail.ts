import { and, eq, inArray } from 'drizzle-orm'
import type { InferSelectModel } from 'drizzle-orm'
import type { Ctx, Scope } from '#db/context.ts'
import { messages } from '#db/schema/inbox.ts'
import type { Mailer, OutgoingMail } from '#src/gateways/mailer/mailer.ts'
import { PoisonJobError } from '#src/gateways/queue/job.ts'
import { AppError } from '#src/kernel/errors.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { contactOf } from './recipient.ts'

type Message = InferSelectModel<typeof messages>
type Attachment = OutgoingMail['attachments'][number]

/** Makes the document of an invoice that goes along with a mail. */
type RenderAttachment = (scope: Scope, invoiceId: string) => Promise<Attachment>

export interface SendMailDeps {
  readonly mailer: Mailer
  readonly renderAttachment: RenderAttachment
}

/**
 * Sends a queued mail: claimed (queued → sending), handed to the mailer between two transactions, marked sent. Killed
 * in between it is sent again under the same Message-ID. Withdrawn and sent mails are left alone.
 * @throws PoisonJobError when the mail server refuses it for good; the row says `failed`.
 */
export async function sendMail(scope: Scope, deps: SendMailDeps, id: string): Promise<void> {
  const claimed = await scope.transact((ctx) => claim(ctx, id))
  if (!claimed) return
  const { message, sender } = claimed
  const attachments =
    message.attachInvoiceId === null
      ? []
      : [await deps.renderAttachment(scope, message.attachInvoiceId)]
  try {
    await deps.mailer.send(outgoing(message, sender, attachments))
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'refused') throw error
    await scope.transact((ctx) => settle(ctx, message, 'failed', 'the mail server refused it'))
    throw new PoisonJobError(`mail ${id} was refused for good`)
  }
  await scope.transact((ctx) => settle(ctx, message, 'sent', `sent by ${deps.mailer.name}`))
}

async function claim(ctx: Ctx, id: string): Promise<{ message: Message; sender: string } | null> {
  const [message] = await ctx.db
    .update(messages)
    .set({ status: 'sending' })
    .where(
      and(
        eq(messages.orgId, ctx.orgId),
        eq(messages.id, id),
        eq(messages.direction, 'out'),
        inArray(messages.status, ['queued', 'sending']),
      ),
    )
    .returning()
  if (!message) return null
  // Between queueing and sending the address may have been taken from the account.
  const stillContact =
    message.customerId !== null && (await contactOf(ctx, message.customerId, message.to))
  if (!stillContact) {
    await settle(ctx, message, 'withdrawn', 'the receiver is no longer a verified contact')
    return null
  }
  const { name } = await loadOrganization(ctx)
  return { message, sender: name }
}

async function settle(
  ctx: Ctx,
  message: Message,
  status: 'sent' | 'failed' | 'withdrawn',
  reason: string,
): Promise<void> {
  const settled = await ctx.db
    .update(messages)
    .set({ status, ...(status === 'sent' ? { sentAt: ctx.now } : {}) })
    .where(
      and(
        eq(messages.orgId, ctx.orgId),
        eq(messages.id, message.id),
        eq(messages.status, 'sending'),
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
}

function outgoing(
  message: Message,
  senderName: string,
  attachments: readonly Attachment[],
): OutgoingMail {
  const { References: references, ...headers } = message.headers
  return {
    messageId: message.messageId,
    from: `"${senderName.replaceAll(/["\\\r\n]/g, ' ')}" <${message.from}>`,
    to: message.to,
    subject: message.subject,
    text: message.text,
    html: message.html,
    inReplyTo: message.inReplyTo,
    references: references?.split(' ') ?? [],
    headers,
    attachments,
    dateIso: (message.sendAt ?? message.createdAt).toString(),
  }
}
