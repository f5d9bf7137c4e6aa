import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx, type Scope } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { usageAnomalies } from '#db/schema/metering.ts'
import { formatDecimal, parseDecimal } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { Instant, Temporal } from '#src/kernel/time.ts'
import { notifyAll } from '#src/notifications/notify.ts'
import { judgeDays } from './rules/daily-detector.ts'
import { deliveredDays, usedDays, type DetectionSpan, type UsedDay } from './used-days.ts'

const HISTORY_DAYS = 63
/** Older days are judged but not raised: their history is cut by the window, and nobody acts on them any more. */
const RAISED_DAYS = 28
const CUSTOMERS_PER_PAGE = 1_000
const ALARM_SCORE = 0.5

/**
 * Judges every completed local day of each (customer, metric) and raises what is new as a usage anomaly with a
 * supervisor run of its own. Running it twice raises nothing twice.
 */
export async function detectForOrg(
  scope: Scope,
  options: { upTo?: Instant } = {},
): Promise<{ series: number; raised: number }> {
  const judged = await scope.transact((ctx) => whatToJudge(ctx, options.upTo ?? ctx.now))
  let after = ''
  let series = 0
  let raised = 0
  for (;;) {
    const page = await scope.transact((ctx) => detectPage(ctx, judged, after))
    series += page.series
    raised += page.raised
    if (page.last === null) return { series, raised }
    after = page.last
  }
}

interface Judged {
  readonly span: DetectionSpan
  /** Per metric the days on which the organisation as a whole was metered. */
  readonly delivered: ReadonlyMap<string, ReadonlySet<string>>
}

async function whatToJudge(ctx: Ctx, upTo: Instant): Promise<Judged> {
  const timeZone = await loadTimeZone(ctx)
  const today = upTo.toZonedDateTimeISO(timeZone).toPlainDate()
  const span = { timeZone, from: today.subtract({ days: HISTORY_DAYS }), today }
  return { span, delivered: await deliveredDays(ctx, span) }
}

async function detectPage(ctx: Ctx, judged: Judged, after: string) {
  const customers = await customersAfter(ctx, after)
  const used = await usedDays(ctx, judged.span, customers)
  const anomalies = [...used.values()].flatMap((days) => judgeSeries(ctx, days, judged))
  const raised = await raise(ctx, anomalies)
  const last = customers.length < CUSTOMERS_PER_PAGE ? null : (customers.at(-1) ?? null)
  return { series: used.size, raised, last }
}

async function loadTimeZone(ctx: Ctx): Promise<string> {
  const [row] = await rowsOf<{ time_zone: string }>(
    ctx.db,
    sql`select time_zone from organizations where id = ${ctx.orgId}`,
  )
  if (!row) throw new AppError('not_found', `no organisation ${ctx.orgId}`)
  return row.time_zone
}

async function customersAfter(ctx: Ctx, after: string): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    ctx.db,
    sql`select id from customers where org_id = ${ctx.orgId} and id > ${after}
        order by id limit ${CUSTOMERS_PER_PAGE}`,
  )
  return rows.map(({ id }) => id)
}

type NewAnomaly = typeof usageAnomalies.$inferInsert

function judgeSeries(
  ctx: Ctx,
  used: readonly UsedDay[],
  { span: { timeZone, today }, delivered }: Judged,
): NewAnomaly[] {
  const metered = delivered.get(used[0]?.metric ?? '')
  const days = withEmptyDays(used, today).filter(({ date }) => metered?.has(date.toString()))
  return judgeDays(
    days.map(({ date, sum, count }) => ({ weekday: date.dayOfWeek, sum: Number(sum), count })),
  ).flatMap(({ score, expected }, index) => {
    const day = days[index]
    if (!day || score < ALARM_SCORE) return []
    if (day.date.until(today, { largestUnit: 'days' }).days > RAISED_DAYS) return []
    return [
      {
        orgId: ctx.orgId,
        id: ctx.newId('ano'),
        customerId: day.customerId,
        metric: day.metric,
        from: day.date.toZonedDateTime(timeZone).toInstant(),
        to: day.date.add({ days: 1 }).toZonedDateTime(timeZone).toInstant(),
        observed: parseDecimal(day.sum),
        expected: parseDecimal(expected.toFixed(6)),
        score,
        status: 'open' as const,
        createdAt: ctx.now,
      },
    ]
  })
}

/** Every day from the one after the first use (which began somewhere inside its day) up to yesterday. */
function withEmptyDays(used: readonly UsedDay[], today: Temporal.PlainDate): UsedDay[] {
  const [first] = used
  if (!first) return []
  const byDate = new Map(used.map((day) => [day.date.toString(), day]))
  const total = first.date.until(today, { largestUnit: 'days' }).days
  return Array.from({ length: Math.max(0, total - 1) }, (_, index) => {
    const date = first.date.add({ days: index + 1 })
    return byDate.get(date.toString()) ?? { ...first, date, sum: '0', count: 0 }
  })
}

async function raise(ctx: Ctx, anomalies: readonly NewAnomaly[]): Promise<number> {
  if (anomalies.length === 0) return 0
  const fresh = await ctx.db
    .insert(usageAnomalies)
    .values([...anomalies])
    .onConflictDoNothing()
    .returning()
  await enqueue(
    ctx,
    ...fresh.map(({ id }) => ({
      job: 'RUN_SUPERVISOR',
      key: `usage_anomaly:${id}`,
      payload: { type: 'usage_anomaly', ref: id },
    })),
  )
  await notifyAll(
    ctx,
    fresh.map(({ id, customerId, metric, from, to, observed, expected, score }) => ({
      type: 'usage.anomaly',
      key: `usage.anomaly:${id}`,
      data: {
        anomalyId: id,
        customerId,
        metric,
        from: from.toString(),
        to: to.toString(),
        observed: formatDecimal(observed),
        expected: formatDecimal(expected),
        score,
      },
    })),
  )
  return fresh.length
}
