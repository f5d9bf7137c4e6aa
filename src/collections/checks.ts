import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import type { CheckResult } from '#src/kernel/check.ts'

/** I5: at most one dunning step per (case, step), one mail and one charge per step and plan, mails 72 hours apart. */
export async function checkDunningSteps(ctx: Pick<Ctx, 'db' | 'orgId'>): Promise<CheckResult> {
  const { orgId } = ctx
  const rows = await rowsOf<{ problem: string }>(
    ctx.db,
    sql`
      with mails as (
        select id, customer_id, dunning_case_id, key, send_at as at from messages
        where org_id = ${orgId} and direction = 'out' and purpose = 'dunning' and status <> 'withdrawn'
      )
      (select 'dunning case ' || subject_id || ' took ' || (data ->> 'step') || ' ' || count(*) || ' times' as problem
        from audit_log where org_id = ${orgId} and action = 'dunning.step_taken'
        group by subject_id, data ->> 'step' having count(*) > 1 limit 5)
      union all
      (select 'mail ' || id || ' is outside the steps of a dunning case' from mails
        where dunning_case_id is null or key not like 'dunning:' || dunning_case_id || ':%' limit 5)
      union all
      (select 'customer ' || a.customer_id || ' has dunning mails less than 72 hours apart' from mails a
        join mails b on b.customer_id = a.customer_id and b.id <> a.id
          and b.at >= a.at and b.at < a.at + interval '72 hours' limit 5)
      union all
      (select 'invoice ' || invoice_id || ' was charged ' || count(*) || ' times for ' || cause from payments
        where org_id = ${orgId} and cause like 'dunning:%' and status <> 'canceled'
        group by invoice_id, cause having count(*) > 1 limit 5)
      limit 20`,
  )
  return { ok: rows.length === 0, problems: rows.map(({ problem }) => problem) }
}
