import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import type { CheckResult } from '#src/kernel/check.ts'
import { CHART } from './chart.ts'

/**
 * I1: debits equal credits per transaction, in one currency, and overall; every transaction has the entries it announced
 * and every entry its transaction; the day sums are what the entries sum to.
 */
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
      (select 'ledger transaction ' || t.id || case count(e.transaction_id) when 0 then ' has no entries'
          else ' announced ' || t.entry_count || ' entries and has ' || count(e.transaction_id) end
        from ledger_transactions t
        left join ledger_entries e on e.org_id = t.org_id and e.transaction_id = t.id
        where t.org_id = ${ctx.orgId}
        group by t.org_id, t.id, t.entry_count
        having count(e.transaction_id) <> t.entry_count or count(e.transaction_id) = 0 limit 10)
      union all
      (select 'ledger transaction ' || transaction_id || ' mixes currencies' from ledger_entries
        where org_id = ${ctx.orgId} group by transaction_id having count(distinct currency) > 1 limit 5)
      union all
      (select 'entries of ' || e.transaction_id || ' have no transaction' from ledger_entries e
        where e.org_id = ${ctx.orgId} and not exists (
          select 1 from ledger_transactions t where t.org_id = e.org_id and t.id = e.transaction_id)
        group by e.transaction_id limit 5)
      union all
      (select 'the sums of ' || account || ' on ' || day || ' are off by ' || sum(minor) || ' ' || currency
        from (
          select account, currency, day, debit_minor - credit_minor as minor from ledger_sums
            where org_id = ${ctx.orgId}
          union all
          select e.account, e.currency, (e.at at time zone 'UTC')::date, -e.amount_minor from ledger_entries e
            where e.org_id = ${ctx.orgId} and not exists (
              select 1 from ledger_unsummed u where u.org_id = e.org_id and u.transaction_id = e.transaction_id)
        ) both_sides group by account, currency, day having sum(minor) <> 0 limit 10)
      limit 20`,
  )
  return { ok: rows.length === 0, problems: rows.map(({ problem }) => problem) }
}

/** I8: nothing stands on an account that the chart does not have. */
export async function checkAccounts(ctx: Pick<Ctx, 'db' | 'orgId'>): Promise<CheckResult> {
  const rows = await rowsOf<{ problem: string }>(
    ctx.db,
    sql`select 'the chart has no account ' || account as problem from (
        select distinct account from ledger_entries where org_id = ${ctx.orgId}) used
      where not exists (
        select 1 from jsonb_array_elements_text(${JSON.stringify(CHART.map(({ name }) => name))}::jsonb) as c(name)
        where used.account = c.name or (right(c.name, 1) = ':' and starts_with(used.account, c.name)))
      limit 10`,
  )
  return { ok: rows.length === 0, problems: rows.map(({ problem }) => problem) }
}
