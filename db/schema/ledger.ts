import { index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
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
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('ledger_transactions_key').on(t.orgId, t.key),
  ],
)

/** `amountMinor` > 0 is a debit, < 0 a credit; a deferred trigger refuses a transaction that does not sum to zero. */
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
  ],
)
