import { and, desc, eq, gte, lt, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { usageAnomalies, usageBuckets } from '#db/schema/metering.ts'
import { usageCost, type UsageCost } from '#src/invoicing/usage-cost.ts'
import { parseDecimal, ZERO, type Decimal } from '#src/kernel/decimal.ts'
import type { Period } from '#src/kernel/time.ts'
import { usageByDay, usageDrivers } from '#src/metering/usage-facts.ts'

/** Usage of one metric around now: what agents explain. */
export interface UsageEvidence {
  readonly anomaly: typeof usageAnomalies.$inferSelect | null
  /** Per metric: this month so far, and the whole month before. */
  readonly months: readonly { metric: string; thisMonth: Decimal; lastMonth: Decimal }[]
  /** Local days with usage of the anomaly's (or largest) metric, latest first. */
  readonly days: readonly { day: string; quantity: Decimal }[]
  /** What drives it: property values whose usage grew most against the time before, largest first. */
  readonly drivers: readonly { property: string; value: string; quantity: Decimal }[]
  /** What the metric costs in the running billing period. */
  readonly cost: UsageCost | null
}

const DAYS_BACK = 14
const DRIVERS = 3

/** The account's usage; `anomalyId` names the one that raised the trigger, else the latest open one. */
export async function loadUsageEvidence(
  ctx: Ctx,
  input: { customerId: string; timeZone: string; anomalyId: string | null },
): Promise<UsageEvidence> {
  const [anomaly = null] = await ctx.db
    .select()
    .from(usageAnomalies)
    .where(
      and(
        eq(usageAnomalies.orgId, ctx.orgId),
        eq(usageAnomalies.customerId, input.customerId),
        input.anomalyId === null
          ? gte(usageAnomalies.to, ctx.now.subtract({ hours: 24 * 35 }))
          : eq(usageAnomalies.id, input.anomalyId),
      ),
    )
    .orderBy(desc(usageAnomalies.from))
    .limit(1)
  const months = await loadMonths(ctx, input)
  const metric = anomaly?.metric ?? months[0]?.metric ?? null
  const since = anomaly?.from ?? ctx.now.subtract({ hours: 24 })
  const until = anomaly?.to ?? ctx.now
  return {
    anomaly,
    months,
    days: metric === null ? [] : await loadDays(ctx, { ...input, metric }),
    drivers:
      metric === null
        ? []
        : await loadDrivers(ctx, { ...input, metric, period: { start: since, end: until } }),
    cost: metric === null ? null : await usageCost(ctx, { customerId: input.customerId, metric }),
  }
}

async function loadMonths(ctx: Ctx, input: { customerId: string; timeZone: string }) {
  const zoned = ctx.now.toZonedDateTimeISO(input.timeZone)
  const start = zoned.with({ day: 1 }).startOfDay()
  const rows = await ctx.db
    .select({
      metric: usageBuckets.metric,
      thisMonth: sql<string>`sum(case when ${usageBuckets.hour} >= ${start.toInstant().toString()}::timestamptz then ${usageBuckets.sum} else 0 end)::text`,
      lastMonth: sql<string>`sum(case when ${usageBuckets.hour} < ${start.toInstant().toString()}::timestamptz then ${usageBuckets.sum} else 0 end)::text`,
    })
    .from(usageBuckets)
    .where(
      and(
        eq(usageBuckets.orgId, ctx.orgId),
        eq(usageBuckets.customerId, input.customerId),
        gte(usageBuckets.hour, start.subtract({ months: 1 }).toInstant()),
        lt(usageBuckets.hour, ctx.now),
      ),
    )
    .groupBy(usageBuckets.metric)
    .orderBy(desc(sql`sum(${usageBuckets.sum})`), usageBuckets.metric)
  return rows.map((row) => ({
    metric: row.metric,
    thisMonth: parseDecimal(row.thisMonth),
    lastMonth: parseDecimal(row.lastMonth),
  }))
}

/** Local days with usage, latest first. */
async function loadDays(ctx: Ctx, input: { customerId: string; timeZone: string; metric: string }) {
  const today = ctx.now.toZonedDateTimeISO(input.timeZone).startOfDay()
  const period = { start: today.subtract({ days: DAYS_BACK }).toInstant(), end: ctx.now }
  const days = await usageByDay(ctx, { ...input, period })
  return days
    .filter(({ sum }) => sum !== ZERO)
    .map(({ start, sum }) => ({
      day: start.toZonedDateTimeISO(input.timeZone).toPlainDate().toString(),
      quantity: sum,
    }))
    .reverse()
}

async function loadDrivers(
  ctx: Ctx,
  input: { customerId: string; metric: string; period: Period },
) {
  const drivers = await usageDrivers(ctx, input)
  return drivers
    .filter(({ sum }) => sum > ZERO)
    .slice(0, DRIVERS)
    .map(({ property, value, sum }) => ({ property, value, quantity: sum }))
}
