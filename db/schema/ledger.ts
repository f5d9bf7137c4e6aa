import { sql } from 'drizzle-orm'
import { date, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { instant, minor, orgId } from './columns.ts'

/** One balanced movement. Never updated, never deleted (trigger). */
export const ledgerTransactions = pgTable(
  'ledger_transactions',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    /** Derived from the thing posted: "invoice:inv_1:finalized". */
    key: text('key').notNull(),
    kind: text('kind').notNull(),
    at: instant('at').notNull(),
    actor: text('actor').notNull(),
    reason: text('reason').notNull(),
    approval: text('approval'),
    /** Entries are complete with their first statement: one more, or one less, is refused (trigger). */
    entryCount: integer('entry_count').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('ledger_transactions_key').on(t.orgId, t.key),
    index('ledger_transactions_journal').on(t.orgId, t.at, t.id),
  ],
)

/** `amountMinor` > 0 is a debit, < 0 a credit; a trigger refuses a transaction that does not sum to zero in one currency. */
export const ledgerEntries = pgTable(
  'ledger_entries',
  {
    orgId: orgId(),
    transactionId: text('transaction_id').notNull(),
    position: integer('position').notNull(),
    account: text('account').notNull(),
    customerId: text('customer_id'),
    invoiceId: text('invoice_id'),
    currency: text('currency').notNull(),
    amountMinor: minor('amount_minor').notNull(),
    at: instant('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.transactionId, t.position] }),
    index('ledger_entries_account').on(t.orgId, t.account, t.at),
    index('ledger_entries_customer').on(t.orgId, t.customerId, t.at),
    index('ledger_entries_invoice').on(t.orgId, t.invoiceId),
    // Few have credit: found without reading everybody's entries.
    index('ledger_entries_credit')
      .on(t.orgId, t.customerId, t.currency)
      .where(sql`account = 'customer_credit'`),
  ],
)

/**
 * Debits and credits per account and UTC day of the transactions that are not in `ledger_unsummed` any more: a balance
 * reads these and the entries of its last day. A cache of the entries; `selfcheck` recounts it.
 */
export const ledgerSums = pgTable(
  'ledger_sums',
  {
    orgId: orgId(),
    account: text('account').notNull(),
    currency: text('currency').notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    debitMinor: minor('debit_minor').notNull(),
    creditMinor: minor('credit_minor').notNull(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.account, t.currency, t.day] })],
)

/** Transactions that `ledger_sums` does not hold yet; written by trigger, taken away as they are summed. */
export const ledgerUnsummed = pgTable(
  'ledger_unsummed',
  { orgId: orgId(), transactionId: text('transaction_id').notNull() },
  (t) => [primaryKey({ columns: [t.orgId, t.transactionId] })],
)
