import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { subscriptionAddons } from '#db/schema/customers.ts'
import { loadCustomer } from '#src/customers/load-customer.ts'
import { formatDecimal } from '#src/kernel/decimal.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { parseInput } from '#src/kernel/parse.ts'
import { isBefore } from '#src/kernel/time.ts'
import { planOf } from '#src/pricing/document.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { refuseInvoiced } from './effective-at.ts'
import { lockSubscription, planAt, type SubscriptionAddon } from './load-subscription.ts'
import { pricingDocument } from './pricing-documents.ts'
import { addonFor, insideLife } from './rules.ts'
import { NewAddon } from './shapes.ts'

/**
 * Books an add-on on a subscription from an instant (default: now) until another, or until it ends. With an `id` of
 * the caller's the same request again returns the booking as it stands.
 * @throws not_found; invalid_input for an add-on that the plan's pricing does not have; conflict when the id is taken.
 */
export async function addAddon(
  ctx: Ctx,
  input: z.input<typeof NewAddon> & { subscriptionId: string },
): Promise<SubscriptionAddon> {
  const { subscriptionId, ...fields } = input
  const wanted = parseInput(NewAddon, fields)
  const subscription = await lockSubscription(ctx, subscriptionId)
  if (wanted.id !== undefined) {
    const booked = await sameBooking(ctx, { ...wanted, id: wanted.id }, subscriptionId)
    if (booked) return booked
  }
  const from = wanted.from ?? ctx.now
  insideLife(subscription, from, 'from')
  if (wanted.to && !isBefore(from, wanted.to)) throw invalidField('to', 'must be after from')
  await refuseInvoiced(ctx, subscriptionId, from, 'from')
  const { planId, pricingVersion } = await planAt(ctx, subscription, from)
  const document = await pricingDocument(ctx, pricingVersion)
  const { currency } = await loadCustomer(ctx, subscription.customerId)
  const addon = addonFor(document, planOf(document, planId), wanted.addonId, currency)
  const [row] = await ctx.db
    .insert(subscriptionAddons)
    .values({
      orgId: ctx.orgId,
      id: wanted.id ?? ctx.newId('sad'),
      subscriptionId,
      addonId: addon.id,
      quantity: wanted.quantity,
      from,
      to: wanted.to ?? null,
      createdAt: ctx.now,
    })
    .onConflictDoNothing({ target: [subscriptionAddons.orgId, subscriptionAddons.id] })
    .returning()
  if (!row) throw new AppError('conflict', `booking ${wanted.id ?? ''} was just made elsewhere`)
  await recordAudit(ctx, {
    action: 'subscription.addon_added',
    subject: { type: 'subscription', id: subscriptionId },
    reason: `${formatDecimal(row.quantity)} × ${row.addonId} from ${from.toString()}`,
    data: { bookingId: row.id },
  })
  return row
}

async function sameBooking(
  ctx: Ctx,
  wanted: z.output<typeof NewAddon> & { id: string },
  subscriptionId: string,
): Promise<SubscriptionAddon | undefined> {
  const [row] = await ctx.db
    .select()
    .from(subscriptionAddons)
    .where(and(eq(subscriptionAddons.orgId, ctx.orgId), eq(subscriptionAddons.id, wanted.id)))
  if (!row) return undefined
  const same =
    row.subscriptionId === subscriptionId &&
    row.addonId === wanted.addonId &&
    row.quantity === wanted.quantity &&
    (wanted.from === undefined || row.from.equals(wanted.from))
  if (!same)
    throw new AppError('conflict', `booking ${wanted.id} exists already with other content`)
  return row
}
