import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import type { CheckResult } from '#src/kernel/check.ts'
import { PREPAID } from './accounts.ts'

/**
 * What is left of each grant is the sum of its movements; what is reserved is what drafts hold; every line of credit
 * is backed by a draw or a reservation; and the books owe exactly what is left of paid grants.
 */
export async function checkCredits(ctx: Pick<Ctx, 'db' | 'orgId'>): Promise<CheckResult> {
  const rows = await rowsOf<{ problem: string }>(
    ctx.db,
    sql`
      (select 'credit grant ' || g.id || ' has ' || g.remaining_minor || ' left, its movements say '
          || coalesce(sum(m.amount_minor), 0) as problem
        from credit_grants g left join credit_movements m on m.org_id = g.org_id and m.grant_id = g.id
        where g.org_id = ${ctx.orgId}
        group by g.id, g.remaining_minor having g.remaining_minor <> coalesce(sum(m.amount_minor), 0) limit 5)
      union all
      (select 'credit grant ' || g.id || ' has ' || g.reserved_minor || ' reserved, drafts hold '
          || coalesce(sum(r.amount_minor), 0)
        from credit_grants g left join credit_reservations r on r.org_id = g.org_id and r.grant_id = g.id
        where g.org_id = ${ctx.orgId}
        group by g.id, g.reserved_minor having g.reserved_minor <> coalesce(sum(r.amount_minor), 0) limit 5)
      union all
      (select 'invoice ' || c.invoice_id || ' shows ' || -c.minor || ' of credit, its grants gave '
          || coalesce(b.minor, 0)
        from (select invoice_id, sum(amount_minor) as minor from invoice_lines
            where org_id = ${ctx.orgId} and kind = 'credit' group by invoice_id) c
          left join (
            select invoice_id, sum(minor) as minor from (
              select invoice_id, -amount_minor as minor from credit_movements
                where org_id = ${ctx.orgId} and kind = 'draw'
              union all
              select invoice_id, amount_minor from credit_reservations where org_id = ${ctx.orgId}) given
            group by invoice_id) b on b.invoice_id = c.invoice_id
        where -c.minor <> coalesce(b.minor, 0) limit 5)
      union all
      (select 'the books owe ' || -booked || ' ' || currency || ' of prepaid credit to customer ' || customer_id
          || ', ' || granted || ' is left of it'
        from (select customer_id, currency, sum(granted) as granted, sum(booked) as booked from (
            select customer_id, currency, remaining_minor as granted, 0 as booked from credit_grants
              where org_id = ${ctx.orgId} and kind = 'paid'
            union all
            select customer_id, currency, 0, amount_minor from ledger_entries
              where org_id = ${ctx.orgId} and account = ${PREPAID}) sides
          group by customer_id, currency) both_sides
        where granted <> -booked limit 5)`,
  )
  return { ok: rows.length === 0, problems: rows.map(({ problem }) => problem) }
}
