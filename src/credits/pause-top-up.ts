import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { creditTopUps } from '#db/schema/credits.ts'
import { openEscalation } from '#src/approvals/open-escalation.ts'
import { notify } from '#src/notifications/notify.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import type { PauseReason } from './top-up-rules.ts'

const WORDS: Readonly<Record<PauseReason, string>> = {
  charge_failed: 'the card was declined',
  no_card: 'there is no card on file',
  max_top_ups: 'it would be more top-ups than the limit allows',
  max_amount: 'it would be a higher amount than the limit allows',
  account_ended: 'the account has ended',
}

/** Stops a customer's automatic top-up until a person sets it again, and tells one. */
export async function pauseTopUp(
  ctx: Ctx,
  { customerId, reason }: { readonly customerId: string; readonly reason: PauseReason },
): Promise<void> {
  const [row] = await ctx.db
    .update(creditTopUps)
    .set({ status: 'paused', pausedReason: reason, updatedAt: ctx.now })
    .where(
      and(
        eq(creditTopUps.orgId, ctx.orgId),
        eq(creditTopUps.customerId, customerId),
        eq(creditTopUps.status, 'on'),
      ),
    )
    .returning()
  if (!row) return
  await recordAudit(ctx, {
    action: 'credit.top_up_paused',
    subject: { type: 'customer', id: customerId },
    reason: WORDS[reason],
    data: { code: reason, revision: row.revision },
  })
  await notify(ctx, {
    type: 'credit.top_up_paused',
    key: `credit.top_up_paused:${customerId}:${row.revision}`,
    data: { customerId, reason },
  })
  await openEscalation(ctx, {
    runId: `none:top_up:${customerId}:${row.revision}`,
    customerId,
    reason: 'top_up_paused',
    priority: 'high',
    summary: `The automatic top-up of prepaid credit is paused: ${WORDS[reason]}. Set it again once that is settled.`,
    context: { customerId, code: reason, limitPer: row.limitPer },
    key: `top_up:${customerId}:${row.revision}`,
  })
}
