import { and, eq, sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { ledgerTransactions } from '#db/schema/ledger.ts'

/** Whether the books have this movement already. */
export async function isPosted(ctx: Ctx, key: string): Promise<boolean> {
  const rows = await ctx.db
    .select({ id: ledgerTransactions.id })
    .from(ledgerTransactions)
    .where(and(eq(ledgerTransactions.orgId, ctx.orgId), eq(ledgerTransactions.key, key)))
  return rows.length > 0
}

/**
 * The key of the next of several movements of one kind on an invoice, whose lock the caller holds: it may be written off,
 * paid after all, refunded and written off again.
 */
export async function nextKey(ctx: Ctx, invoiceId: string, kind: string): Promise<string> {
  const [row] = await rowsOf<{ count: string }>(
    ctx.db,
    sql`select count(distinct t.id)::text as count from ledger_entries e
      join ledger_transactions t on t.org_id = e.org_id and t.id = e.transaction_id and t.kind = ${kind}
      where e.org_id = ${ctx.orgId} and e.invoice_id = ${invoiceId}`,
  )
  return `invoice:${invoiceId}:${kind}:${row?.count ?? '0'}`
}

/** What a payment brought above its invoice and is not yet back with the customer. */
export async function overpaidMinor(
  ctx: Ctx,
  payment: { readonly paymentId: string; readonly invoiceId: string },
): Promise<bigint> {
  const [row] = await rowsOf<{ sum: string }>(
    ctx.db,
    sql`select coalesce(-sum(e.amount_minor), 0)::text as sum from ledger_entries e
      join ledger_transactions t on t.org_id = e.org_id and t.id = e.transaction_id
        and starts_with(t.key, ${`payment:${payment.paymentId}:`})
      where e.org_id = ${ctx.orgId} and e.invoice_id = ${payment.invoiceId} and e.account = 'customer_credit'`,
  )
  const sum = BigInt(row?.sum ?? '0')
  return sum > 0n ? sum : 0n
}
