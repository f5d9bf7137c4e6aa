import { sql, type SQL } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import type { CheckResult } from '#src/kernel/check.ts'

type Reader = Pick<Ctx, 'db' | 'orgId'>

async function check(ctx: Reader, query: SQL): Promise<CheckResult> {
  const rows = await rowsOf<{ problem: string }>(ctx.db, query)
  return { ok: rows.length === 0, problems: rows.map(({ problem }) => problem) }
}

/**
 * I2: total = lines + tax; credit notes within the invoice, the sum of their own lines and taxes, and summing to what it
 * says; a corrected invoice void or credited in full; and the books hold exactly what the open invoices say, as receivable
 * or as a loss, and no customer's credit was used twice.
 */
export function checkInvoiceTotals(ctx: Reader): Promise<CheckResult> {
  return check(
    ctx,
    sql`
    with sums as (
      select i.id, i.number, i.status, i.subtotal_minor, i.tax_minor, i.total_minor, i.paid_minor, i.credited_minor,
        coalesce((select sum(l.amount_minor) from invoice_lines l where l.org_id = i.org_id and l.invoice_id = i.id), 0) as lines,
        coalesce((select sum(t.amount_minor) from invoice_taxes t where t.org_id = i.org_id and t.invoice_id = i.id), 0) as taxes,
        coalesce((select sum(c.total_minor) from credit_notes c where c.org_id = i.org_id and c.invoice_id = i.id), 0) as notes,
        coalesce((select sum(e.amount_minor) from ledger_entries e where e.org_id = i.org_id and e.invoice_id = i.id
          and e.account = 'receivable'), 0) as receivable,
        coalesce((select sum(e.amount_minor) from ledger_entries e where e.org_id = i.org_id and e.invoice_id = i.id
          and (e.account = 'bad_debt' or e.account like 'tax\_relief:%')), 0) as lost
      from invoices i where i.org_id = ${ctx.orgId}
    )
    select 'invoice ' || coalesce(number, id) || ': ' || flaw as problem from sums,
      lateral (values
        (lines <> subtotal_minor, 'its lines sum to ' || lines || ', not ' || subtotal_minor),
        (taxes <> tax_minor, 'its taxes sum to ' || taxes || ', not ' || tax_minor),
        (subtotal_minor + tax_minor <> total_minor, 'subtotal and tax are not its total'),
        (notes <> credited_minor, 'credit notes sum to ' || notes || ', not ' || credited_minor),
        (notes > total_minor, 'credit notes exceed it'),
        (status = 'paid' and paid_minor + credited_minor < total_minor, 'it is paid but not settled'),
        (receivable <> case when status in ('finalized', 'paid')
          then greatest(0, total_minor - paid_minor - credited_minor) else 0 end,
          'the ledger has ' || receivable || ' receivable on it'),
        (lost <> case when status = 'uncollectible'
          then greatest(0, total_minor - paid_minor - credited_minor) else 0 end,
          'the ledger has ' || lost || ' of it as a loss')
      ) as flaws(wrong, flaw)
    where wrong
    union all
    (select 'credit note ' || n.number || ' is not the sum of its lines and taxes' from credit_notes n
      where n.org_id = ${ctx.orgId} and (n.total_minor <> n.net_minor + n.tax_minor
        or n.net_minor <> (select coalesce(sum(l.net_minor), 0) from credit_note_lines l
          where l.org_id = n.org_id and l.credit_note_id = n.id)
        or n.tax_minor <> (select coalesce(sum(t.amount_minor), 0) from credit_note_taxes t
          where t.org_id = n.org_id and t.credit_note_id = n.id)))
    union all
    (select 'invoice ' || coalesce(c.number, c.id) || ' corrects ' || c.corrects || ', which still counts'
      from invoices c left join invoices i on i.org_id = c.org_id and i.id = c.corrects
      where c.org_id = ${ctx.orgId} and c.corrects is not null
        and (i.id is null or i.status = 'draft' or (i.status <> 'void' and i.credited_minor <> i.total_minor)))
    union all
    (select 'customer ' || customer_id || ' has ' || sum(amount_minor) || ' ' || currency || ' of credit too much used'
      from ledger_entries where org_id = ${ctx.orgId} and account = 'customer_credit'
      group by customer_id, currency having sum(amount_minor) > 0)
    limit 20`,
  )
}

/** I6: in every series numbers run from 1 without gap or double, and the counter stands on the last one. */
export function checkInvoiceNumbers(ctx: Reader): Promise<CheckResult> {
  return check(
    ctx,
    sql`
    with numbered as (
      select period as series, right(number, -length('INV-' || period || '-'))::int as n
      from invoices where org_id = ${ctx.orgId} and number is not null
      union all
      select substring(number from '^(CN-[0-9]{4}-[0-9]{2})-'), substring(number from '-([0-9]+)$')::int
      from credit_notes where org_id = ${ctx.orgId}
    ), series as (
      select series, count(*) as many, count(distinct n) as different, min(n) as first, max(n) as last
      from numbered group by series
    )
    (select 'series ' || s.series || ' has ' || many || ' documents numbered ' || first || ' to ' || last as problem
      from series s where many <> different or first <> 1 or last <> many limit 10)
    union all
    (select 'series ' || c.series || ' counts to ' || c.last || ', its last document is ' || coalesce(s.last, 0)
      from invoice_numbers c left join series s on s.series = c.series
      where c.org_id = ${ctx.orgId} and c.last <> coalesce(s.last, 0) limit 5)
    union all
    (select 'invoice ' || id || ' is ' || status || ' without a number' from invoices
      where org_id = ${ctx.orgId} and status <> 'draft' and number is null limit 5)`,
  )
}
