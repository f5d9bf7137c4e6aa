import { z } from 'zod'
import type { subscriptionChanges } from '#db/schema/customers.ts'
import { formatDecimal } from '#src/kernel/decimal.ts'
import type { Subscription, SubscriptionAddon, SubscriptionState } from './load-subscription.ts'

const text = z.string()

/** A subscription as the API shows it; `planId` is the plan it began with. */
export const SubscriptionView = z.object({
  id: text,
  customerId: text,
  planId: text,
  pricingVersion: text,
  status: z.enum(['trialing', 'active', 'canceled']),
  anchorDay: z.int(),
  startedAt: text,
  trialEndsAt: text.nullable(),
  canceledAt: text.nullable(),
})

export function subscriptionView(row: Subscription): z.infer<typeof SubscriptionView> {
  return {
    id: row.id,
    customerId: row.customerId,
    planId: row.planId,
    pricingVersion: row.pricingVersion,
    status: row.status,
    anchorDay: row.anchorDay,
    startedAt: row.startedAt.toString(),
    trialEndsAt: row.trialEndsAt?.toString() ?? null,
    canceledAt: row.canceledAt?.toString() ?? null,
  }
}

export const AddonView = z.object({
  id: text,
  subscriptionId: text,
  addonId: text,
  quantity: text,
  from: text,
  to: text.nullable(),
})

export function addonView(row: SubscriptionAddon): z.infer<typeof AddonView> {
  return {
    id: row.id,
    subscriptionId: row.subscriptionId,
    addonId: row.addonId,
    quantity: formatDecimal(row.quantity),
    from: row.from.toString(),
    to: row.to?.toString() ?? null,
  }
}

export const ChangeView = z.object({
  id: text,
  subscriptionId: text,
  at: text,
  planId: text,
  pricingVersion: text,
})

export function changeView(
  row: typeof subscriptionChanges.$inferSelect,
): z.infer<typeof ChangeView> {
  const { id, subscriptionId, planId, pricingVersion } = row
  return { id, subscriptionId, at: row.at.toString(), planId, pricingVersion }
}

export const ListedView = SubscriptionView.extend({
  addons: z.array(AddonView),
  changes: z.array(ChangeView),
})

interface Found {
  readonly subscription: Subscription
  readonly addons: readonly SubscriptionAddon[]
  readonly changes: readonly (typeof subscriptionChanges.$inferSelect)[]
}

export function listedView({ subscription, addons, changes }: Found): z.infer<typeof ListedView> {
  return {
    ...subscriptionView(subscription),
    addons: addons.map(addonView),
    changes: changes.map(changeView),
  }
}

export const Detail = ListedView.extend({
  /** The plan in force now. */
  currentPlanId: text,
  currentPricingVersion: text,
  /** The billing period that is running; `billedIn` is the month whose billing run invoices it. */
  currentPeriod: z.object({ start: text, end: text, billedIn: text }),
})

export function detailView(found: Found, state: SubscriptionState): z.infer<typeof Detail> {
  const { billedIn, period } = state
  return {
    ...listedView(found),
    currentPlanId: state.planId,
    currentPricingVersion: state.pricingVersion,
    currentPeriod: { start: period.start.toString(), end: period.end.toString(), billedIn },
  }
}
