import { and, eq, inArray } from 'drizzle-orm'
import type { Ctx, Scope } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { contacts } from '#db/schema/customers.ts'
import { messages } from '#db/schema/inbox.ts'
import type { ReceivedMail } from '#src/gateways/mailer/authenticate-mail.ts'
import { hashOf } from '#src/kernel/canonical.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { applyReport } from './apply-report.ts'
import { openThread } from './choose-thread.ts'
import { findAuthentication, type Authenticate } from './find-authentication.ts'
import { judgeMail, type JudgedMail } from './judge-mail.ts'
import { mailAddress } from './mail-address.ts'
import { parseMail } from './parse-mail.ts'
import type { ParsedMail } from './parsed-mail.ts'
import { keepRawMail } from './raw-mail.ts'
import { settleMail } from './settle-mail.ts'
import type { Authentication } from './trust.ts'

/** A mail as a server or the webhook hands it over. */
export interface MailToReceive {
  readonly raw: Uint8Array | string
  /** MAIL FROM and RCPT TO; `from` is empty for bounces. */
  readonly envelope?: { readonly from?: string | undefined; readonly to?: string | undefined }
  /** What our own receiving server found, or its words for it; never what the mail says about itself. */
  readonly authentication?: Authentication | string | null
  /** The connection that brought it, where we saw it ourselves. */
  readonly connection?: Omit<ReceivedMail, 'raw'> | undefined
}

export interface ReceivedMessage {
  /** Row id. */
  readonly messageId: string
  readonly status: 'received' | 'ignored' | 'duplicate'
  readonly trust: 'verified' | 'unverified' | 'automatic'
}

/**
 * Takes in one mail: read, told apart from machines' mail, its sender judged, put into its thread, and handed to
 * the supervisor in the same transaction. Automatic mail is kept and audited, never worked on. The same mail again
 * (Message-ID, sender and content, or the same bytes) changes nothing; another content under a known Message-ID is
 * another mail.
 * @throws payload_too_large above 10 MB.
 */
export async function receiveMail(
  scope: Scope,
  mail: MailToReceive,
  authenticate?: Authenticate,
): Promise<ReceivedMessage> {
  const raw = typeof mail.raw === 'string' ? new TextEncoder().encode(mail.raw) : mail.raw
  const parsed = await parseMail(raw)
  const key = keyOf(parsed)
  const { organization, earlier } = await scope.transact(async (ctx) => ({
    organization: await loadOrganization(ctx),
    earlier: await knownMail(ctx, key),
  }))
  if (earlier) return earlier
  const authentication = await findAuthentication(
    { raw, parsed, given: mail.authentication, connection: mail.connection },
    organization.settings.mail,
    authenticate,
  )
  return scope.transact(async (ctx) => {
    const known = await knownMail(ctx, key)
    if (known) return known
    const envelopeFrom = mail.envelope?.from ?? null
    const judged = await judgeMail(ctx, organization, parsed, { envelopeFrom, authentication })
    const received = await commit(ctx, key, parsed, judged, mail)
    if (received.status === 'duplicate') return received
    await keepRawMail(ctx, received.messageId, raw, organization.settings.mail.keepRawDays)
    await follow(ctx, parsed, judged, received.messageId)
    return received
  })
}

/** What makes it this mail and no other; relays add headers on its way. */
function keyOf(parsed: ParsedMail): string {
  if (parsed.messageId === null) return `in:${parsed.rawHash}`
  const { subject, text, textLength, attachments } = parsed
  return `in:${parsed.messageId} ${parsed.from} ${hashOf({ subject, text, textLength, attachments }).slice(0, 16)}`
}

async function knownMail(ctx: Ctx, key: string): Promise<ReceivedMessage | null> {
  const [row] = await ctx.db
    .select({ id: messages.id, trust: messages.trust })
    .from(messages)
    .where(and(eq(messages.orgId, ctx.orgId), eq(messages.key, key)))
  return row ? { messageId: row.id, status: 'duplicate', trust: row.trust ?? 'unverified' } : null
}

