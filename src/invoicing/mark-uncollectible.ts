import type { Ctx } from '#db/context.ts'
import { previewOf, requireExpected, type Preview } from '#src/kernel/preview.ts'
import { postTransaction } from '#src/ledger/post-transactions.ts'
import type { PostingEntry } from '#src/ledger/shapes.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { refusedMove, requireMove } from './invoice-moves.ts'
import { lockInvoice, moveInvoice, type InvoiceRow } from './lock-invoice.ts'
import { moneyEffects, type MoneyEffects } from './money-effects.ts'
import { lossEntries } from './owed-entries.ts'
import { nextKey } from './payment-postings.ts'
import { customerEntry } from './postings.ts'
import { openMinor } from './settlement-rules.ts'

/**
 * Writes the open amount of an invoice off: the net as bad debt, its tax as relief to be claimed. The invoice stays
 * payable: money that comes after all takes the write-off back, part by part. Doing it twice changes nothing.
 * @throws not_found; conflict unless the invoice is finalized and open, or when `expectedHash` is another's.
 */
export async function markUncollectible(
  ctx: Ctx,
  input: { invoiceId: string; reason: string; approvedBy: string; expectedHash?: string },
): Promise<void> {
  const invoice = await lockInvoice(ctx, input.invoiceId)
  if (invoice.status === 'uncollectible') return
  const entries = await writeOffEntries(ctx, invoice)
  requireExpected(input.expectedHash, previewOf(effectsOf(invoice, entries)).hash, 'the write-off')
  await postTransaction(ctx, {
    key: await nextKey(ctx, invoice.id, 'write_off'),
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
  return previewOf(effectsOf(invoice, await writeOffEntries(ctx, invoice)))
}

function effectsOf(invoice: InvoiceRow, entries: readonly PostingEntry[]): MoneyEffects {
  return moneyEffects('write_off', invoice, 'uncollectible', entries)
}

/** Nothing when it is written off already. */
async function writeOffEntries(ctx: Ctx, invoice: InvoiceRow): Promise<PostingEntry[]> {
  if (invoice.status === 'uncollectible') return []
  requireMove(invoice, 'write_off')
  if (invoice.kind === 'order')
    throw refusedMove(invoice, 'write_off', ' and sells what was not delivered (void it)')
  const open = openMinor(invoice)
  return [...(await lossEntries(ctx, invoice, open)), customerEntry(invoice, 'receivable', -open)]
}
