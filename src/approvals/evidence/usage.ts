import { and, desc, eq, gte, lt, sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { usageAnomalies, usageBuckets } from '#db/schema/metering.ts'
import { parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import type { Instant } from '#src/kernel/time.ts'

/** Usage of one metric around now: what agents explain. */
export interface UsageEvidence {
  readonly anomaly: typeof usageAnomalies.$inferSelect | null
  /** Per metric: this month so far, and the whole month before. */
  readonly months: readonly { metric: string; thisMonth: Decimal; lastMonth: Decimal }[]
  /** Local days with usage of the anomaly's (or largest) metric, latest first. */
  readonly days: readonly { day: string; quantity: Decimal }[]
  /** What drives it: property values by share, largest first. */
  readonly drivers: readonly { property: string; value: string; quantity: Decimal }[]
}

const DAYS_BACK = 14

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
    drivers: metric === null ? [] : await loadDrivers(ctx, { ...input, metric, since, until }),
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

async function loadDays(ctx: Ctx, input: { customerId: string; timeZone: string; metric: string }) {
  const from = ctx.now.subtract({ hours: 24 * DAYS_BACK }).toString()
  const rows = await rowsOf<{ day: string; quantity: string }>(
    ctx.db,
    sql`
      select to_char(hour at time zone ${input.timeZone}, 'YYYY-MM-DD') as day, sum(sum)::text as quantity
      from usage_buckets
      where org_id = ${ctx.orgId} and customer_id = ${input.customerId} and metric = ${input.metric}
        and hour >= ${from}::timestamptz and hour < ${ctx.now.toString()}::timestamptz
      group by 1 order by 1 desc`,
  )
  return rows.map(({ day, quantity }) => ({ day, quantity: parseDecimal(quantity) }))
}

async function loadDrivers(
  ctx: Ctx,
  input: { customerId: string; metric: string; since: Instant; until: Instant },
) {
  const rows = await rowsOf<{ property: string; value: string; quantity: string }>(
    ctx.db,
    sql`
      select p.key as property, p.value as value, sum(e.quantity)::text as quantity
      from usage_events e, jsonb_each_text(e.properties) p
      where e.org_id = ${ctx.orgId} and e.customer_id = ${input.customerId} and e.metric = ${input.metric}
        and e.timestamp >= ${input.since.toString()}::timestamptz
        and e.timestamp < ${input.until.toString()}::timestamptz
      group by 1, 2 order by sum(e.quantity) desc, 1, 2 limit 3`,
  )
  return rows.map((row) => ({ ...row, quantity: parseDecimal(row.quantity) }))
}
