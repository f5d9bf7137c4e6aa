import { and, asc, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { ledgerEntries, ledgerTransactions } from '#db/schema/ledger.ts'
import { recordRecovery } from '#src/collections/record-recovery.ts'
import { drawsOfInvoice, returnDraws } from '#src/credits/return-draws.ts'
import { cancelPurchase } from '#src/credits/settle-purchase.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { previewOf, requireExpected, type Preview } from '#src/kernel/preview.ts'
import { postTransaction } from '#src/ledger/post-transactions.ts'
import type { PostingEntry } from '#src/ledger/shapes.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { releaseClaims } from './claim-waiting.ts'
import { hasOpenPayment } from './has-open-payment.ts'
import { refusedMove, requireMove } from './invoice-moves.ts'
import { lockInvoice, moveInvoice, type InvoiceRow } from './lock-invoice.ts'
import { moneyEffects, type MoneyEffects } from './money-effects.ts'
import { negated } from './postings.ts'
import { enqueueTaxReversal } from './tax/enqueue-reversal.ts'

/**
 * Voids a finalized invoice that nobody has paid or credited: it keeps its number, the books take it back entry by
 * entry, it is collected no longer. Its one-off items and coupons are the customer's next invoice's again, and the credit
 * it has drawn goes back to its grants. One that money has touched needs a credit note. Voiding it twice changes nothing.
 * @throws not_found; conflict for a draft, once money or a credit note has touched it, while a payment is under way, or when
 *   `expectedHash` is another's.
 */
export async function voidInvoice(
  ctx: Ctx,
  input: { invoiceId: string; reason: string; approvedBy?: string; expectedHash?: string },
): Promise<void> {
  const invoice = await lockInvoice(ctx, input.invoiceId)
  if (invoice.status === 'void') return
  const entries = await voidEntries(ctx, invoice)
  requireExpected(input.expectedHash, previewOf(effectsOf(invoice, entries)).hash, 'the void')
  await postTransaction(ctx, {
    key: `invoice:${invoice.id}:voided`,
    kind: 'void',
    reason: `invoice ${invoice.number ?? invoice.id} voided: ${input.reason}`,
    ...(input.approvedBy === undefined ? {} : { approval: input.approvedBy }),
    entries,
  })
  await returnDraws(ctx, {
    invoiceId: invoice.id,
    key: invoice.id,
    reason: `invoice ${invoice.number ?? invoice.id} was voided`,
    draws: await drawsOfInvoice(ctx, invoice.id),
  })
  await moveInvoice(ctx, invoice, { status: 'void', settledAt: ctx.now })
  await enqueueTaxReversal(ctx, invoice, null)
  if (invoice.kind === 'order') await cancelPurchase(ctx, invoice.id)
  await releaseClaims(ctx, [invoice.id])
  await recordAudit(ctx, {
    action: 'invoice.voided',
    subject: { type: 'invoice', id: invoice.id },
    reason: input.reason,
    data: { from: invoice.status, to: 'void' },
  })
  await recordRecovery(ctx, { invoiceId: invoice.id })
}

/** What voiding would do. @throws as `voidInvoice`. */
export async function previewVoid(ctx: Ctx, invoiceId: string): Promise<Preview<MoneyEffects>> {
  const invoice = await lockInvoice(ctx, invoiceId)
  return previewOf(effectsOf(invoice, await voidEntries(ctx, invoice)))
}

function effectsOf(invoice: InvoiceRow, entries: readonly PostingEntry[]): MoneyEffects {
  return moneyEffects('void', invoice, 'void', entries)
}

/** Nothing when it is void already. */
async function voidEntries(ctx: Ctx, invoice: InvoiceRow): Promise<PostingEntry[]> {
  if (invoice.status === 'void') return []
  // One that credit has paid in full was settled at once; nobody's money is in it either.
  if (invoice.status !== 'paid' || invoice.totalMinor !== 0n) requireMove(invoice, 'void')
  if (invoice.paidMinor !== 0n) throw refusedMove(invoice, 'void', ' and partly paid')
  if (invoice.creditedMinor !== 0n) throw refusedMove(invoice, 'void', ' and partly credited')
  if (await hasOpenPayment(ctx, invoice.id))
    throw refusedMove(invoice, 'void', ' and a payment is under way')
  return negated(await finalizationEntries(ctx, invoice.id))
}

async function finalizationEntries(ctx: Ctx, invoiceId: string): Promise<PostingEntry[]> {
  const rows = await ctx.db
    .select({ entry: ledgerEntries })
    .from(ledgerEntries)
    .innerJoin(
      ledgerTransactions,
      and(
        eq(ledgerTransactions.orgId, ledgerEntries.orgId),
        eq(ledgerTransactions.id, ledgerEntries.transactionId),
      ),
    )
    .where(
      and(
        eq(ledgerTransactions.orgId, ctx.orgId),
        eq(ledgerTransactions.key, `invoice:${invoiceId}:finalized`),
      ),
    )
    .orderBy(asc(ledgerEntries.position))
  return rows.map(({ entry }) => ({
    account: entry.account,
    ...(entry.customerId === null ? {} : { customerId: entry.customerId }),
    ...(entry.invoiceId === null ? {} : { invoiceId: entry.invoiceId }),
    currency: parseCurrency(entry.currency),
    amountMinor: entry.amountMinor,
  }))
}
