import { and, desc, eq, ne, sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { dunningCases } from '#db/schema/collections.ts'
import { paymentMethods, payments } from '#db/schema/payments.ts'
import { auditLog } from '#db/schema/tenancy.ts'
import { caseFacts, loadSetting } from '#src/collections/case-rows.ts'
import { dunningLimits, type DunningLimits } from '#src/collections/dunning-limits.ts'

type DunningCase = typeof dunningCases.$inferSelect
type Payment = typeof payments.$inferSelect

/** How collecting stands: the open dunning case, the latest payments, the card. */
export interface CollectionEvidence {
  readonly dunning: DunningCase | null
  /** What may be done about it now. */
  readonly limits: DunningLimits | null
  /** Times the case was paused or promised. */
  readonly earlierPauses: number
  /** Latest first. */
  readonly payments: readonly Payment[]
  readonly card: { readonly brand: string; readonly last4: string } | null
  readonly disputeOpen: boolean
}

/** Reads the account's collecting; the worst open case counts. */
export async function loadCollectionEvidence(
  ctx: Ctx,
  customerId: string,
): Promise<CollectionEvidence> {
  const [dunning, latest, card, disputeOpen] = await Promise.all([
    worstCase(ctx, customerId),
    ctx.db
      .select()
      .from(payments)
      .where(and(eq(payments.orgId, ctx.orgId), eq(payments.customerId, customerId)))
      .orderBy(desc(payments.createdAt), desc(payments.attempt))
      .limit(10),
    attachedCard(ctx, customerId),
    hasOpenDispute(ctx, customerId),
  ])
  const [limits, earlierPauses] = dunning
    ? await Promise.all([limitsOf(ctx, dunning), countPauses(ctx, dunning.id)])
    : [null, 0]
  return { dunning, limits, earlierPauses, payments: latest, card, disputeOpen }
}

async function worstCase(ctx: Ctx, customerId: string): Promise<DunningCase | null> {
  const [dunning = null] = await ctx.db
    .select()
    .from(dunningCases)
    .where(
      and(
        eq(dunningCases.orgId, ctx.orgId),
        eq(dunningCases.customerId, customerId),
        ne(dunningCases.state, 'recovered'),
      ),
    )
    .orderBy(
      desc(
        sql`array_position(array['issued', 'payment_attempted', 'retry_scheduled', 'reminder_sent',
          'urgent_notice', 'manual_review', 'final_notice', 'closed'], ${dunningCases.state})`,
      ),
      desc(dunningCases.openedAt),
    )
    .limit(1)
  return dunning
}

async function attachedCard(ctx: Ctx, customerId: string): Promise<CollectionEvidence['card']> {
  const [card = null] = await ctx.db
    .select({ brand: paymentMethods.brand, last4: paymentMethods.last4 })
    .from(paymentMethods)
    .where(
      and(
        eq(paymentMethods.orgId, ctx.orgId),
        eq(paymentMethods.customerId, customerId),
        eq(paymentMethods.status, 'attached'),
      ),
    )
    .orderBy(desc(paymentMethods.createdAt))
    .limit(1)
  return card
}

async function limitsOf(ctx: Ctx, dunning: DunningCase): Promise<DunningLimits> {
  const setting = await loadSetting(ctx, dunning)
  return dunningLimits(caseFacts(dunning), setting.circumstances)
}

/** Pauses are audited by the agent's act (`agent.paused`), whatever the case's own row says now. */
async function countPauses(ctx: Ctx, caseId: string): Promise<number> {
  const rows = await ctx.db
    .select({ id: auditLog.id })
    .from(auditLog)
    .where(
      and(
        eq(auditLog.orgId, ctx.orgId),
        eq(auditLog.subjectType, 'dunning_case'),
        eq(auditLog.subjectId, caseId),
        eq(auditLog.action, 'agent.paused'),
      ),
    )
  return rows.length
}

async function hasOpenDispute(ctx: Ctx, customerId: string): Promise<boolean> {
  const rows = await rowsOf<{ one: number }>(
    ctx.db,
    sql`select 1 as one from disputes where org_id = ${ctx.orgId} and customer_id = ${customerId}
      and closed_at is null limit 1`,
  )
  return rows.length > 0
}
