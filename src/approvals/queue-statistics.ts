import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { instantFromSql } from '#db/schema/columns.ts'

/** How the human queue stands, and how fast it was answered lately. */
export interface QueueStatistics {
  readonly open: number
  readonly claimed: number
  /** Open or claimed, and past their due time. */
  readonly overdue: number
  readonly oldestDueAt: string | null
  readonly openByReason: Readonly<Record<string, number>>
  readonly openByPriority: Readonly<Record<string, number>>
  /** Over the last `days` days, from the question to the answer. */
  readonly answered: number
  readonly medianSecondsToAnswer: number | null
  readonly answeredInTime: number
  readonly decisions: Readonly<Record<string, number>>
}

/** Counts the queue in one statement. */
export async function queueStatistics(ctx: Ctx, days: number): Promise<QueueStatistics> {
  const now = sql`${ctx.now.toString()}::timestamptz`
  const since = sql`${ctx.now.subtract({ hours: 24 * days }).toString()}::timestamptz`
  const counts = (
    of: 'reason' | 'priority',
  ) => sql`(select coalesce(jsonb_object_agg(name, n), '{}'::jsonb)
    from (select ${sql.raw(of)} as name, count(*) as n from waiting group by 1) c)`
  const [row] = await rowsOf<{
    open: string
    claimed: string
    overdue: string
    oldest: string | null
    reasons: Record<string, number>
    priorities: Record<string, number>
    answered: string
    median: string | null
    in_time: string
    decisions: Record<string, number>
  }>(
    ctx.db,
    sql`with waiting as (
        select * from escalations where org_id = ${ctx.orgId} and status in ('open', 'claimed')),
      lately as (
        select *, extract(epoch from answered_at - created_at) as seconds from escalations
        where org_id = ${ctx.orgId} and answered_at > ${since})
      select (select count(*) from waiting where status = 'open') as open,
        (select count(*) from waiting where status = 'claimed') as claimed,
        (select count(*) from waiting where due_at <= ${now}) as overdue,
        (select min(due_at) from waiting) as oldest,
        ${counts('reason')} as reasons, ${counts('priority')} as priorities,
        (select count(*) from lately) as answered,
        (select percentile_cont(0.5) within group (order by seconds)::text from lately) as median,
        (select count(*) from lately where answered_at <= due_at) as in_time,
        (select coalesce(jsonb_object_agg(name, n), '{}'::jsonb) from
          (select answer ->> 'decision' as name, count(*) as n from lately group by 1) d) as decisions`,
  )
  return {
    open: Number(row?.open ?? 0),
    claimed: Number(row?.claimed ?? 0),
    overdue: Number(row?.overdue ?? 0),
    oldestDueAt: row?.oldest ? instantFromSql(row.oldest).toString() : null,
    openByReason: row?.reasons ?? {},
    openByPriority: row?.priorities ?? {},
    answered: Number(row?.answered ?? 0),
    medianSecondsToAnswer: row?.median ? Math.round(Number(row.median)) : null,
    answeredInTime: Number(row?.in_time ?? 0),
    decisions: row?.decisions ?? {},
  }
}
