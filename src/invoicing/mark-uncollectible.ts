import { and, eq, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import type { invoices } from '#db/schema/invoicing.ts'
import { ledgerTransactions } from '#db/schema/ledger.ts'
import { AppError } from '#src/kernel/errors.ts'
import { previewOf, requireExpected, type Preview } from '#src/kernel/preview.ts'
import { postTransaction } from '#src/ledger/post-transactions.ts'
import type { PostingEntry } from '#src/ledger/shapes.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { lockInvoice, moveInvoice } from './lock-invoice.ts'
import { moneyEffects, type MoneyEffects } from './money-effects.ts'
import { customerEntry } from './postings.ts'
import { openMinor } from './settlement-rules.ts'

type InvoiceRow = typeof invoices.$inferSelect

/**
 * Writes the open amount of an invoice off as bad debt. The invoice stays payable: money that comes after all takes
 * the write-off back. Doing it twice changes nothing.
 * @throws not_found; conflict unless the invoice is finalized and open, or when `expectedHash` is another's.
 */
export async function markUncollectible(
  ctx: Ctx,
  input: { invoiceId: string; reason: string; approvedBy: string; expectedHash?: string },
): Promise<void> {
  const invoice = await lockInvoice(ctx, input.invoiceId)
  if (invoice.status === 'uncollectible') return
  const entries = writeOffEntries(invoice)
  requireExpected(input.expectedHash, previewOf(effectsOf(invoice, entries)).hash, 'the write-off')
  await postTransaction(ctx, {
    // It may be written off, paid after all, refunded and written off again: each has its own key.
    key: `invoice:${invoice.id}:uncollectible:${await earlierWriteOffs(ctx, invoice.id)}`,
    kind: 'write_off',
    reason: `invoice ${invoice.number ?? invoice.id} written off: ${input.reason}`,
    approval: input.approvedBy,
    entries,
  })
  await moveInvoice(ctx, invoice, { status: 'uncollectible', settledAt: ctx.now })
  await recordAudit(ctx, {
    action: 'invoice.uncollectible',
    subject: { type: 'invoice', id: invoice.id },
    reason: input.reason,
    data: { from: invoice.status, to: 'uncollectible' },
  })
}

/** What writing the invoice off would do. @throws as `markUncollectible`. */
export async function previewWriteOff(ctx: Ctx, invoiceId: string): Promise<Preview<MoneyEffects>> {
  const invoice = await lockInvoice(ctx, invoiceId)
  return previewOf(effectsOf(invoice, writeOffEntries(invoice)))
}

function effectsOf(invoice: InvoiceRow, entries: readonly PostingEntry[]): MoneyEffects {
  return moneyEffects('write_off', invoice, 'uncollectible', entries)
}

/** Nothing when it is written off already. */
function writeOffEntries(invoice: InvoiceRow): PostingEntry[] {
  if (invoice.status === 'uncollectible') return []
  if (invoice.status !== 'finalized')
    throw new AppError('conflict', `invoice ${invoice.id} is ${invoice.status}: nothing is open`)
  if (invoice.kind === 'order')
    throw new AppError('conflict', `invoice ${invoice.id} sells what was not delivered: void it`)
  const open = openMinor(invoice)
  return [customerEntry(invoice, 'bad_debt', open), customerEntry(invoice, 'receivable', -open)]
}

/** How often it was written off before; the lock on the invoice keeps the count still. */
async function earlierWriteOffs(ctx: Ctx, invoiceId: string): Promise<string> {
  const [row] = await ctx.db
    .select({ count: sql<string>`count(*)::text` })
    .from(ledgerTransactions)
    .where(
      and(
        eq(ledgerTransactions.orgId, ctx.orgId),
        sql`starts_with(${ledgerTransactions.key}, ${`invoice:${invoiceId}:uncollectible:`})`,
      ),
    )
  return row?.count ?? '0'
}
