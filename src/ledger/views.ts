import { z } from '@hono/zod-openapi'
import type { CustomerStatement } from './customer-statement.ts'
import type { JournalTransaction } from './list-journal.ts'

/** Minor units as text: JSON numbers lose digits. */
const Minor = z.string()

export const AccountView = z
  .object({
    name: z.string(),
    type: z.enum(['asset', 'liability', 'income', 'expense', 'equity']),
    means: z.string(),
  })
  .openapi('LedgerAccount')

export const BalanceView = z
  .object({ account: z.string(), currency: z.string(), balanceMinor: Minor })
  .openapi('AccountBalance')

const sums = { currency: z.string(), debitMinor: Minor, creditMinor: Minor }
export const TrialBalanceView = z
  .object({
    rows: z.array(z.object({ account: z.string(), ...sums })),
    totals: z.array(z.object(sums)),
    balanced: z.boolean(),
  })
  .openapi('TrialBalance')

export const JournalView = z
  .object({
    id: z.string(),
    at: z.string(),
    kind: z.string(),
    reason: z.string(),
    actor: z.string(),
    approval: z.string().nullable(),
    entries: z.array(
      z.object({
        account: z.string(),
        customerId: z.string().nullable(),
        invoiceId: z.string().nullable(),
        currency: z.string(),
        /** Above zero a debit, below a credit. */
        amountMinor: Minor,
      }),
    ),
  })
  .openapi('LedgerTransaction')

export function journalView(row: JournalTransaction): z.infer<typeof JournalView> {
  return {
    ...row,
    at: row.at.toString(),
    entries: row.entries.map((entry) => ({ ...entry, amountMinor: entry.amountMinor.toString() })),
  }
}

export const StatementView = z
  .object({
    customerId: z.string(),
    balances: z.array(
      z.object({
        currency: z.string(),
        /** What the customer owed before `from`; negative: we owed. */
        openingMinor: Minor,
        closingMinor: Minor,
      }),
    ),
    data: z.array(
      z.object({
        at: z.string(),
        transactionId: z.string(),
        kind: z.string(),
        reason: z.string(),
        invoiceId: z.string().nullable(),
        currency: z.string(),
        amountMinor: Minor,
        balanceMinor: Minor,
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .openapi('AccountStatement')

export function statementView(
  customerId: string,
  { balances, data, nextCursor }: CustomerStatement,
): z.infer<typeof StatementView> {
  return {
    customerId,
    balances: balances.map((row) => ({
      currency: row.currency,
      openingMinor: row.openingMinor.toString(),
      closingMinor: row.closingMinor.toString(),
    })),
    data: data.map((line) => ({
      ...line,
      at: line.at.toString(),
      amountMinor: line.amountMinor.toString(),
      balanceMinor: line.balanceMinor.toString(),
    })),
    nextCursor,
  }
}
