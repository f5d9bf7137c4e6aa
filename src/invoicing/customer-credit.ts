import { and, eq, sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { ledgerEntries } from '#db/schema/ledger.ts'
import { lockCustomerMoney } from './lock-invoice.ts'

interface Owner {
  readonly customerId: string
  readonly currency: string
}

/** What we owe a customer in a currency: overpaid, or freed by credit notes. Hold `lockCustomerMoney` to act on it. */
export async function customerCredit(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  { customerId, currency }: Owner,
): Promise<bigint> {
  const [row] = await ctx.db
    .select({ sum: sql<string>`coalesce(-sum(${ledgerEntries.amountMinor}), 0)::text` })
    .from(ledgerEntries)
    .where(
      and(
        eq(ledgerEntries.orgId, ctx.orgId),
        sql`${ledgerEntries.account} = 'customer_credit'`,
        eq(ledgerEntries.customerId, customerId),
        eq(ledgerEntries.currency, currency),
      ),
    )
  return BigInt(row?.sum ?? '0')
}

/**
 * The customers of these invoices whom we owe something, their money locked: asked once for all of a billing run's chunk,
 * before any other lock.
 */
export async function lockCreditedCustomers(
  ctx: Ctx,
  invoiceIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await rowsOf<{ id: string }>(
    ctx.db,
    sql`select e.customer_id as id from ledger_entries e
      where e.org_id = ${ctx.orgId} and e.account = 'customer_credit' and e.customer_id in (
        select i.customer_id from invoices i where i.org_id = ${ctx.orgId}
          and i.id in (select jsonb_array_elements_text(${JSON.stringify(invoiceIds)}::jsonb)))
      group by e.customer_id, e.currency having sum(e.amount_minor) < 0`,
  )
  const ids = rows.map(({ id }) => id)
  await lockCustomerMoney(ctx, ids)
  return new Set(ids)
}

/**
 * Invoices that credit of this customer pays, newest first, with how much would be free again if it were taken back from
 * there: what credit notes have freed on them since is free, or used up, already.
 */
export async function creditedInvoices(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  { customerId, currency }: Owner,
): Promise<{ invoiceId: string; amountMinor: bigint }[]> {
  const rows = await rowsOf<{ id: string; gain: string }>(
    ctx.db,
    sql`select id, gain::text as gain from (
        select i.id, max(t.at) as at, least(sum(e.amount_minor), i.paid_minor)
          - greatest(0, i.paid_minor - (i.total_minor - i.credited_minor)) as gain
        from ledger_entries e
        join ledger_transactions t on t.org_id = e.org_id and t.id = e.transaction_id
        join invoices i on i.org_id = e.org_id and i.id = e.invoice_id
        where e.org_id = ${ctx.orgId} and e.account = 'customer_credit' and e.customer_id = ${customerId}
          and e.currency = ${currency} and t.kind in ('credit_applied', 'credit_returned')
        group by i.org_id, i.id) paid
      where gain > 0 order by at desc, id desc`,
  )
  return rows.map(({ id, gain }) => ({ invoiceId: id, amountMinor: BigInt(gain) }))
}
