import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { subscriptions } from '#db/schema/customers.ts'
import type { Customer } from '#src/customers/load-customer.ts'
import type { BillingCase } from '#src/invoicing/decision.ts'
import { loadBillingCases } from '#src/invoicing/load-billing-cases.ts'
import { storedInvoices } from '#src/invoicing/refresh-drafts.ts'
import { AppError } from '#src/kernel/errors.ts'
import { sumMinor } from '#src/kernel/money.ts'
import { lastInstant, periodNameAt, Temporal } from '#src/kernel/time.ts'
import { afterDraws, drawCredits, isInForce } from '#src/pricing/credits.ts'
import type { RatedLine } from '#src/pricing/lines.ts'
import { rateSubscription } from '#src/pricing/rate.ts'
import { planSegments } from '#src/pricing/segments.ts'
import { drawableGrants } from './drawable-grants.ts'

/**
 * What is left of a customer's credit once everything used so far is paid from it: usage that no invoice has yet is
 * rated as its invoice would be, and drawn as that would draw.
 */
export async function creditLeftMinor(ctx: Ctx, customer: Customer): Promise<bigint> {
  const grants = await drawableGrants(ctx, {
    customerIds: [customer.id],
    openInvoiceIds: [],
    lock: false,
  })
  let left = grants.get(customer.id) ?? []
  if (left.length > 0)
    for (const { rating, period } of await unbilledCases(ctx, customer))
      left = afterDraws(left, drawCredits(left, linesOf(rating), lastInstant(period)))
  return sumMinor(
    left.filter((grant) => isInForce(grant, ctx.now)).map(({ availableMinor }) => availableMinor),
  )
}

/** The running periods of the customer's subscriptions, and those before them where the run has not come yet. */
async function unbilledCases(ctx: Ctx, customer: Customer): Promise<BillingCase[]> {
  const held = await ctx.db
    .select({ anchorDay: subscriptions.anchorDay })
    .from(subscriptions)
    .where(and(eq(subscriptions.orgId, ctx.orgId), eq(subscriptions.customerId, customer.id)))
  const names = new Set(
    held.flatMap(({ anchorDay }) => {
      const name = periodNameAt(ctx.now, anchorDay, customer.timeZone)
      return [Temporal.PlainYearMonth.from(name).subtract({ months: 1 }).toString(), name]
    }),
  )
  // A window of several months is found by each of them.
  const found = new Map<string, BillingCase>()
  for (const periodName of [...names].sort()) {
    const customerIds = [customer.id]
    const billed = await storedInvoices(ctx, periodName, customerIds)
    for (const billing of await loadBillingCases(ctx, { customerIds, periodName }))
      if (!billed.has(billing.subscriptionId) && planSegments(billing.rating).length > 0)
        found.set(`${billing.subscriptionId} ${billing.period.start.toString()}`, billing)
  }
  return [...found.values()]
}

function linesOf(rating: BillingCase['rating']): readonly RatedLine[] {
  try {
    return rateSubscription(rating).lines
  } catch (error) {
    // A document that does not fit this subscription: the billing run names it, here it uses nothing up.
    if (error instanceof AppError && error.code === 'invalid_input') return []
    throw error
  }
}
