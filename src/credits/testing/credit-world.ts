import type { Ctx, Scope } from '#db/context.ts'
import { grantCredits } from '../grant-credits.ts'
import { checkCredits } from '../checks.ts'
import { checkInvoiceTotals } from '#src/invoicing/checks.ts'
import { checkLedgerBalance } from '#src/ledger/checks.ts'
import { accountBalances } from '#src/ledger/balances.ts'
import { listGrants } from '../list-grants.ts'

type GrantInput = Parameters<typeof grantCredits>[1]

/** Promotional credit since January, unless the test says otherwise; key and reason by its name. */
export function give(
  scope: Scope,
  customerId: string,
  amountMinor: string,
  changed: Partial<GrantInput> = {},
) {
  return scope.transact((ctx) =>
    grantCredits(ctx, {
      customerId,
      amountMinor,
      effectiveAt: '2026-01-01T00:00:00Z',
      reason: 'test',
      key: `${customerId}:${changed.name ?? amountMinor}`,
      ...changed,
    }),
  )
}

/** Problems of the money invariants that credit touches. */
export async function creditProblems(ctx: Ctx): Promise<string[]> {
  const problems: string[] = []
  for (const check of [checkCredits, checkInvoiceTotals, checkLedgerBalance])
    problems.push(...(await check(ctx)).problems)
  return problems
}

/** "name remaining/reserved" of a customer's grants, oldest first. */
export async function purseOf(ctx: Ctx, customerId: string): Promise<string[]> {
  const { data } = await listGrants(ctx, { customerId, limit: 200 })
  return data
    .toReversed()
    .map((row) => `${row.name ?? row.id} ${row.remainingMinor}/${row.reservedMinor}`)
}

/** A customer's accounts that are not zero. */
export async function accountsOf(ctx: Ctx, customerId: string): Promise<Record<string, bigint>> {
  const rows = await accountBalances(ctx, { customerId })
  return Object.fromEntries(
    rows
      .filter(({ balanceMinor }) => balanceMinor !== 0n)
      .map(({ account, balanceMinor }) => [account, balanceMinor]),
  )
}
