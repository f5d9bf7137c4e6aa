import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import type { CheckResult } from '#src/kernel/check.ts'

/** I9: nothing stuck. Limits on the organisation's clock: a due job an hour, a run an hour, an open charge a day. */
export async function checkNothingStuck(
  ctx: Pick<Ctx, 'db' | 'orgId' | 'now'>,
): Promise<CheckResult> {
  const now = sql`${ctx.now.toString()}::timestamptz`
  const rows = await rowsOf<{ problem: string }>(
    ctx.db,
    sql`
      (select 'job ' || job || ' ' || id || ' gave up: ' || coalesce(last_error, '') as problem from outbox
        where org_id = ${ctx.orgId} and status = 'failed' limit 5)
      union all
      (select 'job ' || job || ' ' || id || ' is due since ' || due_at from outbox
        where org_id = ${ctx.orgId} and status in ('pending', 'running') and due_at < ${now} - interval '1 hour' limit 5)
      union all
      (select 'agent run ' || id || ' is running since ' || created_at from agent_runs
        where org_id = ${ctx.orgId} and status = 'running' and created_at < ${now} - interval '1 hour' limit 5)
      union all
      (select 'agent run ' || id || ' failed' from agent_runs
        where org_id = ${ctx.orgId} and status = 'failed' limit 5)
      union all
      (select 'payment ' || id || ' is ' || status || ' since ' || created_at from payments
        where org_id = ${ctx.orgId} and status in ('created', 'unknown') and created_at < ${now} - interval '1 day' limit 5)
      union all
      (select 'provider event ' || id || ' was never applied' from provider_events
        where org_id = ${ctx.orgId} and applied_at is null and received_at < ${now} - interval '1 hour' limit 5)
      union all
      (select 'mail ' || id || ' is ' || status || ' since ' || send_at from messages
        where org_id = ${ctx.orgId} and (status = 'failed'
          or (status in ('queued', 'sending', 'unknown') and send_at < ${now} - interval '1 hour')) limit 5)`,
  )
  return { ok: rows.length === 0, problems: rows.map(({ problem }) => problem) }
}
