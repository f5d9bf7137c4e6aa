import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { subscriptions } from '#db/schema/customers.ts'
import { AppError } from '#src/kernel/errors.ts'
import { loadOrganization, type Organization } from '#src/tenancy/organization.ts'
import type { InvoiceDecision } from './decision.ts'
import { loadBillingCases } from './load-billing-cases.ts'
import { decideInvoice } from './rules.ts'
import { sellerOf } from './seller.ts'

/** One subscription and one period. */
export interface BillingTarget {
  readonly subscriptionId: string
  /** "2026-02" */
  readonly period: string
}

/**
 * What the billing run would invoice now, or why it would not: the run's own load and decide, without the commit
 * (REQUIREMENTS I9). A draft's `contentHash` can be demanded from `generateInvoice`.
 * @throws not_found for an unknown subscription.
 */
export async function previewInvoice(ctx: Ctx, target: BillingTarget): Promise<InvoiceDecision> {
  return decideOne(ctx, await loadOrganization(ctx), target)
}

/** Load and decide for one subscription. @throws not_found */
export async function decideOne(
  ctx: Ctx,
  organization: Organization,
  { subscriptionId, period }: BillingTarget,
): Promise<InvoiceDecision> {
  const [subscription] = await ctx.db
    .select({ customerId: subscriptions.customerId })
    .from(subscriptions)
    .where(and(eq(subscriptions.orgId, ctx.orgId), eq(subscriptions.id, subscriptionId)))
  if (!subscription) throw new AppError('not_found', `no subscription ${subscriptionId}`)
  const [billing] = await loadBillingCases(ctx, {
    customerIds: [subscription.customerId],
    periodName: period,
    subscriptionId,
  })
  if (!billing) throw new AppError('not_found', `subscription ${subscriptionId} has no customer`)
  return decideInvoice(billing, sellerOf(organization), ctx.now)
}
