import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { customers } from '#db/schema/customers.ts'
import { messages } from '#db/schema/inbox.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { Instant } from '#src/kernel/time.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import {
  countAutomatedReply,
  latestOfThread,
  openThread,
  threadCustomer,
  threadOfCase,
  type Answered,
} from './choose-thread.ts'
import { billingRecipient, contactOf, type Recipient } from './recipient.ts'
import { SEND_ATTEMPTS } from './settle-mail.ts'
import { textToHtml } from './text-to-html.ts'
import { headerSafe, messageIdOf, referencesOf, replySubject } from './threading.ts'

/** `dunning` counts against frequency caps and is withdrawn when the money arrives. */
export type MailPurpose = 'reply' | 'dunning' | 'receipt' | 'invoice' | 'notice' | 'action_required'

/** A mail to be sent. There is no `to`: it goes to a verified contact of the customer. */
export interface MailToQueue {
  /** Derived from the thing ("dunning:case_1:day3"): the same key is the same mail, sent once. */
  readonly key: string
  readonly customerId: string
  readonly subject: string
  /** Plain text; the HTML alternative is made from it. */
  readonly text: string
  readonly purpose: MailPurpose
  /** Row id of the inbound mail that is answered: the answer goes to its verified sender. */
  readonly replyToMessageId?: string
  readonly dunningCaseId?: string
  readonly attachInvoiceId?: string
  /** On the organisation's clock; default: at once. */
  readonly sendAt?: Instant
  readonly threadId?: string
}

type Addressing =
  /** `subject` of the mail answered: an answer keeps it, so that the thread stays one. */
  | { kind: 'to'; recipient: Recipient; answered: Answered | null; subject: string | null }
  | { kind: 'nobody'; reason: string }

/**
 * Puts a mail into the queue of this transaction, with the job that sends it.
 * @returns the message's row id (that of the first one when the key was used before), or null when the customer
 *   has no verified contact, or the mail answered is not a verified contact's: audited as `mail.not_queued`.
 * @throws not_found when the mail answered or the thread named does not exist; refused for another customer's.
 */
export async function queueMail(ctx: Ctx, mail: MailToQueue): Promise<string | null> {
  const asked = address(ctx, mail)
  // Sent along; what it says counts only where the key is new.
  asked.catch(() => {})
  const earlier = await rowOfKey(ctx, mail.key)
  if (earlier) return earlier
  const addressing = await asked
  if (addressing.kind === 'nobody') {
    await recordAudit(ctx, {
      action: 'mail.not_queued',
      subject: { type: 'customer', id: mail.customerId },
      reason: addressing.reason,
      data: { key: mail.key, purpose: mail.purpose },
    })
    return null
  }
  const kept = addressing.subject?.trim() ? addressing.subject : mail.subject
  return commit(ctx, { ...mail, subject: kept }, addressing.recipient, addressing.answered)
}

async function localeOf(ctx: Ctx, customerId: string): Promise<string> {
  const [row] = await ctx.db
    .select({ locale: customers.locale })
    .from(customers)
    .where(and(eq(customers.orgId, ctx.orgId), eq(customers.id, customerId)))
  return row?.locale ?? 'en'
}

async function rowOfKey(ctx: Ctx, key: string): Promise<string | null> {
  const [row] = await ctx.db
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.orgId, ctx.orgId), eq(messages.key, key)))
  return row?.id ?? null
}

async function address(ctx: Ctx, mail: MailToQueue): Promise<Addressing> {
  if (mail.replyToMessageId !== undefined) return addressReply(ctx, mail, mail.replyToMessageId)
  const recipient = await billingRecipient(ctx, mail.customerId)
  if (!recipient) return { kind: 'nobody', reason: 'the customer has no verified contact' }
  return { kind: 'to', recipient, answered: null, subject: null }
}

