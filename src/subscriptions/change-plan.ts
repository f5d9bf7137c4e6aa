import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { subscriptionChanges } from '#db/schema/customers.ts'
import { loadCustomer } from '#src/customers/load-customer.ts'
import { AppError } from '#src/kernel/errors.ts'
import { parseInput } from '#src/kernel/parse.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { effectiveAt, refuseInvoiced } from './effective-at.ts'
import { lockSubscription } from './load-subscription.ts'
import { pricingDocument } from './pricing-documents.ts'
import { refusePricedTwice } from './priced-twice.ts'
import { insideLife, planFor, sameWindow } from './rules.ts'
import { PlanChangeRequest } from './shapes.ts'

type PlanChangeRow = typeof subscriptionChanges.$inferSelect

/**
 * Another plan from an instant on (default: now) or the end of the running period; the change day belongs to the new
 * plan (P5). One change per instant: the same one again is the same answer.
 * @throws not_found; invalid_input for an unknown plan, one with metering windows of another length, or an instant
 *   outside the subscription or in what is invoiced already; conflict when that instant has another change; refused for
 *   a metric that another subscription of the customer prices.
 */
export async function changePlan(
  ctx: Ctx,
  input: z.input<typeof PlanChangeRequest> & { subscriptionId: string },
): Promise<PlanChangeRow> {
  const { subscriptionId, ...fields } = input
  const wanted = parseInput(PlanChangeRequest, fields)
  const subscription = await lockSubscription(ctx, subscriptionId)
  const { at, field } = await effectiveAt(ctx, subscription, wanted)
  insideLife(subscription, at, field)
  const pricingVersion = wanted.pricingVersion ?? subscription.pricingVersion
  const { currency } = await loadCustomer(ctx, subscription.customerId)
  const document = await pricingDocument(ctx, pricingVersion)
  const plan = planFor(document, wanted.planId, currency)
  sameWindow(await pricingDocument(ctx, subscription.pricingVersion), document)
  const same = await sameChange(ctx, { subscriptionId, at, planId: plan.id, pricingVersion })
  if (same) return same
  await refuseInvoiced(ctx, subscriptionId, at, field)
  const { customerId } = subscription
  await refusePricedTwice(ctx, { customerId, subscriptionId, plan, from: at })
  const [row] = await ctx.db
    .insert(subscriptionChanges)
    .values({
      orgId: ctx.orgId,
      id: ctx.newId('sch'),
      subscriptionId,
      at,
      planId: plan.id,
      pricingVersion,
      createdAt: ctx.now,
    })
    .returning()
  if (!row) throw new AppError('internal', `the change of ${subscriptionId} is gone`)
  await recordAudit(ctx, {
    action: 'subscription.plan_changed',
    subject: { type: 'subscription', id: subscriptionId },
    reason: `to ${plan.id} from ${at.toString()}`,
    data: { changeId: row.id, pricingVersion },
  })
  return row
}

async function sameChange(
  ctx: Ctx,
  wanted: Pick<PlanChangeRow, 'subscriptionId' | 'at' | 'planId' | 'pricingVersion'>,
): Promise<PlanChangeRow | undefined> {
  const [row] = await ctx.db
    .select()
    .from(subscriptionChanges)
    .where(
      and(
        eq(subscriptionChanges.orgId, ctx.orgId),
        eq(subscriptionChanges.subscriptionId, wanted.subscriptionId),
        eq(subscriptionChanges.at, wanted.at),
      ),
    )
  if (row && (row.planId !== wanted.planId || row.pricingVersion !== wanted.pricingVersion))
    throw new AppError('conflict', 'the subscription changes to another plan at that instant')
  return row
}
