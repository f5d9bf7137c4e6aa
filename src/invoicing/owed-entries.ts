import { and, asc, eq, like, or, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { invoiceTaxes } from '#db/schema/invoicing.ts'
import { ledgerEntries } from '#db/schema/ledger.ts'
import { splitMinor } from '#src/kernel/money.ts'
import type { PostingEntry } from '#src/ledger/shapes.ts'
import type { InvoiceRow } from './lock-invoice.ts'
import { customerEntry } from './postings.ts'

/** An account and its weight, or what stands on it. */
interface Part {
  readonly account: string
  readonly amountMinor: bigint
}

/**
 * The entries by which what is owed on an invoice grows (> 0) or shrinks (< 0): with the customer, or once written off
 * as bad debt and as tax that may be taken back because it was never received.
 */
export async function owedEntries(
  ctx: Ctx,
  invoice: InvoiceRow,
  amountMinor: bigint,
): Promise<PostingEntry[]> {
  if (invoice.status !== 'uncollectible') return [customerEntry(invoice, 'receivable', amountMinor)]
  return amountMinor < 0n
    ? splitOver(invoice, await writtenOff(ctx, invoice.id), amountMinor)
    : lossEntries(ctx, invoice, amountMinor)
}

/**
 * An amount, tax included, as a loss: the net is bad debt, each tax a claim on its jurisdiction (Art. 90 of the VAT
 * directive lowers the taxable amount where nothing was paid), kept apart from the tax due until a return takes it.
 */
export async function lossEntries(
  ctx: Ctx,
  invoice: InvoiceRow,
  amountMinor: bigint,
): Promise<PostingEntry[]> {
  const taxes = await ctx.db
    .select({ jurisdiction: invoiceTaxes.jurisdiction, amountMinor: invoiceTaxes.amountMinor })
    .from(invoiceTaxes)
    .where(and(eq(invoiceTaxes.orgId, ctx.orgId), eq(invoiceTaxes.invoiceId, invoice.id)))
    .orderBy(asc(invoiceTaxes.position))
  const parts = [
    { account: 'bad_debt', amountMinor: invoice.subtotalMinor },
    ...taxes.map((tax) => ({
      account: `tax_relief:${tax.jurisdiction}`,
      amountMinor: tax.amountMinor,
    })),
  ]
  return splitOver(invoice, parts, amountMinor)
}

/** No part gives more than it holds: each share is its proportion, rounded, and the whole takes each part whole. */
function splitOver(
  invoice: InvoiceRow,
  parts: readonly Part[],
  amountMinor: bigint,
): PostingEntry[] {
  const shares = splitMinor(
    amountMinor,
    parts.map((part) => part.amountMinor),
  )
  return parts.map(({ account }, index) => customerEntry(invoice, account, shares[index] ?? 0n))
}

/** What of this invoice stands as a loss, by account. */
async function writtenOff(ctx: Ctx, invoiceId: string): Promise<Part[]> {
  const rows = await ctx.db
    .select({
      account: ledgerEntries.account,
      sum: sql<string>`sum(${ledgerEntries.amountMinor})::text`,
    })
    .from(ledgerEntries)
    .where(
      and(
        eq(ledgerEntries.orgId, ctx.orgId),
        eq(ledgerEntries.invoiceId, invoiceId),
        or(eq(ledgerEntries.account, 'bad_debt'), like(ledgerEntries.account, 'tax\\_relief:%')),
      ),
    )
    .groupBy(ledgerEntries.account)
    .orderBy(asc(ledgerEntries.account))
  return rows.map(({ account, sum }) => ({ account, amountMinor: BigInt(sum) }))
}
