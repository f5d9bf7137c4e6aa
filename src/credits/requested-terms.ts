import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import type { StoredRollover } from '#db/schema/credits.ts'
import { subscriptionChanges, subscriptions } from '#db/schema/customers.ts'
import type { Customer } from '#src/customers/load-customer.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { metricsOf } from '#src/pricing/plan-charges.ts'
import { currentPricingVersion, pricingDocument } from '#src/subscriptions/pricing-documents.ts'
import type { Rollover } from './shapes.ts'

/**
 * Refuses credit that could never be used: in another currency than the customer's, or for a metric that none of the
 * customer's price documents nor the present one knows.
 * @throws invalid_input naming `currency` or `appliesTo.i`.
 */
export async function requireUsable(
  ctx: Ctx,
  customer: Customer,
  wanted: { readonly currency?: string; readonly appliesTo?: readonly string[] },
): Promise<void> {
  if (wanted.currency !== undefined && wanted.currency !== customer.currency)
    throw invalidField(
      'currency',
      `customer ${customer.id} is billed in ${customer.currency}, not ${wanted.currency}`,
    )
  if (wanted.appliesTo === undefined) return
  const known = await knownMetrics(ctx, customer.id)
  const unknown = wanted.appliesTo.findIndex((metric) => !known.has(metric))
  if (unknown >= 0)
    throw invalidField(
      `appliesTo.${unknown}`,
      `no price document of this customer knows the metric "${wanted.appliesTo[unknown]}"`,
    )
}

async function knownMetrics(ctx: Ctx, customerId: string): Promise<ReadonlySet<string>> {
  const versions = new Set<string>()
  const held = await ctx.db
    .select({ first: subscriptions.pricingVersion, later: subscriptionChanges.pricingVersion })
    .from(subscriptions)
    .leftJoin(
      subscriptionChanges,
      and(
        eq(subscriptionChanges.orgId, subscriptions.orgId),
        eq(subscriptionChanges.subscriptionId, subscriptions.id),
      ),
    )
    .where(and(eq(subscriptions.orgId, ctx.orgId), eq(subscriptions.customerId, customerId)))
  for (const { first, later } of held)
    for (const version of [first, later]) if (version) versions.add(version)
  const present = await presentVersion(ctx)
  if (present !== null) versions.add(present)
  const metrics = new Set<string>()
  for (const version of versions)
    for (const plan of (await pricingDocument(ctx, version)).tiers)
      for (const metric of metricsOf(plan)) metrics.add(metric)
  return metrics
}

async function presentVersion(ctx: Ctx): Promise<string | null> {
  try {
    return await currentPricingVersion(ctx)
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return null
    throw error
  }
}

/** A rollover as it is stored. */
export function storedRollover(
  rollover: z.output<typeof Rollover> | undefined,
): StoredRollover | null {
  if (rollover === undefined) return null
  const { percentage, capMinor, validDays } = rollover
  return { percentage, capMinor: capMinor ?? null, validDays: validDays ?? null }
}
