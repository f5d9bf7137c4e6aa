import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import type { CheckResult } from '#src/kernel/check.ts'

/** I8: every movement of money has an actor and a reason, and what gives money away has an approval. */
export async function checkMovementsExplained(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
): Promise<CheckResult> {
  const rows = await rowsOf<{ problem: string }>(
    ctx.db,
    sql`
      (select 'ledger transaction ' || id || ' has no actor or no reason' as problem from ledger_transactions
        where org_id = ${ctx.orgId} and (actor = '' or reason = '') limit 5)
      union all
      (select 'credit note ' || number || ' was approved by nobody' from credit_notes
        where org_id = ${ctx.orgId} and approved_by = '' limit 5)
      union all
      (select 'ledger transaction ' || id || ' (' || kind || ') has no approval' from ledger_transactions
        where org_id = ${ctx.orgId} and kind in ('credit_note', 'write_off', 'credit_taken_over', 'credit_voided') and coalesce(approval, '') = '' limit 5)`,
  )
  return { ok: rows.length === 0, problems: rows.map(({ problem }) => problem) }
}
