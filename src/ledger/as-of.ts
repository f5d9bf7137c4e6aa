import { sql, type SQL } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { parseCurrency, type Currency } from '#src/kernel/currency.ts'
import type { Instant } from '#src/kernel/time.ts'

/** Up to and with an instant (`at`), or up to it and without (`before`); neither: everything. */
export interface Cut {
  readonly at?: Instant | undefined
  readonly before?: Instant | undefined
}

export interface AccountSums {
  readonly account: string
  readonly currency: Currency
  readonly debitMinor: bigint
  readonly creditMinor: bigint
}

type Reader = Pick<Ctx, 'db' | 'orgId'>

/**
 * Debits and credits per account and currency. Whole days come from `ledger_sums`, the rest from entries: those of the
 * last day, and the few that nobody has summed yet. One statement, so that it sees each entry once.
 */
export async function sumsAsOf(
  ctx: Reader,
  filter: Cut & {
    readonly account?: string | undefined
    readonly currency?: string | undefined
  } = {},
): Promise<AccountSums[]> {
  const { account, currency } = filter
  const only = (alias: SQL) =>
    sql`${account === undefined ? sql`` : sql`and ${alias}.account = ${account}`}
      ${currency === undefined ? sql`` : sql`and ${alias}.currency = ${currency}`}`
  const end = filter.before ?? filter.at
  const sums = sql.raw('s')
  const entries = sql.raw('e')
  const beforeEnd = filter.before ? sql`<` : sql`<=`
  const day = end ? sql`${`${end.toString().slice(0, 10)}T00:00:00Z`}::timestamptz` : null
  const parts = [
    sql`select s.account, s.currency, s.debit_minor as debit, s.credit_minor as credit from ledger_sums s
      where s.org_id = ${ctx.orgId} ${only(sums)}
        ${end ? sql`and s.day < ${end.toString().slice(0, 10)}::date` : sql``}`,
    // Not summed yet: few, and counted here up to where the last day begins.
    sql`select e.account, e.currency, greatest(e.amount_minor, 0), greatest(-e.amount_minor, 0)
      from ledger_unsummed u cross join lateral (
        select * from ledger_entries where org_id = u.org_id and transaction_id = u.transaction_id offset 0) e
      where u.org_id = ${ctx.orgId} ${only(entries)} ${day ? sql`and e.at < ${day}` : sql``}`,
    ...(end && day ? [lastDay(ctx, { account, day, end, beforeEnd, only: only(entries) })] : []),
  ]
  const rows = await rowsOf<{ account: string; currency: string; debit: string; credit: string }>(
    ctx.db,
    sql`select account, currency, sum(debit)::text as debit, sum(credit)::text as credit
      from (${sql.join(parts, sql` union all `)}) parts
      group by account, currency order by account, currency`,
  )
  return rows.map((row) => ({
    account: row.account,
    currency: parseCurrency(row.currency),
    debitMinor: BigInt(row.debit),
    creditMinor: BigInt(row.credit),
  }))
}

/** By the index on the account, or for all accounts by the journal's. */
function lastDay(
  ctx: Reader,
  part: { account: string | undefined; day: SQL; end: Instant; beforeEnd: SQL; only: SQL },
): SQL {
  const end = sql`${part.end.toString()}::timestamptz`
  const amounts = sql`select e.account, e.currency, greatest(e.amount_minor, 0), greatest(-e.amount_minor, 0)`
  return part.account === undefined
    ? sql`${amounts} from ledger_transactions t cross join lateral (
          select * from ledger_entries where org_id = t.org_id and transaction_id = t.id offset 0) e
        where t.org_id = ${ctx.orgId} and t.at >= ${part.day} and t.at ${part.beforeEnd} ${end} ${part.only}`
    : sql`${amounts} from ledger_entries e
        where e.org_id = ${ctx.orgId} and e.at >= ${part.day} and e.at ${part.beforeEnd} ${end} ${part.only}`
}