async function notesOf(ctx: Ctx, parsed: ParsedMail): Promise<string[]> {
  const [earlier] =
    parsed.messageId === null
      ? []
      : await ctx.db
          .select({ id: messages.id })
          .from(messages)
          .where(and(eq(messages.orgId, ctx.orgId), eq(messages.messageId, parsed.messageId)))
          .limit(1)
  return [
    ...(parsed.unreadable === null ? [] : [`it cannot be read: ${parsed.unreadable}`]),
    ...parsed.notes,
    ...(earlier ? ['another mail came under the same Message-ID'] : []),
  ]
}

async function commit(
  ctx: Ctx,
  key: string,
  parsed: ParsedMail,
  judged: JudgedMail,
  mail: MailToReceive,
): Promise<ReceivedMessage> {
  const status = judged.trust === 'automatic' ? 'ignored' : 'received'
  const id = ctx.newId('msg')
  const threadId = judged.threadId ?? (await openThread(ctx, judged.customerId, parsed.subject))
  const inserted = await ctx.db
    .insert(messages)
    .values({
      orgId: ctx.orgId,
      id,
      threadId,
      customerId: judged.customerId,
      direction: 'in',
      key,
      messageId: parsed.messageId ?? `<${parsed.rawHash.slice(0, 40)}@without-message-id.invalid>`,
      inReplyTo: parsed.inReplyTo[0] ?? null,
      from: parsed.from,
      to: mailAddress(mail.envelope?.to ?? '') || parsed.to,
      subject: parsed.subject,
      text: parsed.text,
      html: null,
      trust: judged.trust,
      purpose: status === 'ignored' ? 'automatic' : 'question',
      status,
      reason: judged.reason,
      headers: keptHeaders(parsed),
      attachments: parsed.attachments,
      notes: await notesOf(ctx, parsed),
      createdAt: ctx.now,
    })
    .onConflictDoNothing()
    .returning({ id: messages.id })
  if (inserted.length === 0) {
    const known = await knownMail(ctx, key)
    if (known) return known
  }
  await recordAudit(ctx, {
    action: status === 'ignored' ? 'mail.ignored' : 'mail.received',
    subject: { type: 'message', id },
    reason: judged.reason,
    data: { trust: judged.trust, customerId: judged.customerId, threadId },
  })
  return { messageId: id, status, trust: judged.trust }
}

/** What later mails and guards need. */
function keptHeaders(parsed: ParsedMail): Record<string, string> {
  return {
    ...(parsed.references.length > 0 ? { References: parsed.references.slice(-50).join(' ') } : {}),
    ...(parsed.unreadable === null ? {} : { unreadable: parsed.unreadable }),
    textLength: String(parsed.textLength),
  }
}

/** What a mail sets in motion: a run for a person's, the facts of a report; a mail from an address proves it alive. */
async function follow(ctx: Ctx, parsed: ParsedMail, judged: JudgedMail, id: string): Promise<void> {
  if (parsed.report) await applyReport(ctx, parsed.report, id)
  if (judged.trust === 'automatic') return
  await enqueue(ctx, {
    job: 'RUN_SUPERVISOR',
    key: `customer_query:${id}`,
    payload: { type: 'customer_query', ref: id },
  })
  if (judged.trust !== 'verified' || judged.customerId === null) return
  await settleAnswered(ctx, parsed.inReplyTo)
  await ctx.db
    .update(contacts)
    .set({ mailStopped: null, mailStoppedAt: null })
    .where(
      and(
        eq(contacts.orgId, ctx.orgId),
        eq(contacts.customerId, judged.customerId),
        eq(contacts.email, parsed.from),
        eq(contacts.mailStopped, 'bounced'),
      ),
    )
}

/** Who answers a mail has had it, whatever became of the mail server's answer. */
async function settleAnswered(ctx: Ctx, messageIds: readonly string[]): Promise<void> {
  if (messageIds.length === 0) return
  const rows = await ctx.db
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.orgId, ctx.orgId),
        inArray(messages.messageId, messageIds.slice(0, 5)),
        eq(messages.status, 'unknown'),
      ),
    )
  for (const row of rows) await settleMail(ctx, row, 'sent', 'its receiver answered it')
}
