import { and, eq, inArray, isNotNull } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { contacts } from '#db/schema/customers.ts'
import { messages, threads } from '#db/schema/inbox.ts'
import type { Organization } from '#src/tenancy/organization.ts'
import { automaticReason } from './automatic.ts'
import type { ParsedMail } from './parsed-mail.ts'
import { authenticationVerdict, judgeSender, type Authentication } from './trust.ts'

export interface JudgedMail {
  readonly trust: 'verified' | 'unverified' | 'automatic'
  readonly customerId: string | null
  readonly reason: string
  /** The thread it may be put into; null opens a new one. */
  readonly threadId: string | null
}

/** Who wrote a mail, on whose account, in which thread. */
export async function judgeMail(
  ctx: Ctx,
  organization: Organization,
  parsed: ParsedMail,
  known: { readonly envelopeFrom: string | null; readonly authentication: Authentication | null },
): Promise<JudgedMail> {
  const { supportEmail, mailFrom } = organization.settings
  const referred = await referredMails(ctx, parsed)
  // Our Message-IDs are signed: who names one has had the mail. Anybody can guess somebody else's.
  const ours = referred.find(({ direction }) => direction === 'out')
  const automatic = automaticReason({
    headers: parsed.headers,
    subject: parsed.subject,
    envelopeFrom: known.envelopeFrom,
    from: parsed.from,
    ownAddresses: [supportEmail, ...(mailFrom === null ? [] : [mailFrom])],
  })
  if (automatic !== null)
    return {
      trust: 'automatic',
      customerId: null,
      reason: automatic,
      threadId: ours?.threadId ?? null,
    }
  const sender = judgeSender({
    customerIds: await accountsOf(ctx, parsed.from),
    threadCustomerId: ours?.customerId ?? null,
    verdict: authenticationVerdict(known.authentication),
    mode: organization.mode,
  })
  if (sender.trust === 'unverified') return { ...sender, threadId: null }
  // Nobody writes into the thread of an account that is not theirs, whatever Message-ID they quote.
  const thread = referred.find(({ customerId }) => customerId === sender.customerId)
  return {
    ...sender,
    reason: 'a verified contact of the account wrote it',
    threadId: thread?.threadId ?? null,
  }
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

const MOST_REFERENCES = 50

/** The mails that this one refers to, the one it answers first. */
async function referredMails(ctx: Ctx, parsed: ParsedMail) {
  const referred = [...new Set([...parsed.inReplyTo, ...parsed.references.toReversed()])]
  if (referred.length === 0) return []
  const rows = await ctx.db
    .select({
      messageId: messages.messageId,
      threadId: messages.threadId,
      direction: messages.direction,
      customerId: threads.customerId,
    })
    .from(messages)
    .innerJoin(threads, and(eq(threads.orgId, messages.orgId), eq(threads.id, messages.threadId)))
    .where(
      and(
        eq(messages.orgId, ctx.orgId),
        inArray(messages.messageId, referred.slice(0, MOST_REFERENCES)),
      ),
    )
  return rows.sort((a, b) => referred.indexOf(a.messageId) - referred.indexOf(b.messageId))
}
