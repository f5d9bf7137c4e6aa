import Table from 'cli-table3'
import { openGround } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { formatMinor } from '#src/kernel/money.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { trialBalance, type TrialBalance } from '#src/ledger/balances.ts'
import { trialBalanceCsv } from '#src/ledger/csv.ts'
import { printJson, printLine } from './output.ts'
import { scopeForCommand } from './organization.ts'

interface LedgerOptions {
  readonly at?: string
  readonly before?: string
  readonly org?: string
  readonly json?: boolean
  readonly csv?: boolean
}

/** `ledger`: the trial balance, now or as of an instant. Returns whether debits equal credits. */
export async function ledger(config: Config, options: LedgerOptions): Promise<boolean> {
  const { csv = false, json = false } = options
  if (csv && json) throw invalidField('--csv', 'does not go with --json')
  if (options.at !== undefined && options.before !== undefined)
    throw invalidField('--before', 'does not go with --at')
  const at = options.at === undefined ? undefined : parseInstant(options.at, '--at')
  const before = options.before === undefined ? undefined : parseInstant(options.before, '--before')
  const ground = await openGround(config)
  try {
    const scope = await scopeForCommand(ground.system, options.org)
    const found = await scope.transact((ctx) => trialBalance(ctx, { at, before }))
    if (json) printJson(found)
    else if (csv) process.stdout.write(trialBalanceCsv(found))
    else printTable(found)
    return found.balanced
  } finally {
    await ground.close()
  }
}

function printTable({ rows, totals, balanced }: TrialBalance): void {
  const table = new Table({
    head: ['account', 'currency', 'debit', 'credit'],
    colAligns: ['left', 'left', 'right', 'right'],
    style: { head: [], border: [] },
  })
  for (const row of [...rows, ...totals.map((total) => ({ account: 'total', ...total }))])
    table.push([
      row.account,
      row.currency,
      formatMinor(row.debitMinor, row.currency),
      formatMinor(row.creditMinor, row.currency),
    ])
  printLine(table.toString())
  printLine(balanced ? 'debits equal credits' : 'the books are off')
}
