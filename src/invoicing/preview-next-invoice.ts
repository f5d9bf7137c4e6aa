import { TransactionRollbackError } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { AppError } from '#src/kernel/errors.ts'
import { later } from '#src/kernel/time.ts'
import { addAddon } from '#src/subscriptions/add-addon.ts'
import { cancelSubscription } from '#src/subscriptions/cancel-subscription.ts'
import { changeAddon, removeAddon } from '#src/subscriptions/change-addon.ts'
import { changePlan } from '#src/subscriptions/change-plan.ts'
import { redeemCoupon } from '#src/subscriptions/coupons/redeem-coupon.ts'
import { loadSubscription, stateAt } from '#src/subscriptions/load-subscription.ts'
import { reactivateSubscription } from '#src/subscriptions/reactivate-subscription.ts'
import type { InvoiceDecision } from './decision.ts'
import { previewInvoice } from './preview-invoice.ts'

type Without<Verb extends (ctx: Ctx, input: never) => unknown> = Omit<
  Parameters<Verb>[1],
  'subscriptionId'
>

/** What is to be done to a subscription, as its verbs take it; all of it is optional, and done in this order. */
export interface Considered {
  readonly reactivate?: Without<typeof reactivateSubscription>
  readonly changePlan?: Without<typeof changePlan>
  readonly addAddon?: Without<typeof addAddon>
  readonly changeAddon?: Without<typeof changeAddon>
  readonly removeAddon?: Without<typeof removeAddon>
  readonly redeemCoupon?: { readonly couponId: string }
  readonly cancel?: Without<typeof cancelSubscription>
}

/**
 * The next invoice of a subscription as it would be at the end of its running period, with what was used so far; where something is considered, as if that were done now. It is done, by the very verbs, and taken back
 * again, so that preview and doing cannot disagree.
 * @throws not_found, and whatever the verbs refuse.
 */
export async function previewNextInvoice(
  ctx: Ctx,
  input: { subscriptionId: string; considered: Considered },
): Promise<{ readonly period: string; readonly decision: InvoiceDecision }> {
  return takenBack(ctx, async (inner) => {
    await consider(inner, input.subscriptionId, input.considered)
    const { subscription } = await loadSubscription(inner, input.subscriptionId)
    const { billedIn, period: window } = await stateAt(inner, subscription, inner.now)
    const target = { subscriptionId: input.subscriptionId, period: billedIn }
    const atItsEnd = { ...inner, now: later(inner.now, window.end) }
    return { period: billedIn, decision: await previewInvoice(atItsEnd, target) }
  })
}

async function consider(ctx: Ctx, subscriptionId: string, it: Considered): Promise<void> {
  if (it.reactivate) await reactivateSubscription(ctx, { ...it.reactivate, subscriptionId })
  if (it.changePlan) await changePlan(ctx, { ...it.changePlan, subscriptionId })
  if (it.addAddon) await addAddon(ctx, { ...it.addAddon, subscriptionId })
  if (it.changeAddon) await changeAddon(ctx, { ...it.changeAddon, subscriptionId })
  if (it.removeAddon) await removeAddon(ctx, { ...it.removeAddon, subscriptionId })
  if (it.redeemCoupon) await redeemCoupon(ctx, { ...it.redeemCoupon, subscriptionId })
  if (it.cancel) await cancelSubscription(ctx, { ...it.cancel, subscriptionId })
}

/** Works in a savepoint that is rolled back whatever happens. */
async function takenBack<T>(ctx: Ctx, work: (inner: Ctx) => Promise<T>): Promise<T> {
  let done: { readonly result: T } | undefined
  try {
    await ctx.db.transaction(async (db) => {
      done = { result: await work({ ...ctx, db }) }
      db.rollback()
    })
  } catch (error) {
    if (!(error instanceof TransactionRollbackError)) throw error
  }
  if (!done) throw new AppError('internal', 'a preview ended without an answer')
  return done.result
}
