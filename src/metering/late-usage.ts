import { sql, type SQL } from 'drizzle-orm'
import type { Instant } from '#src/kernel/time.ts'

/**
 * The statement that notes usage which the invoice of its period may have been rated without, among the changes (events,
 * and events taken back) and invoices that `within` (over `e` and `i`) leaves. A change is suspect when it came after the
 * invoice was finalized, or when the rating need not have seen its transaction. Noted once, whoever notes it.
 */
export function noteStatement(now: Instant, within: SQL): SQL {
  return sql`
    with late as materialized (
      select i.org_id, i.id as invoice_id, i.customer_id, i.subscription_id, i.period_start, e.metric,
        min(e.seq) as seq, sum(e.quantity) as quantity, count(*) as events,
        coalesce(bool_or(e.received_at > i.finalized_at), false) as after_finalization
      from usage_changes e
      join invoices i on i.org_id = e.org_id and i.customer_id = e.customer_id and i.kind = 'period'
        and i.subscription_id is not null and e.timestamp >= i.period_start and e.timestamp < i.period_end
        and (e.received_at > i.finalized_at
          or not pg_visible_in_snapshot(e.xid::text::xid8, i.rated_snapshot::pg_snapshot))
      where ${within}
      group by i.org_id, i.id, i.customer_id, i.subscription_id, i.period_start, e.metric, e.xid
    ), noted as (
      insert into late_usage
        (org_id, customer_id, subscription_id, period_start, metric, seq, quantity, events, noted_at)
      select org_id, customer_id, subscription_id, period_start, metric, seq, quantity, events,
        ${now.toString()}::timestamptz from late order by seq
      on conflict do nothing
      returning org_id, subscription_id, period_start, metric, seq
    )
    select l.org_id, l.invoice_id, l.customer_id, l.metric, sum(l.quantity)::text as quantity,
      sum(l.events)::text as events
    from late l join noted n using (org_id, subscription_id, period_start, metric, seq)
    where l.after_finalization
    group by l.org_id, l.invoice_id, l.customer_id, l.metric order by 1, 2, 4`
}
