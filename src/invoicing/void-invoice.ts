import { and, asc, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { ledgerEntries, ledgerTransactions } from '#db/schema/ledger.ts'
import { drawsOfInvoice, returnDraws } from '#src/credits/return-draws.ts'
import { cancelPurchase } from '#src/credits/settle-purchase.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { AppError } from '#src/kernel/errors.ts'
import { postTransaction } from '#src/ledger/post-transactions.ts'
import type { PostingEntry } from '#src/ledger/shapes.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { releaseClaims } from './claim-waiting.ts'
import { lockInvoice, moveInvoice } from './lock-invoice.ts'
import { negated } from './postings.ts'

/**
 * Voids a finalized invoice that nobody has paid or credited: it keeps its number, the books take it back entry by
 * entry. Its one-off items and coupons are the customer's next invoice's again, and the credit it has drawn goes back to
 * its grants. Voiding it twice changes nothing.
 * @throws not_found; conflict for a draft, or once money or a credit note has touched it.
 */
export async function voidInvoice(
  ctx: Ctx,
  input: { invoiceId: string; reason: string; approvedBy?: string },
): Promise<void> {
  const invoice = await lockInvoice(ctx, input.invoiceId)
  if (invoice.status === 'void') return
  // One that credit has paid in full was settled at once; nobody's money is in it either.
  const unpaid =
    invoice.status === 'finalized' || (invoice.status === 'paid' && invoice.totalMinor === 0n)
  if (!unpaid || invoice.paidMinor !== 0n || invoice.creditedMinor !== 0n)
    throw new AppError(
      'conflict',
      `invoice ${invoice.id} is ${invoice.status}: only an untouched finalized invoice can be voided`,
    )
  await postTransaction(ctx, {
    key: `invoice:${invoice.id}:voided`,
    kind: 'void',
    reason: `invoice ${invoice.number ?? invoice.id} voided: ${input.reason}`,
    ...(input.approvedBy === undefined ? {} : { approval: input.approvedBy }),
    entries: negated(await finalizationEntries(ctx, invoice.id)),
  })
  await returnDraws(ctx, {
    invoiceId: invoice.id,
    key: invoice.id,
    reason: `invoice ${invoice.number ?? invoice.id} was voided`,
    draws: await drawsOfInvoice(ctx, invoice.id),
  })
  await moveInvoice(ctx, invoice, { status: 'void', settledAt: ctx.now })
  if (invoice.kind === 'order') await cancelPurchase(ctx, invoice.id)
  await releaseClaims(ctx, [invoice.id])
  await recordAudit(ctx, {
    action: 'invoice.voided',
    subject: { type: 'invoice', id: invoice.id },
    reason: input.reason,
    data: { from: invoice.status, to: 'void' },
  })
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
