import { and, asc, desc, eq, lt, type InferSelectModel } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { messages, threads, type MailAttachment } from '#db/schema/inbox.ts'
import { AppError } from '#src/kernel/errors.ts'
import { startAfter, type PageQuery } from '#src/kernel/paging.ts'
import type { Instant } from '#src/kernel/time.ts'

export { MAIL_STATUSES } from '#db/schema/inbox.ts'

/** A mail in or out. Attachments are listed only: nothing received is opened. */
export interface Mail {
  readonly id: string
  readonly threadId: string
  readonly customerId: string | null
  readonly direction: 'in' | 'out'
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  /** Characters of the text before it was cut for keeping. */
  readonly textLength: number
  readonly attachments: readonly MailAttachment[]
  /** What a reader of the text should know. */
  readonly notes: readonly string[]
  /** Why its sender is trusted or not; why an outgoing one failed. */
  readonly reason: string | null
  readonly trust: 'verified' | 'unverified' | 'automatic' | null
  readonly purpose: string
  readonly status: InferSelectModel<typeof messages>['status']
  readonly dunningCaseId: string | null
  readonly attachInvoiceId: string | null
  readonly createdAt: Instant
  readonly sendAt: Instant | null
  readonly sentAt: Instant | null
}

export interface MailThread {
  readonly id: string
  readonly customerId: string | null
  readonly subject: string
  readonly automatedReplies: number
  readonly createdAt: Instant
  readonly messages: readonly Mail[]
}

function mailOf(row: InferSelectModel<typeof messages>): Mail {
  const {
    orgId: _,
    key: _key,
    messageId: _id,
    inReplyTo: _reply,
    html: _html,
    headers,
    ...mail
  } = row
  return {
    ...mail,
    textLength: Number(headers['textLength'] ?? row.text.length),
  }
}

/** One mail by its row id. @throws not_found */
export async function loadMail(ctx: Ctx, id: string): Promise<Mail> {
  const [row] = await ctx.db
    .select()
    .from(messages)
    .where(and(eq(messages.orgId, ctx.orgId), eq(messages.id, id)))
  if (!row) throw new AppError('not_found', `no message ${id}`)
  return mailOf(row)
}

export interface MailQuery extends PageQuery {
  readonly customerId?: string | undefined
  readonly direction?: 'in' | 'out' | undefined
  readonly status?: Mail['status'] | undefined
}

/** Mails, newest first; one more than the limit, for `pageOf`. */
export async function listMails(ctx: Ctx, query: MailQuery): Promise<Mail[]> {
  const after = startAfter(query)
  const rows = await ctx.db
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.orgId, ctx.orgId),
        query.customerId === undefined ? undefined : eq(messages.customerId, query.customerId),
        query.direction === undefined ? undefined : eq(messages.direction, query.direction),
        query.status === undefined ? undefined : eq(messages.status, query.status),
        after === null ? undefined : lt(messages.id, after),
      ),
    )
    .orderBy(desc(messages.id))
    .limit(query.limit + 1)
  return rows.map(mailOf)
}

/** A thread with its mails in order. @throws not_found */
export async function loadThread(ctx: Ctx, id: string): Promise<MailThread> {
  const [thread] = await ctx.db
    .select()
    .from(threads)
    .where(and(eq(threads.orgId, ctx.orgId), eq(threads.id, id)))
  if (!thread) throw new AppError('not_found', `no thread ${id}`)
  const rows = await ctx.db
    .select()
    .from(messages)
    .where(and(eq(messages.orgId, ctx.orgId), eq(messages.threadId, id)))
    .orderBy(asc(messages.createdAt), asc(messages.id))
    .limit(500)
  const { orgId: _, ...rest } = thread
  return { ...rest, messages: rows.map(mailOf) }
}
