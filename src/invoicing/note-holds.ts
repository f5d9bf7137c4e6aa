import { sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { withdrawEscalations } from '#src/approvals/withdraw-escalations.ts'
import type { InvoiceDraft } from './decision.ts'
import type { StoredInvoice } from './refresh-drafts.ts'
import { holdRun, TAX_HOLD } from './tax/hold-escalation.ts'

/**
 * Brings what holds drafts back up to date: drafts that stayed get today's reason, held ones a job that settles it, and
 * people are no longer asked about those that are free. Nothing to do, and no statement, where nothing is or was held.
 */
export async function noteHolds(
  ctx: Ctx,
  decided: readonly InvoiceDraft[],
  stored: readonly StoredInvoice[],
): Promise<void> {
  const before = new Map(stored.map((held) => [held.subscriptionId, held]))
  const held = decided.filter(({ hold }) => hold !== null)
  const freed = decided.filter(
    ({ subscriptionId, hold }) => hold === null && before.get(subscriptionId)?.holdCode,
  )
  await storeHolds(ctx, [...held, ...freed])
  await enqueue(
    ctx,
    ...held.map(({ subscriptionId, periodName, hold }) => ({
      job: 'SETTLE_TAX',
      // Asking again within the hour asks nothing new.
      key: `${subscriptionId}:${periodName}:${hold?.code ?? ''}:${ctx.now.toString().slice(0, 13)}`,
      payload: { subscriptionId, period: periodName },
    })),
  )
  for (const { subscriptionId, periodName } of freed)
    await withdrawEscalations(ctx, {
      runId: holdRun(subscriptionId, periodName),
      reasons: [TAX_HOLD],
      because: 'the tax of the invoice is settled',
    })
}

async function storeHolds(ctx: Ctx, drafts: readonly InvoiceDraft[]): Promise<void> {
  if (drafts.length === 0) return
  const rows = drafts.map(({ subscriptionId, periodName, hold }) => ({
    subscription_id: subscriptionId,
    period: periodName,
    code: hold?.code ?? null,
    reason: hold?.reason ?? null,
  }))
  await ctx.db.execute(
    sql`update invoices set hold_code = r.code, hold_reason = r.reason
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as r(subscription_id text, period text, code text, reason text)
      where invoices.org_id = ${ctx.orgId} and invoices.subscription_id = r.subscription_id
        and invoices.period = r.period and invoices.status = 'draft'
        and (invoices.hold_code, invoices.hold_reason) is distinct from (r.code, r.reason)`,
  )
}
