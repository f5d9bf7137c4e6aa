import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import type { CheckResult } from '#src/kernel/check.ts'

/**
 * The audit trail is whole (T3): every seal is the hash of its rows and follows the one before it, and every row is sealed
 * once or waits for it. What is cut off at the end, seals and all, only shows against a hash that was kept elsewhere.
 */
export async function checkAuditChain(ctx: Pick<Ctx, 'db' | 'orgId'>): Promise<CheckResult> {
  const rows = await rowsOf<{ problem: string }>(
    ctx.db,
    sql`with chain as (
        select seq, audit_ids, previous_hash, hash, row_number() over (order by seq) as place,
          lag(hash, 1, '') over (order by seq) as before
        from audit_seals where org_id = ${ctx.orgId}
      ), named as (
        select n.id, count(*) as times from chain, unnest(audit_ids) as n(id) group by n.id
      )
      (select 'audit seal ' || seq || ' is not the hash of its rows' as problem from chain
        where hash <> audit_seal_hash(${ctx.orgId}, seq, previous_hash, audit_ids) limit 5)
      union all
      (select 'audit seal ' || seq || ' does not follow the one before it' from chain
        where seq <> place or previous_hash <> before limit 5)
      union all
      (select 'audit row ' || coalesce(a.id, n.id) || case
          when a.id is null then ' is sealed and gone'
          when n.id is null then ' was never sealed'
          else ' is sealed twice' end
        from (select id from audit_log where org_id = ${ctx.orgId}) a full join named n on n.id = a.id
        where a.id is null or n.times > 1 or (n.id is null and not exists (
          select 1 from audit_unsealed u where u.org_id = ${ctx.orgId} and u.audit_id = a.id)) limit 10)`,
  )
  return { ok: rows.length === 0, problems: rows.map(({ problem }) => problem) }
}
