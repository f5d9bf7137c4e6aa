import { and, eq, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { ledgerEntries } from '#db/schema/ledger.ts'
import { ORDERED } from './accounts.ts'

/** What of an invoice stands as ordered and is not granted. */
export async function orderedMinor(ctx: Ctx, invoiceId: string): Promise<bigint> {
  const [row] = await ctx.db
    .select({ sum: sql<string>`coalesce(-sum(${ledgerEntries.amountMinor}), 0)::text` })
    .from(ledgerEntries)
    .where(
      and(
        eq(ledgerEntries.orgId, ctx.orgId),
        eq(ledgerEntries.invoiceId, invoiceId),
        eq(ledgerEntries.account, ORDERED),
      ),
    )
  return BigInt(row?.sum ?? '0')
}
