import { and, eq, gt, isNull, ne, or } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { subscriptionChanges, subscriptions } from '#db/schema/customers.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { Instant } from '#src/kernel/time.ts'
import { planOf } from '#src/pricing/document.ts'
import { pricedMetrics } from '#src/pricing/plan-charges.ts'
import type { Plan } from '#src/pricing/shapes.ts'
import { planAt } from './load-subscription.ts'
import { pricingDocument } from './pricing-documents.ts'

/**
 * Keeps a plan off a customer who has another subscription with a price for one of its metrics: a usage event names no
 * subscription, so both would bill it. The billing run refuses what gets past this (invoicing/priced-twice.ts).
 * @throws refused naming the metric and the other subscription.
 */
export async function refusePricedTwice(
  ctx: Ctx,
  wanted: { customerId: string; subscriptionId: string | undefined; plan: Plan; from: Instant },
): Promise<void> {
  const priced = pricedMetrics(wanted.plan)
  if (priced.size === 0) return
  const others = await ctx.db
    .select()
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.orgId, ctx.orgId),
        eq(subscriptions.customerId, wanted.customerId),
        wanted.subscriptionId === undefined
          ? undefined
          : ne(subscriptions.id, wanted.subscriptionId),
        or(isNull(subscriptions.canceledAt), gt(subscriptions.canceledAt, wanted.from)),
      ),
    )
  for (const other of others) {
    const changes = await ctx.db
      .select()
      .from(subscriptionChanges)
      .where(
        and(
          eq(subscriptionChanges.orgId, ctx.orgId),
          eq(subscriptionChanges.subscriptionId, other.id),
          gt(subscriptionChanges.at, wanted.from),
        ),
      )
    for (const { planId, pricingVersion } of [await planAt(ctx, other, wanted.from), ...changes]) {
      const theirs = pricedMetrics(planOf(await pricingDocument(ctx, pricingVersion), planId))
      const metric = [...priced].find((name) => theirs.has(name))
      if (metric !== undefined)
        throw new AppError(
          'refused',
          `planId: subscription ${other.id} of the customer prices "${metric}" already: its usage would be billed twice`,
        )
    }
  }
}
