import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { subscriptions } from '#db/schema/customers.ts'
import { changeAccountStatus } from '#src/customers/change-account-status.ts'
import { creationHash } from '#src/customers/creation-hash.ts'
import { loadCustomer, type Customer } from '#src/customers/load-customer.ts'
import { hashOf } from '#src/kernel/canonical.ts'
import { formatDecimal } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'
import { parseInput } from '#src/kernel/parse.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { addAddon } from './add-addon.ts'
import { redeemCoupon } from './coupons/redeem-coupon.ts'
import { lockSubscription, type Subscription } from './load-subscription.ts'
import { currentPricingVersion, pricingDocument } from './pricing-documents.ts'
import { refusePricedTwice } from './priced-twice.ts'
import { planFor, trialEnd } from './rules.ts'
import { NewSubscription } from './shapes.ts'

/**
 * Puts a customer on a plan of a pricing version, where it stays (P6). With an `id` of the caller's the same request
 * again returns the subscription as it stands.
 * @throws not_found for the customer or the version; invalid_input for an unknown plan or add-on or another currency;
 *   conflict when the id is taken; refused for a suspended account, a coupon it cannot redeem, or a metric that another
 *   subscription of the customer prices.
 */
export async function subscribe(
  ctx: Ctx,
  input: z.input<typeof NewSubscription>,
): Promise<Subscription> {
  const wanted = parseInput(NewSubscription, input)
  const inputHash = hashOf(wanted)
  // A repeat is answered before the account's state is looked at: it may have been suspended since.
  if (wanted.id !== undefined && (await isTaken(ctx, wanted.id)))
    return existing(ctx, wanted.id, inputHash)
  const customer = await loadCustomer(ctx, wanted.customerId)
  const row = await insert(ctx, wanted, customer)
  if (!row) return existing(ctx, wanted.id ?? '', inputHash)
  await recordAudit(ctx, {
    action: 'subscription.created',
    subject: { type: 'subscription', id: row.id },
    reason: `${row.planId} of pricing ${row.pricingVersion}`,
    data: { inputHash, customerId: row.customerId, startedAt: row.startedAt.toString() },
  })
  await welcome(ctx, customer, row)
  for (const addon of wanted.addons)
    await addAddon(ctx, {
      from: row.startedAt,
      ...addon,
      quantity: formatDecimal(addon.quantity),
      subscriptionId: row.id,
    })
  for (const couponId of wanted.coupons ?? [])
    await redeemCoupon(ctx, { couponId, subscriptionId: row.id })
  return row
}

async function insert(
  ctx: Ctx,
  wanted: z.output<typeof NewSubscription>,
  customer: Customer,
): Promise<Subscription | undefined> {
  if (customer.status === 'suspended')
    throw new AppError('refused', `account ${customer.id} is suspended: settle it first`)
  const pricingVersion = wanted.pricingVersion ?? (await currentPricingVersion(ctx))
  const document = await pricingDocument(ctx, pricingVersion)
  const plan = planFor(document, wanted.planId, customer.currency)
  const startedAt = wanted.startedAt ?? ctx.now
  await refusePricedTwice(ctx, {
    customerId: customer.id,
    subscriptionId: wanted.id,
    plan,
    from: startedAt,
  })
  const trialEndsAt = trialEnd(wanted.trialDays ?? plan.trialDays, startedAt, customer.timeZone)
  const [row] = await ctx.db
    .insert(subscriptions)
    .values({
      orgId: ctx.orgId,
      id: wanted.id ?? ctx.newId('sub'),
      customerId: customer.id,
      planId: plan.id,
      pricingVersion,
      status: trialEndsAt ? 'trialing' : 'active',
      anchorDay: wanted.anchorDay,
      startedAt,
      trialEndsAt,
      canceledAt: null,
      createdAt: ctx.now,
    })
    .onConflictDoNothing({ target: [subscriptions.orgId, subscriptions.id] })
    .returning()
  return row
}

async function isTaken(ctx: Ctx, id: string): Promise<boolean> {
  const rows = await ctx.db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(and(eq(subscriptions.orgId, ctx.orgId), eq(subscriptions.id, id)))
  return rows.length > 0
}

async function existing(ctx: Ctx, id: string, inputHash: string): Promise<Subscription> {
  const made = await creationHash(ctx, 'subscription.created', { type: 'subscription', id })
  if (made !== inputHash)
    throw new AppError('conflict', `subscription ${id} exists already with other content`)
  return lockSubscription(ctx, id)
}

/** A trial ends by a job; a paid plan ends the account's trial, and brings back one that had left. */
async function welcome(ctx: Ctx, customer: Customer, row: Subscription): Promise<void> {
  if (row.trialEndsAt)
    await enqueue(ctx, {
      job: 'ADVANCE_SUBSCRIPTION',
      key: `${row.id}:trial_end`,
      payload: { subscriptionId: row.id },
      dueAt: row.trialEndsAt,
    })
  const returns = customer.status === 'churned'
  if (returns || (customer.status === 'trial' && !row.trialEndsAt))
    await changeAccountStatus(ctx, {
      customerId: customer.id,
      to: 'active',
      cause: returns ? 'subscribed again' : 'subscribed to a paid plan',
    })
}
