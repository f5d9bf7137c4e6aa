import { and, asc, eq, lt, lte, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { ledgerEntries } from '#db/schema/ledger.ts'
import { parseCurrency, type Currency } from '#src/kernel/currency.ts'
import { sumsAsOf, type AccountSums, type Cut } from './as-of.ts'

export interface AccountBalance {
  readonly account: string
  readonly currency: Currency
  /** Debits less credits: positive for what we own or are owed. */
  readonly balanceMinor: bigint
}

export interface BalanceFilter extends Cut {
  readonly account?: string | undefined
  readonly currency?: string | undefined
  readonly customerId?: string | undefined
  readonly invoiceId?: string | undefined
}

type Reader = Pick<Ctx, 'db' | 'orgId'>

/**
 * Balances per account and currency, of one account, currency, customer or invoice where named: with `at` what was
 * posted at that instant counts, with `before` it does not; without either all of it does.
 */
export async function accountBalances(
  ctx: Reader,
  filter: BalanceFilter = {},
): Promise<AccountBalance[]> {
  if (filter.customerId !== undefined || filter.invoiceId !== undefined)
    return ofEntries(ctx, filter)
  return (await sumsAsOf(ctx, filter)).map(({ account, currency, debitMinor, creditMinor }) => ({
    account,
    currency,
    balanceMinor: debitMinor - creditMinor,
  }))
}

/** One customer's or invoice's entries are few and have an index. */
async function ofEntries(ctx: Reader, filter: BalanceFilter): Promise<AccountBalance[]> {
  const { account, currency, customerId, invoiceId, at, before } = filter
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
        account === undefined ? undefined : eq(ledgerEntries.account, account),
        currency === undefined ? undefined : eq(ledgerEntries.currency, currency),
        customerId === undefined ? undefined : eq(ledgerEntries.customerId, customerId),
        invoiceId === undefined ? undefined : eq(ledgerEntries.invoiceId, invoiceId),
        at === undefined ? undefined : lte(ledgerEntries.at, at),
        before === undefined ? undefined : lt(ledgerEntries.at, before),
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

export interface TrialBalance {
  readonly rows: readonly AccountSums[]
  readonly totals: readonly Omit<AccountSums, 'account'>[]
  /** Σ debit = Σ credit in every currency. */
  readonly balanced: boolean
}

/** Every account's debits and credits as of an instant, with totals per currency. */
export async function trialBalance(ctx: Reader, cut: Cut = {}): Promise<TrialBalance> {
  const rows = await sumsAsOf(ctx, cut)
  const totals = totalsOf(rows)
  return {
    rows,
    totals,
    balanced: totals.every(({ debitMinor, creditMinor }) => debitMinor === creditMinor),
  }
}

function totalsOf(rows: readonly AccountSums[]): TrialBalance['totals'] {
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
