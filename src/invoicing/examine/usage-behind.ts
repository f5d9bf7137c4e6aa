import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import type { Period } from '#src/kernel/time.ts'
import { notWithdrawn } from '#src/metering/withdrawn.ts'
import type { AsRated } from './load-as-rated.ts'

const SAMPLE = 10

/** The usage that a line was rated from. Exact decimals as text. */
export interface UsageBehind {
  readonly metric: string
  readonly source: 'events' | 'buckets'
  readonly events: number
  readonly sum: string
  /** By UTC day, in order. */
  readonly days: readonly { readonly day: string; readonly events: number; readonly sum: string }[]
  /** The first ones by time; the hours of a day are at /api/usage. */
  readonly sample: readonly string[]
}

/** What was used of a metric in a stretch of a billed period, as its rating saw it, from events or else from buckets. */
export async function usageBehind(
  ctx: Ctx,
  again: Pick<AsRated, 'source' | 'onlyEvents'>,
  asked: { readonly customerId: string; readonly metric: string; readonly period: Period },
): Promise<UsageBehind> {
  const { customerId, metric, period } = asked
  const [start, end] = [period.start, period.end].map((at) => sql`${at.toString()}::timestamptz`)
  const seen = sql`usage_events e where e.org_id = ${ctx.orgId} and e.customer_id = ${customerId}
    and e.metric = ${metric} and e.timestamp >= ${start} and e.timestamp < ${end}
    and ${again.onlyEvents ?? notWithdrawn()}`
  const days = await rowsOf<{ day: string; events: string; sum: string }>(
    ctx.db,
    again.source === 'events'
      ? sql`select to_char(e.timestamp at time zone 'UTC', 'YYYY-MM-DD') as day, count(*)::text as events,
          trim_scale(sum(e.quantity))::text as sum from ${seen} group by 1 order by 1`
      : sql`select to_char(hour at time zone 'UTC', 'YYYY-MM-DD') as day, sum(count)::text as events,
          trim_scale(sum(sum))::text as sum
          from usage_buckets where org_id = ${ctx.orgId} and customer_id = ${customerId} and metric = ${metric}
            and hour >= ${start} and hour < ${end} group by 1 order by 1`,
  )
  const [total] = await rowsOf<{ sum: string }>(
    ctx.db,
    sql`select coalesce(trim_scale(sum(s::numeric)), 0)::text as sum
      from jsonb_array_elements_text(${JSON.stringify(days.map(({ sum }) => sum))}::text::jsonb) as d(s)`,
  )
  const sample =
    again.source === 'events'
      ? await rowsOf<{ event_id: string }>(
          ctx.db,
          sql`select e.event_id from ${seen} order by e.timestamp, e.event_id limit ${SAMPLE}`,
        )
      : []
  return {
    metric,
    source: again.source,
    events: days.reduce((count, { events }) => count + Number(events), 0),
    sum: total?.sum ?? '0',
    days: days.map(({ day, events, sum }) => ({ day, events: Number(events), sum })),
    sample: sample.map(({ event_id }) => event_id),
  }
}
