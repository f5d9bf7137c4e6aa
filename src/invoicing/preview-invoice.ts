import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { subscriptions } from '#db/schema/customers.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { AppError } from '#src/kernel/errors.ts'
import { loadOrganization, type Organization } from '#src/tenancy/organization.ts'
import { withDueAdjustments } from './adjustments/load-due.ts'
import type { InvoiceDecision } from './decision.ts'
import { loadBillingCases } from './load-billing-cases.ts'
import { loadWaiting } from './load-waiting.ts'
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
  return decideOne(ctx, await loadOrganization(ctx), target, false)
}

/**
 * Load and decide for one subscription. To be written it needs a lock on what it takes up (`lock`).
 * @throws not_found
 */
export async function decideOne(
  ctx: Ctx,
  organization: Organization,
  { subscriptionId, period }: BillingTarget,
  lock: boolean,
): Promise<InvoiceDecision> {
  const [subscription] = await ctx.db
    .select({ customerId: subscriptions.customerId })
    .from(subscriptions)
    .where(and(eq(subscriptions.orgId, ctx.orgId), eq(subscriptions.id, subscriptionId)))
  if (!subscription) throw new AppError('not_found', `no subscription ${subscriptionId}`)
  const { customerId } = subscription
  const waiting = await loadWaiting(ctx, {
    customerIds: [customerId],
    openInvoiceIds: await draftsOf(ctx, { subscriptionId, period }),
    at: ctx.now,
    lock,
  })
  const [billing] = await withDueAdjustments(
    ctx,
    await loadBillingCases(ctx, {
      customerIds: [customerId],
      periodName: period,
      subscriptionId,
    }),
  )
  if (!billing) throw new AppError('not_found', `subscription ${subscriptionId} has no customer`)
  return decideInvoice(billing, sellerOf(organization, ctx), ctx.now, waiting(customerId))
}

async function draftsOf(ctx: Ctx, target: BillingTarget): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: invoices.id })
    .from(invoices)
    .where(
      and(
        eq(invoices.orgId, ctx.orgId),
        eq(invoices.subscriptionId, target.subscriptionId),
        eq(invoices.period, target.period),
        eq(invoices.status, 'draft'),
      ),
    )
  return rows.map(({ id }) => id)
}
