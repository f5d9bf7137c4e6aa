import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { ledgerEntries, ledgerTransactions } from '#db/schema/ledger.ts'
import { parseCurrency, type Currency } from '#src/kernel/currency.ts'
import type { Instant } from '#src/kernel/time.ts'

/** What a customer owes (receivable) and is owed (customer_credit) move on these two accounts. */
const CUSTOMER_ACCOUNTS = ['receivable', 'customer_credit']

export interface StatementLine {
  readonly at: Instant
  readonly kind: string
  readonly reason: string
  readonly invoiceId: string | null
  readonly currency: Currency
  /** Positive: the customer owes more. */
  readonly amountMinor: bigint
  /** What the customer owes in this currency after the line; negative means we owe. */
  readonly balanceMinor: bigint
}

/** Every movement between us and one customer, oldest first, with running balances per currency. */
export async function customerStatement(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  customerId: string,
): Promise<StatementLine[]> {
  const rows = await ctx.db
    .select({
      at: ledgerEntries.at,
      kind: ledgerTransactions.kind,
      reason: ledgerTransactions.reason,
      invoiceId: ledgerEntries.invoiceId,
      currency: ledgerEntries.currency,
      amountMinor: ledgerEntries.amountMinor,
    })
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
        eq(ledgerEntries.customerId, customerId),
        inArray(ledgerEntries.account, CUSTOMER_ACCOUNTS),
      ),
    )
    .orderBy(asc(ledgerEntries.at), asc(ledgerEntries.transactionId), asc(ledgerEntries.position))
  const balances = new Map<string, bigint>()
  return rows.map((row) => {
    const balanceMinor = (balances.get(row.currency) ?? 0n) + row.amountMinor
    balances.set(row.currency, balanceMinor)
    return { ...row, currency: parseCurrency(row.currency), balanceMinor }
  })
}
