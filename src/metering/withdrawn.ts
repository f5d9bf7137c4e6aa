import { sql, type SQL } from 'drizzle-orm'

/** Over an event `e`: nobody took it back; of withdrawals only those that `known` (over `w`) holds for. */
export function notWithdrawn(known: SQL = sql`true`): SQL {
  return sql`not exists (select 1 from usage_withdrawals w where w.org_id = e.org_id
    and w.idempotency_key = e.idempotency_key and ${known})`
}
