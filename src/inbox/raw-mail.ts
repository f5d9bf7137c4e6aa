import { and, eq, sql } from 'drizzle-orm'
import type { Ctx, System } from '#db/context.ts'
import { rawMails } from '#db/schema/inbox.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { Instant } from '#src/kernel/time.ts'
import { recordAudit } from '#src/tenancy/audit.ts'

/** Keeps a received mail as it came, for so many days. */
export async function keepRawMail(
  ctx: Ctx,
  messageId: string,
  raw: Uint8Array,
  days: number,
): Promise<void> {
  if (days === 0) return
  const deleteAt = ctx.now.add({ hours: 24 * days })
  await ctx.db.insert(rawMails).values({ orgId: ctx.orgId, messageId, raw, deleteAt })
}

/** The mail as it came; each look at it is audited. @throws not_found when it is not kept, or no longer. */
export async function loadRawMail(ctx: Ctx, messageId: string): Promise<Uint8Array> {
  const [row] = await ctx.db
    .select({ raw: rawMails.raw })
    .from(rawMails)
    .where(and(eq(rawMails.orgId, ctx.orgId), eq(rawMails.messageId, messageId)))
  if (!row) throw new AppError('not_found', `the original of message ${messageId} is not kept`)
  await recordAudit(ctx, {
    action: 'mail.original_read',
    subject: { type: 'message', id: messageId },
    reason: 'somebody looked at a mail as it came',
  })
  return row.raw
}

/** Drops the originals whose days are over, of every organisation by its own clock. The messages stay. */
export async function forgetRawMails(system: System, realNow: Instant): Promise<void> {
  await system.db.execute(
    sql`delete from raw_mails r using organizations o
      where o.id = r.org_id and r.delete_at < coalesce(o.clock_at, ${realNow.toString()}::timestamptz)`,
  )
}
