import { and, eq, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { ledgerEntries, ledgerTransactions } from '#db/schema/ledger.ts'

/** Whether the books have this movement already. */
export async function isPosted(ctx: Ctx, key: string): Promise<boolean> {
  const rows = await ctx.db
    .select({ id: ledgerTransactions.id })
    .from(ledgerTransactions)
    .where(and(eq(ledgerTransactions.orgId, ctx.orgId), eq(ledgerTransactions.key, key)))
  return rows.length > 0
}

/** The key of the next of several movements of one kind; whoever asks holds the lock on what `stem` names. */
export async function nextKey(ctx: Ctx, stem: string): Promise<string> {
  const [row] = await ctx.db
    .select({ count: sql<string>`count(*)::text` })
    .from(ledgerTransactions)
    .where(
      and(
        eq(ledgerTransactions.orgId, ctx.orgId),
        // A range, for the index on the key: ";" follows ":".
        sql`${ledgerTransactions.key} collate "C" >= ${`${stem}:`} and ${ledgerTransactions.key} collate "C" < ${`${stem};`}`,
      ),
    )
  return `${stem}:${row?.count ?? '0'}`
}

/** What this payment brought above the invoice and is not yet back with the customer. */
export async function overpaidMinor(ctx: Ctx, paymentId: string): Promise<bigint> {
  const rows = await ctx.db
    .select({ sum: sql<string>`coalesce(-sum(${ledgerEntries.amountMinor}), 0)::text` })
    .from(ledgerEntries)
    .innerJoin(
      ledgerTransactions,
      and(
        eq(ledgerTransactions.orgId, ledgerEntries.orgId),
        eq(ledgerTransactions.id, ledgerEntries.transactionId),
      ),
    )
    .where(
      and(
        eq(ledgerEntries.orgId, ctx.orgId),
        eq(ledgerEntries.account, 'customer_credit'),
        sql`starts_with(${ledgerTransactions.key}, ${`payment:${paymentId}:`})`,
      ),
    )
  const sum = BigInt(rows[0]?.sum ?? '0')
  return sum > 0n ? sum : 0n
}
