import { sql } from 'drizzle-orm'
import { rowsOf, type System } from '#db/context.ts'

const TRANSACTIONS_PER_CALL = 20_000

/**
 * Adds transactions that nobody has summed to the day sums, of all organisations, until none is left; each is summed once,
 * by whoever takes its note away, in one statement. Two workers at once take different ones.
 * @returns how many transactions it summed.
 */
export async function sumLedger(system: Pick<System, 'db'>): Promise<number> {
  let summed = 0
  for (;;) {
    const [row] = await rowsOf<{ taken: number }>(
      system.db,
      sql`with picked as (
          select org_id, transaction_id from ledger_unsummed limit ${TRANSACTIONS_PER_CALL} for update skip locked
        ), taken as (
          delete from ledger_unsummed u using picked p
            where u.org_id = p.org_id and u.transaction_id = p.transaction_id
          returning u.org_id, u.transaction_id
        ), fresh as (
          select e.org_id, e.account, e.currency, (e.at at time zone 'UTC')::date as day,
            sum(greatest(e.amount_minor, 0)) as debit, sum(greatest(-e.amount_minor, 0)) as credit
          from taken t cross join lateral (
            -- Each by its key: the planner must not read all entries to find some.
            select * from ledger_entries where org_id = t.org_id and transaction_id = t.transaction_id offset 0) e
          group by 1, 2, 3, 4
        ), added as (
          insert into ledger_sums as s (org_id, account, currency, day, debit_minor, credit_minor)
          select org_id, account, currency, day, debit, credit from fresh order by 1, 2, 3, 4
          on conflict (org_id, account, currency, day) do update
            set debit_minor = s.debit_minor + excluded.debit_minor, credit_minor = s.credit_minor + excluded.credit_minor
        )
        select count(*)::int as taken from taken`,
    )
    const taken = row?.taken ?? 0
    summed += taken
    if (taken < TRANSACTIONS_PER_CALL) return summed
  }
}
