import { and, eq, isNotNull } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { invoices } from '#db/schema/invoicing.ts'
import type { Instant } from '#src/kernel/time.ts'

/**
 * Has the drafts that wait for something about a customer (or, without one, about anybody) decided again, at once or
 * at an instant: what they wait for may be there now. @returns how many wait.
 */
export async function retryHeldDrafts(
  ctx: Ctx,
  options: { readonly customerId?: string; readonly dueAt?: Instant } = {},
): Promise<number> {
  const { customerId, dueAt = ctx.now } = options
  const held = await ctx.db
    .select({
      id: invoices.id,
      subscriptionId: invoices.subscriptionId,
      period: invoices.period,
    })
    .from(invoices)
    .where(
      and(
        eq(invoices.orgId, ctx.orgId),
        eq(invoices.status, 'draft'),
        isNotNull(invoices.holdCode),
        customerId === undefined ? undefined : eq(invoices.customerId, customerId),
      ),
    )
  await enqueue(
    ctx,
    ...held.map(({ id, subscriptionId, period }) => ({
      job: 'GENERATE_INVOICE',
      key: `held:${id}:${dueAt.toString()}`,
      payload: { subscriptionId, period },
      dueAt,
    })),
  )
  return held.length
}
