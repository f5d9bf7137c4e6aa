import { AppError } from '#src/kernel/errors.ts'

type AccountType = 'asset' | 'liability' | 'income' | 'expense' | 'equity'

export interface ChartAccount {
  /** The account itself, or with ":" at its end the first part of each of its accounts ("revenue:usage"). */
  readonly name: string
  readonly type: AccountType
  /** What stands on it, to a reader. */
  readonly means: string
}

/**
 * The chart of accounts: what is not here cannot be posted to. Debits are positive, so assets and expenses usually are
 * above zero and the others below.
 */
export const CHART: readonly ChartAccount[] = [
  { name: 'receivable', type: 'asset', means: 'what customers owe on finalized invoices' },
  { name: 'clearing:', type: 'asset', means: 'collected by a payment provider, not paid out yet' },
  { name: 'cash:', type: 'asset', means: 'money on a bank account' },
  { name: 'disputes', type: 'asset', means: 'collected money that a bank has taken back for now' },
  { name: 'tax_relief:', type: 'asset', means: 'tax of written-off invoices, to claim back there' },
  { name: 'tax_payable:', type: 'liability', means: 'tax invoiced, by jurisdiction' },
  { name: 'customer_credit', type: 'liability', means: 'overpaid, or freed by credit notes' },
  { name: 'customer_credit:prepaid', type: 'liability', means: 'prepaid credit not used yet' },
  { name: 'customer_credit:ordered', type: 'liability', means: 'prepaid credit not paid for yet' },
  { name: 'refunds_payable', type: 'liability', means: 'refunds asked for that have not left yet' },
  { name: 'revenue:', type: 'income', means: 'invoiced, net, by kind of line' },
  { name: 'bad_debt', type: 'expense', means: 'net of invoices written off' },
  { name: 'fees:', type: 'expense', means: 'what providers keep for their service' },
  { name: 'opening_balance', type: 'equity', means: 'taken over from another system' },
]

/** @throws internal for a name that the chart does not have: a defect of whoever posts. */
export function chartAccount(name: string): ChartAccount {
  const known = CHART.find((account) =>
    account.name.endsWith(':')
      ? name.startsWith(account.name) && name.length > account.name.length
      : name === account.name,
  )
  if (!known) throw new AppError('internal', `the chart has no account "${name}"`)
  return known
}
