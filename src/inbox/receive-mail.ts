import { and, eq, inArray, isNotNull } from 'drizzle-orm'
import type { Ctx, Scope } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { contacts } from '#db/schema/customers.ts'
import { messages, threads } from '#db/schema/inbox.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadOrganization, type Organization } from '#src/tenancy/organization.ts'
import { automaticReason } from './automatic.ts'
import { openThread } from './choose-thread.ts'
import { parseMail, type ParsedMail } from './parse-mail.ts'
import {
  authenticationVerdict,
  judgeSender,
  readAuthenticationResults,
  type Authentication,
} from './trust.ts'

/** A mail as a server or the webhook hands it over. */
export interface MailToReceive {
  readonly raw: Uint8Array | string
  /** MAIL FROM and RCPT TO; `from` is empty for bounces. */
  readonly envelope?: { readonly from?: string | undefined; readonly to?: string | undefined }
  /** What our own receiving server found, or its words for it; never what the mail says about itself. */
  readonly authentication?: Authentication | string | null
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
 * (Message-ID and sender, or the same bytes) changes nothing.
 * @throws payload_too_large above 10 MB.
 */
export async function receiveMail(scope: Scope, mail: MailToReceive): Promise<ReceivedMessage> {
  const raw = typeof mail.raw === 'string' ? new TextEncoder().encode(mail.raw) : mail.raw
  const parsed = await parseMail(raw)
  return scope.transact(async (ctx) => {
    const key = `in:${parsed.messageId === null ? parsed.rawHash : `${parsed.messageId} ${parsed.from}`}`
    const known = await knownMail(ctx, key)
    if (known) return known
    const organization = await loadOrganization(ctx)
    const judged = await judge(ctx, organization, parsed, mail)
    return commit(ctx, key, parsed, judged, mail)
  })
}

async function knownMail(ctx: Ctx, key: string): Promise<ReceivedMessage | null> {
  const [row] = await ctx.db
    .select({ id: messages.id, trust: messages.trust })
    .from(messages)
    .where(and(eq(messages.orgId, ctx.orgId), eq(messages.key, key)))
  return row ? { messageId: row.id, status: 'duplicate', trust: row.trust ?? 'unverified' } : null
}

interface Thread {
  readonly id: string
  readonly customerId: string | null
}

interface Judged {
  readonly trust: 'verified' | 'unverified' | 'automatic'
  readonly customerId: string | null
  readonly reason: string
  /** The thread it may be put into; null opens a new one. */
  readonly threadId: string | null
}

async function judge(
  ctx: Ctx,
  organization: Organization,
  parsed: ParsedMail,
  mail: MailToReceive,
): Promise<Judged> {
  const { supportEmail, mailFrom } = organization.settings
  const thread = await threadOf(ctx, parsed)
  const automatic = automaticReason({
    headers: parsed.headers,
    envelopeFrom: mail.envelope?.from ?? null,
    from: parsed.from,
    ownAddresses: [supportEmail, ...(mailFrom === null ? [] : [mailFrom])],
  })
  if (automatic !== null)
    return { trust: 'automatic', customerId: null, reason: automatic, threadId: thread?.id ?? null }
  const sender = judgeSender({
    customerIds: await accountsOf(ctx, parsed.from),
    threadCustomerId: thread?.customerId ?? null,
    verdict: authenticationVerdict(resultsOf(mail, parsed)),
    mode: organization.mode,
  })
  // Nobody writes into the thread of an account that is not theirs, whatever Message-ID they quote.
  const threadId = thread && thread.customerId === sender.customerId ? thread.id : null
  if (sender.trust === 'verified')
    return { ...sender, reason: 'a verified contact of the account wrote it', threadId }
  return { ...sender, threadId: null }
}

function resultsOf(mail: MailToReceive, parsed: ParsedMail): Authentication | null {
  const { authentication } = mail
  return typeof authentication === 'string'
    ? readAuthenticationResults(authentication, parsed.from)
    : (authentication ?? null)
}

async function accountsOf(ctx: Ctx, email: string): Promise<string[]> {
  if (email === '') return []
  const rows = await ctx.db
    .selectDistinct({ customerId: contacts.customerId })
    .from(contacts)
    .where(
      and(eq(contacts.orgId, ctx.orgId), eq(contacts.email, email), isNotNull(contacts.verifiedAt)),
    )
  return rows.map((row) => row.customerId)
}

/** The thread of the latest mail that this one refers to, if that mail is ours or was received by us. */
async function threadOf(ctx: Ctx, parsed: ParsedMail): Promise<Thread | null> {
  const referred = [...new Set([...parsed.inReplyTo, ...parsed.references.toReversed()])]
  if (referred.length === 0) return null
  const rows = await ctx.db
    .select({
      messageId: messages.messageId,
      id: messages.threadId,
      customerId: threads.customerId,
    })
    .from(messages)
    .innerJoin(threads, and(eq(threads.orgId, messages.orgId), eq(threads.id, messages.threadId)))
    .where(and(eq(messages.orgId, ctx.orgId), inArray(messages.messageId, referred.slice(0, 50))))
  rows.sort((a, b) => referred.indexOf(a.messageId) - referred.indexOf(b.messageId))
  return rows[0] ?? null
}

async function commit(
  ctx: Ctx,
  key: string,
  parsed: ParsedMail,
  judged: Judged,
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
      to: mail.envelope?.to?.toLowerCase() ?? parsed.to,
      subject: parsed.subject,
      text: parsed.text,
      html: null,
      trust: judged.trust,
      purpose: status === 'ignored' ? 'automatic' : 'question',
      status,
      headers: keptHeaders(parsed),
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
  if (status === 'received')
    await enqueue(ctx, {
      job: 'RUN_SUPERVISOR',
      key: `customer_query:${id}`,
      payload: { type: 'customer_query', ref: id },
    })
  return { messageId: id, status, trust: judged.trust }
}

/** What later mails and guards need; attachments by name, since a name too can carry instructions. */
function keptHeaders(parsed: ParsedMail): Record<string, string> {
  return {
    ...(parsed.references.length > 0 ? { References: parsed.references.slice(-50).join(' ') } : {}),
    ...(parsed.attachments.length > 0 ? { attachments: JSON.stringify(parsed.attachments) } : {}),
    textLength: String(parsed.textLength),
  }
}
