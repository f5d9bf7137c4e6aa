import type { Scope } from '#db/context.ts'
import { csvLine } from '#src/kernel/csv.ts'
import { formatMinor } from '#src/kernel/money.ts'
import type { AccountBalance, TrialBalance } from './balances.ts'
import { customerStatement, type StatementRange } from './customer-statement.ts'
import { listJournal, type JournalQuery } from './list-journal.ts'

const ROWS_PER_QUERY = 500

/** Amounts in whole currency units with the currency's own digits, as a spreadsheet wants them. */
export function balancesCsv(rows: readonly AccountBalance[]): string {
  return [
    csvLine(['account', 'currency', 'balance']),
    ...rows.map(({ account, currency, balanceMinor }) =>
      csvLine([account, currency, formatMinor(balanceMinor, currency)]),
    ),
  ].join('')
}

/** The accounts, then a line "total" for each currency. */
export function trialBalanceCsv({ rows, totals }: TrialBalance): string {
  const all = [...rows, ...totals.map((total) => ({ account: 'total', ...total }))]
  return [
    csvLine(['account', 'currency', 'debit', 'credit']),
    ...all.map(({ account, currency, debitMinor, creditMinor }) =>
      csvLine([
        account,
        currency,
        formatMinor(debitMinor, currency),
        formatMinor(creditMinor, currency),
      ]),
    ),
  ].join('')
}

/** The journal as a line an entry, however long it is: read in pages as it is sent. */
export async function* journalCsv(
  scope: Scope,
  query: Omit<JournalQuery, 'limit' | 'cursor'>,
): AsyncGenerator<string> {
  yield csvLine([
    'at',
    'transaction',
    'kind',
    'reason',
    'actor',
    'approval',
    'account',
    'customer',
    'invoice',
    'currency',
    'debit',
    'credit',
  ])
  let cursor: string | undefined
  do {
    const page = await scope.transact((ctx) =>
      listJournal(ctx, { ...query, limit: ROWS_PER_QUERY, cursor }),
    )
    yield page.data
      .flatMap((row) =>
        row.entries.map(({ account, customerId, invoiceId, currency, amountMinor }) => {
          const amount = formatMinor(amountMinor < 0n ? -amountMinor : amountMinor, currency)
          const sides = amountMinor < 0n ? [null, amount] : [amount, null]
          const { id, at, kind, reason, actor, approval } = row
          return csvLine([
            at.toString(),
            id,
            kind,
            reason,
            actor,
            approval,
            account,
            customerId,
            invoiceId,
            currency,
            ...sides,
          ])
        }),
      )
      .join('')
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}

/** Opening balance, lines, closing balance, for each currency of the customer. */
export async function* statementCsv(
  scope: Scope,
  customerId: string,
  range: StatementRange,
): AsyncGenerator<string> {
  yield csvLine(['at', 'kind', 'reason', 'invoice', 'currency', 'amount', 'balance'])
  let cursor: string | undefined
  let first = true
  do {
    const page = await scope.transact((ctx) =>
      customerStatement(ctx, customerId, { ...range, limit: ROWS_PER_QUERY, cursor }),
    )
    if (first)
      for (const { currency, openingMinor } of page.balances)
        yield csvLine([
          range.from?.toString() ?? null,
          'opening',
          'opening balance',
          null,
          currency,
          null,
          formatMinor(openingMinor, currency),
        ])
    first = false
    for (const { at, kind, reason, invoiceId, currency, amountMinor, balanceMinor } of page.data)
      yield csvLine([
        at.toString(),
        kind,
        reason,
        invoiceId,
        currency,
        formatMinor(amountMinor, currency),
        formatMinor(balanceMinor, currency),
      ])
    cursor = page.nextCursor ?? undefined
    if (cursor === undefined)
      for (const { currency, closingMinor } of page.balances)
        yield csvLine([
          range.to?.toString() ?? null,
          'closing',
          'closing balance',
          null,
          currency,
          null,
          formatMinor(closingMinor, currency),
        ])
  } while (cursor !== undefined)
}
