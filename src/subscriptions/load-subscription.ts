import { and, asc, desc, eq, gt, inArray, lte } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { subscriptionAddons, subscriptionChanges, subscriptions } from '#db/schema/customers.ts'
import { AppError } from '#src/kernel/errors.ts'
import { pageOf, startAfter, type Page, type PageQuery } from '#src/kernel/paging.ts'
import type { Instant } from '#src/kernel/time.ts'
import type { MeteringWindow } from '#src/pricing/windows.ts'
import { loadCustomer } from '#src/customers/load-customer.ts'
import { pricingDocument } from './pricing-documents.ts'
import { periodAt } from './rules.ts'

export type Subscription = typeof subscriptions.$inferSelect
export type SubscriptionAddon = typeof subscriptionAddons.$inferSelect
type Reader = Pick<Ctx, 'db' | 'orgId'>

/** The row, locked until the transaction ends, so that two changes of one subscription queue up. @throws not_found */
export async function lockSubscription(ctx: Reader, id: string): Promise<Subscription> {
  const [row] = await ctx.db
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.orgId, ctx.orgId), eq(subscriptions.id, id)))
    .for('update')
  if (!row) throw new AppError('not_found', `no subscription ${id}`)
  return row
}

/** The plan and pricing version in force at an instant: the last change by then, else the first plan. */
export async function planAt(
  ctx: Reader,
  subscription: Subscription,
  at: Instant,
): Promise<{ planId: string; pricingVersion: string }> {
  const [change] = await ctx.db
    .select({
      planId: subscriptionChanges.planId,
      pricingVersion: subscriptionChanges.pricingVersion,
    })
    .from(subscriptionChanges)
    .where(
      and(
        eq(subscriptionChanges.orgId, ctx.orgId),
        eq(subscriptionChanges.subscriptionId, subscription.id),
        lte(subscriptionChanges.at, at),
      ),
    )
    .orderBy(desc(subscriptionChanges.at))
    .limit(1)
  return change ?? { planId: subscription.planId, pricingVersion: subscription.pricingVersion }
}

/** What holds at an instant: the plan in force, and the billing period that is running. */
export interface SubscriptionState extends MeteringWindow {
  readonly planId: string
  readonly pricingVersion: string
}

export async function stateAt(
  ctx: Reader,
  subscription: Subscription,
  at: Instant,
): Promise<SubscriptionState> {
  const { timeZone } = await loadCustomer(ctx, subscription.customerId)
  const document = await pricingDocument(ctx, subscription.pricingVersion)
  return {
    ...(await planAt(ctx, subscription, at)),
    ...periodAt(at, subscription, document, timeZone),
  }
}

/** A subscription with what was added and changed. @throws not_found */
export async function loadSubscription(ctx: Reader, id: string) {
  const [subscription] = await ctx.db
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.orgId, ctx.orgId), eq(subscriptions.id, id)))
  if (!subscription) throw new AppError('not_found', `no subscription ${id}`)
  return {
    subscription,
    addons: await addonsOf(ctx, [id]),
    changes: await changesOf(ctx, [id]),
  }
}

/** Subscriptions by id, of one customer where asked, with what was added and changed. */
export async function listSubscriptions(
  ctx: Reader,
  query: PageQuery & { readonly customerId?: string | undefined },
) {
  const after = startAfter(query)
  const rows = await ctx.db
    .select()
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.orgId, ctx.orgId),
        after === null ? undefined : gt(subscriptions.id, after),
        query.customerId === undefined ? undefined : eq(subscriptions.customerId, query.customerId),
      ),
    )
    .orderBy(asc(subscriptions.id))
    .limit(query.limit + 1)
  const page: Page<Subscription> = pageOf(
    rows,
    query.limit,
    (row) => row.id,
    (row) => row,
  )
  const ids = page.data.map(({ id }) => id)
  return { page, addons: await addonsOf(ctx, ids), changes: await changesOf(ctx, ids) }
}

async function addonsOf(ctx: Reader, ids: readonly string[]): Promise<SubscriptionAddon[]> {
  if (ids.length === 0) return []
  return ctx.db
    .select()
    .from(subscriptionAddons)
    .where(
      and(
        eq(subscriptionAddons.orgId, ctx.orgId),
        inArray(subscriptionAddons.subscriptionId, [...ids]),
      ),
    )
    .orderBy(asc(subscriptionAddons.from), asc(subscriptionAddons.id))
}

async function changesOf(ctx: Reader, ids: readonly string[]) {
  if (ids.length === 0) return []
  return ctx.db
    .select()
    .from(subscriptionChanges)
    .where(
      and(
        eq(subscriptionChanges.orgId, ctx.orgId),
        inArray(subscriptionChanges.subscriptionId, [...ids]),
      ),
    )
    .orderBy(asc(subscriptionChanges.at))
}
