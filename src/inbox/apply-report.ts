import { and, eq, inArray } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { messages } from '#db/schema/inbox.ts'
import { isHardBounce, type DeliveryReport } from './delivery-report.ts'
import { stopWriting } from './stop-writing.ts'

/**
 * Acts on what another mail system says of a mail of ours: an address that is gone is not written to any more, one
 * whose owner complained neither, and a person is told where that leaves nobody. Reports that do not name a mail of
 * ours by its signed Message-ID change nothing: anybody can send them.
 */
export async function applyReport(
  ctx: Ctx,
  report: DeliveryReport,
  reportId: string,
): Promise<void> {
  const mails = report.messageIds.length === 0 ? [] : await ourMails(ctx, report.messageIds)
  for (const mail of mails) {
    const stop = report.kind === 'complaint' || isHardBounce(report)
    await ctx.db
      .update(messages)
      .set({ reason: sentence(report), ...(mail.status === 'unknown' ? { status: 'sent' } : {}) })
      .where(and(eq(messages.orgId, ctx.orgId), eq(messages.id, mail.id)))
    if (!stop || mail.customerId === null) continue
    const stopped = report.kind === 'complaint' ? 'complained' : 'bounced'
    await stopWriting(ctx, mail.customerId, mail.to, stopped, reportId)
  }
}

async function ourMails(ctx: Ctx, messageIds: readonly string[]) {
  return ctx.db
    .select({
      id: messages.id,
      customerId: messages.customerId,
      to: messages.to,
      status: messages.status,
    })
    .from(messages)
    .where(
      and(
        eq(messages.orgId, ctx.orgId),
        eq(messages.direction, 'out'),
        inArray(messages.messageId, messageIds.slice(0, 5)),
        inArray(messages.status, ['sending', 'sent', 'unknown', 'failed']),
      ),
    )
}

function sentence({ kind, status }: DeliveryReport): string {
  const code = status === null ? '' : ` (${status})`
  if (kind === 'complaint') return 'the receiver reported it as unwanted'
  return kind === 'bounce' ? `it came back${code}` : `its delivery is delayed${code}`
}
