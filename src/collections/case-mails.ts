import { and, desc, eq, gt, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { messages } from '#db/schema/inbox.ts'
import type { Customer } from '#src/customers/load-customer.ts'
import type { Instant } from '#src/kernel/time.ts'
import type { CaseRow } from './case-rows.ts'
import { nextMailSlot } from './mail-slot.ts'

const REPLY_IS_FRESH_HOURS = 72

/** The key of a step's mail: one mail per (case, step). */
export function mailKey(caseId: string, step: string): string {
  return `dunning:${caseId}:${step}`
}

/** When the next dunning mail may go to a customer; null when the cycle's mails are used up. */
export async function nextDunningSlot(ctx: Ctx, customer: Customer): Promise<Instant | null> {
  const mails = await earlierMails(ctx, customer.id)
  const times = mails.map(({ at }) => at)
  return nextMailSlot(ctx.now, customer.timeZone, customer.audience, times)
}

/** Dunning mails of the customer over all invoices: sent, being sent, or waiting for their hour. */
export async function earlierMails(ctx: Ctx, customerId: string) {
  const rows = await ctx.db
    .select({
      key: messages.key,
      caseId: messages.dunningCaseId,
      status: messages.status,
      at: sql`coalesce(${messages.sentAt}, ${messages.sendAt}, ${messages.createdAt})`.mapWith(
        messages.createdAt,
      ),
    })
    .from(messages)
    .where(
      and(
        eq(messages.orgId, ctx.orgId),
        eq(messages.customerId, customerId),
        eq(messages.direction, 'out'),
        eq(messages.purpose, 'dunning'),
      ),
    )
  return rows.filter(({ status }) => status !== 'withdrawn')
}

/** Whether the customer wrote and nobody has answered yet. */
export async function repliedLately(ctx: Ctx, row: CaseRow): Promise<boolean> {
  const [last] = await ctx.db
    .select({ direction: messages.direction })
    .from(messages)
    .where(
      and(
        eq(messages.orgId, ctx.orgId),
        eq(messages.customerId, row.customerId),
        gt(messages.createdAt, ctx.now.subtract({ hours: REPLY_IS_FRESH_HOURS })),
        sql`(${messages.direction} = 'in' and ${messages.status} = 'received' and ${messages.trust} = 'verified'
          or ${messages.direction} = 'out' and ${messages.purpose} = 'reply')`,
      ),
    )
    .orderBy(desc(messages.createdAt), desc(messages.id))
    .limit(1)
  return last?.direction === 'in'
}
