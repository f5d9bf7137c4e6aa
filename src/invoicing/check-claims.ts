import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import type { CheckResult } from '#src/kernel/check.ts'

/**
 * I2: what an invoice shows of coupons and one-off items is what it has used up, no more and no less; a void one has
 * given all of it back.
 */
export async function checkInvoiceClaims(ctx: Pick<Ctx, 'db' | 'orgId'>): Promise<CheckResult> {
  const rows = await rowsOf<{ problem: string }>(
    ctx.db,
    sql`
    with sums as (
      select invoice_id, sum(coupons) as coupons, sum(items) as items from (
        select invoice_id, amount_minor as coupons, 0 as items from coupon_applications where org_id = ${ctx.orgId}
        union all
        select invoice_id, 0, 1 from invoice_items where org_id = ${ctx.orgId} and invoice_id is not null
        union all
        select l.invoice_id, case l.kind when 'coupon' then l.amount_minor else 0 end,
          case l.kind when 'item' then -1 else 0 end
        from invoice_lines l join invoices i on i.org_id = l.org_id and i.id = l.invoice_id and i.status <> 'void'
        where l.org_id = ${ctx.orgId} and l.kind in ('coupon', 'item')
      ) parts group by invoice_id
    )
    select 'invoice ' || coalesce(i.number, s.invoice_id) || ': ' || flaw as problem
    from sums s left join invoices i on i.org_id = ${ctx.orgId} and i.id = s.invoice_id,
      lateral (values
        (coupons <> 0, 'the coupons it used are off its lines by ' || coupons),
        (items <> 0, 'the one-off items it took up are off its lines by ' || items)
      ) as flaws(wrong, flaw)
    where wrong limit 20`,
  )
  return { ok: rows.length === 0, problems: rows.map(({ problem }) => problem) }
}
