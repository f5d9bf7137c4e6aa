import { and, desc, eq, isNull } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { customers, subscriptions } from '#db/schema/customers.ts'
import type { Currency } from '#src/kernel/currency.ts'
import type { Decimal } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'
import { sumMinor } from '#src/kernel/money.ts'
import { isBefore, periodNameAt, type Instant } from '#src/kernel/time.ts'
import { chargesOf } from '#src/pricing/plan-charges.ts'
import { rateSubscription, type RatingInput } from '#src/pricing/rate.ts'
import { planSegments } from '#src/pricing/segments.ts'
import { loadBillingCases } from './load-billing-cases.ts'

/** What one metric costs in the running billing period, net of tax. */
export interface UsageCost {
  readonly currency: Currency
  readonly soFarMinor: bigint
  /** At the pace so far, at the period's end; null where that cannot be told from a total. */
  readonly projectedMinor: bigint | null
}

/**
 * The cost of a metric so far and by the end of the billing period, priced as the invoice would be: the run's own load
 * and rating. Null without a running subscription, or when its plan does not price the metric.
 */
export async function usageCost(
  ctx: Ctx,
  asked: { readonly customerId: string; readonly metric: string },
): Promise<UsageCost | null> {
  const [running] = await ctx.db
    .select({
      id: subscriptions.id,
      anchorDay: subscriptions.anchorDay,
      timeZone: customers.timeZone,
    })
    .from(subscriptions)
    .innerJoin(
      customers,
      and(eq(customers.orgId, subscriptions.orgId), eq(customers.id, subscriptions.customerId)),
    )
    .where(
      and(
        eq(subscriptions.orgId, ctx.orgId),
        eq(subscriptions.customerId, asked.customerId),
        isNull(subscriptions.canceledAt),
      ),
    )
    .orderBy(desc(subscriptions.startedAt), desc(subscriptions.id))
    .limit(1)
  if (!running) return null
  const [billing] = await loadBillingCases(ctx, {
    customerIds: [asked.customerId],
    periodName: periodNameAt(ctx.now, running.anchorDay, running.timeZone),
    subscriptionId: running.id,
  })
  return billing ? costOf({ ...billing.rating, asOf: ctx.now }, asked.metric, ctx.now) : null
}

function costOf(rating: RatingInput, metric: string, now: Instant): UsageCost | null {
  try {
    const rated = rateSubscription(rating)
    if (!Object.hasOwn(rated.amounts, metric)) return null
    const projected = carriedOn(rating, metric, now)
    return {
      currency: rated.currency,
      soFarMinor: minorOf(rated.lines, metric),
      projectedMinor: projected && minorOf(rateSubscription(projected).lines, metric),
    }
  } catch (error) {
    // A document that does not fit this subscription: the run names it, here it is only no fact.
    if (error instanceof AppError && error.code === 'invalid_input') return null
    throw error
  }
}

function minorOf(lines: ReturnType<typeof rateSubscription>['lines'], metric: string): bigint {
  return sumMinor(
    lines.filter((line) => line.metric === metric).map(({ amountMinor }) => amountMinor),
  )
}

/** The same period with the metric's usage carried on to the end of the present stretch; null where it is no sum. */
function carriedOn(rating: RatingInput, metric: string, now: Instant): RatingInput | null {
  const segments = planSegments(rating)
  const at = segments.findIndex(
    ({ period }) => !isBefore(now, period.start) && isBefore(now, period.end),
  )
  const segment = segments[at]
  const used = rating.usage[at]?.get(metric)
  if (!segment || !used) return null
  const aggregations = chargesOf(segment.plan)
    .filter(({ charge }) => charge.metric === metric)
    .map(({ charge }) => charge.aggregation)
  // A value that holds goes on holding.
  if (aggregations.every((name) => name === 'weighted_sum'))
    return { ...rating, asOf: segment.period.end }
  if (!('quantity' in used)) return null
  const isSum = aggregations.every((name) => ['sum', 'count'].includes(name))
  const { start, end } = segment.period
  const elapsed = BigInt(now.epochMilliseconds - start.epochMilliseconds)
  if (!isSum || elapsed <= 0n) return null
  const whole = BigInt(end.epochMilliseconds - start.epochMilliseconds)
  const quantity = ((used.quantity * whole) / elapsed) as Decimal
  return {
    ...rating,
    usage: rating.usage.map((metrics, index) =>
      index === at ? new Map(metrics).set(metric, { quantity }) : metrics,
    ),
  }
}