async function addressReply(ctx: Ctx, mail: MailToQueue, answeredId: string): Promise<Addressing> {
  const [inbound] = await ctx.db
    .select()
    .from(messages)
    .where(
      and(eq(messages.orgId, ctx.orgId), eq(messages.id, answeredId), eq(messages.direction, 'in')),
    )
  if (!inbound) throw new AppError('not_found', `no received mail ${answeredId}`)
  if (inbound.trust !== 'verified')
    return { kind: 'nobody', reason: `the sender is ${inbound.trust ?? 'unverified'}` }
  if (inbound.customerId !== mail.customerId)
    throw new AppError('refused', 'the mail answered belongs to another customer')
  const recipient = await contactOf(ctx, mail.customerId, inbound.from)
  if (!recipient) return { kind: 'nobody', reason: 'the sender is no longer a verified contact' }
  return {
    kind: 'to',
    recipient,
    answered: {
      threadId: inbound.threadId,
      messageId: inbound.messageId,
      references: inbound.headers['References'] ?? null,
    },
    subject: inbound.subject,
  }
}

async function threadFor(ctx: Ctx, mail: MailToQueue, subject: string): Promise<string> {
  if (mail.threadId !== undefined) {
    const thread = await threadCustomer(ctx, mail.threadId)
    if (!thread) throw new AppError('not_found', `no thread ${mail.threadId}`)
    if (thread.customerId !== mail.customerId)
      throw new AppError('refused', 'the thread belongs to another customer')
    return mail.threadId
  }
  const ofCase =
    mail.dunningCaseId === undefined ? null : await threadOfCase(ctx, mail.dunningCaseId)
  return ofCase ?? openThread(ctx, mail.customerId, subject)
}

/** RFC 3834: machines say that they are machines, so that other machines stay silent. */
function autoSubmitted(ctx: Ctx, isReply: boolean): Record<string, string> {
  if (ctx.actor.kind === 'member') return {}
  return isReply
    ? { 'Auto-Submitted': 'auto-replied' }
    : { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'OOF, AutoReply' }
}

async function commit(
  ctx: Ctx,
  mail: MailToQueue,
  recipient: Recipient,
  replied: Answered | null,
): Promise<string | null> {
  const [organization, locale] = await Promise.all([
    loadOrganization(ctx),
    localeOf(ctx, mail.customerId),
  ])
  const from = organization.settings.mailFrom ?? organization.settings.supportEmail
  const subject = replied ? replySubject(mail.subject) : headerSafe(mail.subject)
  const threadId = replied?.threadId ?? (await threadFor(ctx, mail, subject))
  const answered = replied ?? (await latestOfThread(ctx, threadId))
  const headers = autoSubmitted(ctx, replied !== null)
  if (answered) headers['References'] = referencesOf(answered).join(' ')
  const id = ctx.newId('msg')
  const inserted = await ctx.db
    .insert(messages)
    .values({
      orgId: ctx.orgId,
      id,
      threadId,
      customerId: mail.customerId,
      direction: 'out',
      key: mail.key,
      messageId: messageIdOf(organization, mail.key, from),
      inReplyTo: answered?.messageId ?? null,
      from,
      to: recipient.email,
      subject,
      text: mail.text,
      html: textToHtml(
        mail.text,
        { name: organization.name, brandColor: organization.settings.brandColor },
        locale,
      ),
      trust: null,
      purpose: mail.purpose,
      dunningCaseId: mail.dunningCaseId ?? null,
      attachInvoiceId: mail.attachInvoiceId ?? null,
      status: 'queued',
      headers,
      createdAt: ctx.now,
      sendAt: mail.sendAt ?? ctx.now,
    })
    .onConflictDoNothing()
    .returning({ id: messages.id })
  // Another transaction queued the same key first: its mail is the mail.
  if (inserted.length === 0) return rowOfKey(ctx, mail.key)
  await Promise.all([
    ...(replied && headers['Auto-Submitted'] ? [countAutomatedReply(ctx, threadId)] : []),
    enqueue(ctx, {
      job: 'SEND_MAIL',
      key: id,
      payload: { messageId: id },
      dueAt: mail.sendAt ?? ctx.now,
      maxAttempts: SEND_ATTEMPTS,
    }),
    recordAudit(ctx, {
      action: 'mail.queued',
      subject: { type: 'message', id },
      reason: `${mail.purpose} mail to a verified contact`,
      data: { customerId: mail.customerId, key: mail.key, purpose: mail.purpose },
    }),
  ])
  return id
}
