import { and, asc, eq, lte, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { ledgerEntries } from '#db/schema/ledger.ts'
import { parseCurrency, type Currency } from '#src/kernel/currency.ts'
import type { Instant } from '#src/kernel/time.ts'

export interface AccountBalance {
  readonly account: string
  readonly currency: Currency
  /** Debits less credits: positive for what we own or are owed. */
  readonly balanceMinor: bigint
}

/** Balances per account and currency, of one account or one customer if named, as of an instant (inclusive). */
export async function accountBalances(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  filter: { account?: string; customerId?: string; at?: Instant } = {},
): Promise<AccountBalance[]> {
  const rows = await ctx.db
    .select({
      account: ledgerEntries.account,
      currency: ledgerEntries.currency,
      balance: sql<string>`sum(${ledgerEntries.amountMinor})::text`,
    })
    .from(ledgerEntries)
    .where(
      and(
        eq(ledgerEntries.orgId, ctx.orgId),
        filter.account === undefined ? undefined : eq(ledgerEntries.account, filter.account),
        filter.customerId === undefined
          ? undefined
          : eq(ledgerEntries.customerId, filter.customerId),
        filter.at === undefined ? undefined : lte(ledgerEntries.at, filter.at),
      ),
    )
    .groupBy(ledgerEntries.account, ledgerEntries.currency)
    .orderBy(asc(ledgerEntries.account), asc(ledgerEntries.currency))
  return rows.map((row) => ({
    account: row.account,
    currency: parseCurrency(row.currency),
    balanceMinor: BigInt(row.balance),
  }))
}

interface TrialBalanceRow {
  readonly account: string
  readonly currency: Currency
  readonly debitMinor: bigint
  readonly creditMinor: bigint
}

export interface TrialBalance {
  readonly rows: readonly TrialBalanceRow[]
  readonly totals: readonly Omit<TrialBalanceRow, 'account'>[]
  /** Σ debit = Σ credit in every currency. */
  readonly balanced: boolean
}

/** Every account's debits and credits as of an instant, with totals per currency. */
export async function trialBalance(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  at?: Instant,
): Promise<TrialBalance> {
  const amount = ledgerEntries.amountMinor
  const found = await ctx.db
    .select({
      account: ledgerEntries.account,
      currency: ledgerEntries.currency,
      debit: sql<string>`coalesce(sum(${amount}) filter (where ${amount} > 0), 0)::text`,
      credit: sql<string>`coalesce(-sum(${amount}) filter (where ${amount} < 0), 0)::text`,
    })
    .from(ledgerEntries)
    .where(
      and(
        eq(ledgerEntries.orgId, ctx.orgId),
        at === undefined ? undefined : lte(ledgerEntries.at, at),
      ),
    )
    .groupBy(ledgerEntries.account, ledgerEntries.currency)
    .orderBy(asc(ledgerEntries.account), asc(ledgerEntries.currency))
  const rows = found.map((row) => ({
    account: row.account,
    currency: parseCurrency(row.currency),
    debitMinor: BigInt(row.debit),
    creditMinor: BigInt(row.credit),
  }))
  const totals = totalsOf(rows)
  return {
    rows,
    totals,
    balanced: totals.every(({ debitMinor, creditMinor }) => debitMinor === creditMinor),
  }
}

function totalsOf(rows: readonly TrialBalanceRow[]): TrialBalance['totals'] {
  const totals = new Map<Currency, { debitMinor: bigint; creditMinor: bigint }>()
  for (const row of rows) {
    const held = totals.get(row.currency) ?? { debitMinor: 0n, creditMinor: 0n }
    totals.set(row.currency, {
      debitMinor: held.debitMinor + row.debitMinor,
      creditMinor: held.creditMinor + row.creditMinor,
    })
  }
  return [...totals].map(([currency, sums]) => ({ currency, ...sums }))
}
