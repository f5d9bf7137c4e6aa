import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import type { CheckResult } from '#src/kernel/check.ts'

/** I1: debits equal credits per transaction and currency, overall, and no transaction is without entries. */
export async function checkLedgerBalance(ctx: Pick<Ctx, 'db' | 'orgId'>): Promise<CheckResult> {
  const rows = await rowsOf<{ problem: string }>(
    ctx.db,
    sql`
      (select 'ledger transaction ' || transaction_id || ' is off by ' || sum(amount_minor) || ' ' || currency as problem
        from ledger_entries where org_id = ${ctx.orgId}
        group by transaction_id, currency having sum(amount_minor) <> 0 limit 10)
      union all
      (select 'the ledger is off by ' || sum(amount_minor) || ' ' || currency
        from ledger_entries where org_id = ${ctx.orgId}
        group by currency having sum(amount_minor) <> 0)
      union all
      (select 'ledger transaction ' || t.id || ' has no entries'
        from ledger_transactions t where t.org_id = ${ctx.orgId}
          and not exists (select 1 from ledger_entries e where e.org_id = t.org_id and e.transaction_id = t.id)
        limit 10)
      limit 20`,
  )
  return { ok: rows.length === 0, problems: rows.map(({ problem }) => problem) }
}
