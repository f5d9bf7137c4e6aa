import { and, eq, gte } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { creditPurchases } from '#db/schema/credits.ts'
import { loadCustomer, type Customer } from '#src/customers/load-customer.ts'
import { cardToCharge } from '#src/payments/payment-rows.ts'
import { placeOrder } from './buy-credits.ts'
import { creditLeftMinor } from './credit-left.ts'
import { pauseTopUp } from './pause-top-up.ts'
import { lockTopUp, topUpJob, type TopUpRow } from './set-top-up.ts'
import { decideTopUp, limitWindowStart, type TopUpDecision } from './top-up-rules.ts'

/** Hours between two looks. */
const EVERY_HOURS = 1

/**
 * Looks whether a customer's credit is running out and orders more; the next look is enqueued in the same
 * transaction. The lock on the setting makes looks at the same time one after the other: the second sees the first
 * one's order. A look of before the last change does nothing.
 */
export async function checkTopUp(
  ctx: Ctx,
  asked: { readonly customerId: string; readonly revision: number; readonly look: number },
): Promise<TopUpDecision | { readonly kind: 'off' }> {
  const row = await lockTopUp(ctx, asked.customerId)
  if (row?.status !== 'on' || row.revision !== asked.revision) return { kind: 'off' }
  const customer = await loadCustomer(ctx, asked.customerId)
  const decision = await decide(ctx, row, customer)
  if (decision.kind === 'pause') {
    await pauseTopUp(ctx, { customerId: customer.id, reason: decision.reason })
    return decision
  }
  if (decision.kind === 'buy')
    await placeOrder(ctx, customer, {
      amountMinor: row.amountMinor,
      terms: row.terms,
      source: 'top_up',
      key: `top_up:${customer.id}:${row.revision}:${asked.look}`,
    })
  await enqueue(ctx, topUpJob(row, asked.look + 1, ctx.now.add({ hours: EVERY_HOURS })))
  return decision
}

async function decide(ctx: Ctx, row: TopUpRow, customer: Customer): Promise<TopUpDecision> {
  if (customer.status === 'churned') return { kind: 'pause', reason: 'account_ended' }
  const since = limitWindowStart(ctx.now, row.limitPer, customer.timeZone)
  const recent = await topUpsSince(ctx, customer.id, since)
  const decision = decideTopUp({
    setting: row,
    leftMinor: await creditLeftMinor(ctx, customer),
    recent,
    oneIsOpen: await hasOpenTopUp(ctx, customer.id),
  })
  if (decision.kind !== 'buy') return decision
  const { card, providerCustomerId } = await cardToCharge(ctx, customer.id)
  return customer.collection === 'card' && card && providerCustomerId !== null
    ? decision
    : { kind: 'pause', reason: 'no_card' }
}

function topUpsSince(ctx: Ctx, customerId: string, since: Ctx['now']) {
  return ctx.db
    .select({ amountMinor: creditPurchases.amountMinor })
    .from(creditPurchases)
    .where(
      and(
        eq(creditPurchases.orgId, ctx.orgId),
        eq(creditPurchases.customerId, customerId),
        eq(creditPurchases.source, 'top_up'),
        gte(creditPurchases.createdAt, since),
      ),
    )
}

async function hasOpenTopUp(ctx: Ctx, customerId: string): Promise<boolean> {
  const rows = await ctx.db
    .select({ id: creditPurchases.id })
    .from(creditPurchases)
    .where(
      and(
        eq(creditPurchases.orgId, ctx.orgId),
        eq(creditPurchases.customerId, customerId),
        eq(creditPurchases.source, 'top_up'),
        eq(creditPurchases.status, 'open'),
      ),
    )
    .limit(1)
  return rows.length > 0
}
