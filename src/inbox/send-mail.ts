import { and, eq, inArray } from 'drizzle-orm'
import type { InferSelectModel } from 'drizzle-orm'
import type { Ctx, Scope } from '#db/context.ts'
import { messages } from '#db/schema/inbox.ts'
import type { Mailer, OutgoingMail, SendOutcome } from '#src/gateways/mailer/mailer.ts'
import { PoisonJobError } from '#src/gateways/queue/job.ts'
import { AppError, unreachable } from '#src/kernel/errors.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { refusedReceiver } from './delivery-report.ts'
import { contactOf, type Recipient } from './recipient.ts'
import { settleMail } from './settle-mail.ts'
import { stopWriting } from './stop-writing.ts'

type Message = InferSelectModel<typeof messages>
type Attachment = OutgoingMail['attachments'][number]

/** Makes the document of an invoice that goes along with a mail. */
type RenderAttachment = (scope: Scope, invoiceId: string) => Promise<Attachment>

export interface SendMailDeps {
  readonly mailer: Mailer
  readonly renderAttachment: RenderAttachment
}

/** A server that has put us off for so long will not take the mail. */
const GIVE_UP_HOURS = 48

/**
 * Sends a queued mail: claimed (queued → sending), handed to the mailer between two transactions, settled by what the
 * server said. Where that is not known, because the answer was lost or the process was killed meanwhile, the mail is
 * `unknown` and a person is told: it is never sent again by itself. Withdrawn and sent mails are left alone.
 * @throws PoisonJobError when the mail server refuses it for good; the row says `failed`.
 * @throws unavailable when it is to be tried again; the row is `queued` meanwhile, so that it can be withdrawn.
 */
export async function sendMail(scope: Scope, deps: SendMailDeps, id: string): Promise<void> {
  const ready = await scope.transact((ctx) => examine(ctx, id, deps.mailer))
  if (!ready) return
  const { attachInvoiceId } = ready
  // Before it is claimed: what fails here was certainly not sent.
  const attachments =
    attachInvoiceId === null ? [] : [await deps.renderAttachment(scope, attachInvoiceId)]
  const claimed = await scope.transact((ctx) => claim(ctx, id, deps.mailer))
  if (!claimed) return
  const { message, sender, recipient } = claimed
  const outcome = await deps.mailer.send(outgoing(message, sender, recipient, attachments))
  await scope.transact((ctx) => note(ctx, message, outcome, deps.mailer.name))
  if (outcome.kind === 'refused') throw new PoisonJobError(`mail ${id} was refused for good`)
  if (outcome.kind === 'later')
    throw new AppError('unavailable', `mail ${id} is to be sent later: ${outcome.answer}`)
}

async function rowOf(ctx: Ctx, id: string): Promise<Message | null> {
  const [row] = await ctx.db
    .select()
    .from(messages)
    .where(and(eq(messages.orgId, ctx.orgId), eq(messages.id, id), eq(messages.direction, 'out')))
    .for('update')
  return row ?? null
}

/** The mail, if it is to be sent now. */
async function examine(ctx: Ctx, id: string, mailer: Mailer): Promise<Message | null> {
  const message = await rowOf(ctx, id)
  if (message?.status === 'sending' && !mailer.repeatable) {
    await settleMail(ctx, message, 'unknown', 'the process ended while it was being sent')
    return null
  }
  if (message?.status !== 'queued' && message?.status !== 'sending') return null
  const due = message.sendAt ?? message.createdAt
  const wasPutOff = message.reason !== null
  if (!wasPutOff || ctx.now.since(due).total('hours') < GIVE_UP_HOURS) return message
  await settleMail(ctx, message, 'failed', `the mail server put us off: ${message.reason ?? ''}`)
  return null
}

async function claim(
  ctx: Ctx,
  id: string,
  mailer: Mailer,
): Promise<{ message: Message; sender: string; recipient: Recipient } | null> {
  const [message] = await ctx.db
    .update(messages)
    .set({ status: 'sending' })
    .where(
      and(
        eq(messages.orgId, ctx.orgId),
        eq(messages.id, id),
        inArray(messages.status, mailer.repeatable ? ['queued', 'sending'] : ['queued']),
      ),
    )
    .returning()
  if (!message) return null
  // Between queueing and sending the address may have been taken from the account, or have complained.
  const recipient =
    message.customerId === null ? null : await contactOf(ctx, message.customerId, message.to)
  if (!recipient) {
    await settleMail(ctx, message, 'withdrawn', 'the receiver is no contact that may be written to')
    return null
  }
  const { name } = await loadOrganization(ctx)
  return { message, sender: name, recipient }
}

async function note(
  ctx: Ctx,
  message: Message,
  outcome: SendOutcome,
  mailer: string,
): Promise<void> {
  switch (outcome.kind) {
    case 'accepted':
      return settleMail(ctx, message, 'sent', `sent by ${mailer}`)
    case 'refused':
      await settleMail(ctx, message, 'failed', `the mail server refused it: ${outcome.answer}`)
      if (message.customerId !== null && refusedReceiver(outcome.answer))
        await stopWriting(ctx, message.customerId, message.to, 'bounced', message.id)
      return
    case 'later':
      await ctx.db
        .update(messages)
        .set({ status: 'queued', reason: outcome.answer })
        .where(
          and(
            eq(messages.orgId, ctx.orgId),
            eq(messages.id, message.id),
            eq(messages.status, 'sending'),
          ),
        )
      return
    case 'unknown':
      return settleMail(ctx, message, 'unknown', `its answer was lost: ${outcome.answer}`)
    default:
      return unreachable(outcome.kind)
  }
}

function outgoing(
  message: Message,
  senderName: string,
  recipient: Recipient,
  attachments: readonly Attachment[],
): OutgoingMail {
  const { References: references, ...headers } = message.headers
  return {
    messageId: message.messageId,
    from: { name: senderName, address: message.from },
    to: { name: recipient.name, address: message.to },
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
