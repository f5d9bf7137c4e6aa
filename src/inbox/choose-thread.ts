import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { messages, threads } from '#db/schema/inbox.ts'

/** The mail an outgoing one answers. */
export interface Answered {
  readonly threadId: string
  readonly messageId: string
  readonly references: string | null
}

const ANSWERED = {
  threadId: messages.threadId,
  messageId: messages.messageId,
  references: sql<string | null>`${messages.headers} ->> 'References'`,
}

/** The latest mail of a thread that really exists outside: received, or handed to the mailer. */
export async function latestOfThread(ctx: Ctx, threadId: string): Promise<Answered | null> {
  const [row] = await ctx.db
    .select(ANSWERED)
    .from(messages)
    .where(
      and(
        eq(messages.orgId, ctx.orgId),
        eq(messages.threadId, threadId),
        inArray(messages.status, ['received', 'sending', 'sent']),
      ),
    )
    .orderBy(desc(messages.createdAt), desc(messages.id))
    .limit(1)
  return row ?? null
}

/** The thread that earlier mails of a dunning case stand in. */
export async function threadOfCase(ctx: Ctx, dunningCaseId: string): Promise<string | null> {
  const [row] = await ctx.db
    .select({ threadId: messages.threadId })
    .from(messages)
    .where(and(eq(messages.orgId, ctx.orgId), eq(messages.dunningCaseId, dunningCaseId)))
    .limit(1)
  return row?.threadId ?? null
}

/** Opens a thread; its customer comes from a contact row, never from a mail's own words. */
export async function openThread(
  ctx: Ctx,
  customerId: string | null,
  subject: string,
): Promise<string> {
  const id = ctx.newId('thr')
  await ctx.db.insert(threads).values({
    orgId: ctx.orgId,
    id,
    customerId,
    subject,
    automatedReplies: 0,
    createdAt: ctx.now,
  })
  return id
}

/** The thread's customer; null also for a thread of an unknown sender. */
export async function threadCustomer(
  ctx: Ctx,
  threadId: string,
): Promise<{ customerId: string | null } | null> {
  const [row] = await ctx.db
    .select({ customerId: threads.customerId })
    .from(threads)
    .where(and(eq(threads.orgId, ctx.orgId), eq(threads.id, threadId)))
  return row ?? null
}

/** One more answer given without a person: the loop guard counts them. */
export async function countAutomatedReply(ctx: Ctx, threadId: string): Promise<void> {
  await ctx.db
    .update(threads)
    .set({ automatedReplies: sql`${threads.automatedReplies} + 1` })
    .where(and(eq(threads.orgId, ctx.orgId), eq(threads.id, threadId)))
}
