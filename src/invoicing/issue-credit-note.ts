import { and, asc, eq, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { creditNotes, invoiceLines, invoiceTaxes, type invoices } from '#db/schema/invoicing.ts'
import { grantPurchased } from '#src/credits/settle-purchase.ts'
import {
  commitTakeBack,
  movesCredit,
  planTakeBack,
  type CreditTakenBack,
} from '#src/credits/take-back.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { AppError } from '#src/kernel/errors.ts'
import { formatMinor, sumMinor } from '#src/kernel/money.ts'
import { postTransaction } from '#src/ledger/post-transactions.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { revenueShare, taxShare, type PartAmount } from './credit-rules.ts'
import { lockInvoice, moveInvoice } from './lock-invoice.ts'
import { openSeries } from './numbering.ts'
import { customerEntry, revenueEntries, taxEntries } from './postings.ts'
import { openMinor, owedAccount, splitCredit } from './settlement-rules.ts'

type InvoiceRow = typeof invoices.$inferSelect
type CreditNoteRow = typeof creditNotes.$inferSelect

interface CreditNoteInput {
  readonly invoiceId: string
  /** Net, in the invoice's currency; 'full': all that has not been credited yet. */
  readonly netMinor: bigint | 'full'
  readonly reason: string
  /** Id of the escalation or member that allowed it. */
  readonly approvedBy: string
  /** Derived from the thing ("proposal:esc_1"): the same thing makes one note. */
  readonly key: string
}

export type IssuedCreditNote = Pick<
  CreditNoteRow,
  'id' | 'number' | 'netMinor' | 'taxMinor' | 'totalMinor'
>

/**
 * Credits a part of an invoice or all of it: linked note with its own number, tax taken back in proportion, ledger
 * reversed, drawn credit given back likewise. All notes together never exceed the invoice. What was paid already becomes the customer's credit.
 * @throws not_found; invalid_input for an amount of zero or below; conflict for a draft or void invoice; refused when
 *   more would be credited than was invoiced.
 */
export async function issueCreditNote(ctx: Ctx, input: CreditNoteInput): Promise<IssuedCreditNote> {
  const invoice = await lockInvoice(ctx, input.invoiceId)
  const earlier = await notesOf(ctx, invoice.id)
  const issued = await noteOfKey(ctx, input.key)
  if (issued) return issued
  const netMinor = creditedNet(invoice, earlier, input.netMinor)
  const credited = {
    subtotalMinor: invoice.subtotalMinor,
    earlierMinor: sumMinor(earlier.map((note) => note.netMinor)),
    netMinor,
  }
  const taxes = taxShare(await taxParts(ctx, invoice.id), credited)
  const revenue = revenueShare(await revenueParts(ctx, invoice.id), credited).map(
    ({ key, amountMinor }) => ({ kind: key, amountMinor }),
  )
  const credit = await planTakeBack(ctx, invoice, revenue)
  const taxMinor = sumMinor(taxes.map(({ amountMinor }) => amountMinor))
  const note = await insertNote(ctx, invoice, input, { netMinor, taxMinor })
  await postCredit(ctx, invoice, note, { taxes, revenue, credit })
  await commitTakeBack(ctx, credit, {
    invoiceId: invoice.id,
    key: note.id,
    reason: `credit note ${note.number}`,
  })
  const after = { ...invoice, creditedMinor: invoice.creditedMinor + note.totalMinor }
  const settled = invoice.status !== 'paid' && openMinor(after) === 0n
  await moveInvoice(ctx, invoice, {
    creditedMinor: after.creditedMinor,
    ...(settled ? { status: 'paid', settledAt: ctx.now } : {}),
  })
  if (settled && invoice.kind === 'order') await grantPurchased(ctx, invoice)
  await recordAudit(ctx, {
    action: 'credit_note.issued',
    subject: { type: 'invoice', id: invoice.id },
    reason: input.reason,
    data: {
      creditNoteId: note.id,
      number: note.number,
      total: formatMinor(note.totalMinor, parseCurrency(invoice.currency)),
      approvedBy: input.approvedBy,
    },
  })
  return note
}

function creditedNet(
  invoice: InvoiceRow,
  earlier: readonly CreditNoteRow[],
  wanted: bigint | 'full',
): bigint {
  if (invoice.status === 'draft' || invoice.status === 'void')
    throw new AppError('conflict', `invoice ${invoice.id} is ${invoice.status}: nothing to credit`)
  const left = invoice.subtotalMinor - sumMinor(earlier.map(({ netMinor }) => netMinor))
  const netMinor = wanted === 'full' ? left : wanted
  if (left <= 0n) throw new AppError('refused', 'the invoice is credited in full already')
  if (netMinor <= 0n) throw new AppError('invalid_input', 'netMinor: must be above zero')
  if (netMinor > left) {
    const most = formatMinor(left, parseCurrency(invoice.currency))
    throw new AppError('refused', `at most ${most} ${invoice.currency} net can still be credited`)
  }
  return netMinor
}

function notesOf(ctx: Ctx, invoiceId: string): Promise<CreditNoteRow[]> {
  return ctx.db
    .select()
    .from(creditNotes)
    .where(and(eq(creditNotes.orgId, ctx.orgId), eq(creditNotes.invoiceId, invoiceId)))
}

async function noteOfKey(ctx: Ctx, key: string): Promise<CreditNoteRow | undefined> {
  const [note] = await ctx.db
    .select()
    .from(creditNotes)
    .where(and(eq(creditNotes.orgId, ctx.orgId), eq(creditNotes.key, key)))
  return note
}

function taxParts(ctx: Ctx, invoiceId: string): Promise<PartAmount<string>[]> {
  return ctx.db
    .select({ key: invoiceTaxes.jurisdiction, amountMinor: invoiceTaxes.amountMinor })
    .from(invoiceTaxes)
    .where(and(eq(invoiceTaxes.orgId, ctx.orgId), eq(invoiceTaxes.invoiceId, invoiceId)))
    .orderBy(asc(invoiceTaxes.position))
}

async function revenueParts(ctx: Ctx, invoiceId: string): Promise<PartAmount<string>[]> {
  const rows = await ctx.db
    .select({
      key: invoiceLines.kind,
      sum: sql<string>`sum(${invoiceLines.amountMinor})::text`,
    })
    .from(invoiceLines)
    .where(and(eq(invoiceLines.orgId, ctx.orgId), eq(invoiceLines.invoiceId, invoiceId)))
    .groupBy(invoiceLines.kind)
    .orderBy(asc(invoiceLines.kind))
  return rows.map(({ key, sum }) => ({ key, amountMinor: BigInt(sum) }))
}

async function insertNote(
  ctx: Ctx,
  invoice: InvoiceRow,
  input: CreditNoteInput,
  amounts: { netMinor: bigint; taxMinor: bigint },
): Promise<CreditNoteRow> {
  const { timeZone } = await loadOrganization(ctx)
  const month = ctx.now.toZonedDateTimeISO(timeZone).toPlainDate().toPlainYearMonth().toString()
  const series = await openSeries(ctx, 'CN', month)
  const [note] = await ctx.db
    .insert(creditNotes)
    .values({
      orgId: ctx.orgId,
      id: ctx.newId('cn'),
      number: series.take(),
      invoiceId: invoice.id,
      customerId: invoice.customerId,
      currency: invoice.currency,
      ...amounts,
      totalMinor: amounts.netMinor + amounts.taxMinor,
      reason: input.reason,
      approvedBy: input.approvedBy,
      key: input.key,
      createdAt: ctx.now,
    })
    .returning()
  await series.close()
  if (!note) throw new AppError('internal', 'the credit note was not stored')
  return note
}

async function postCredit(
  ctx: Ctx,
  invoice: InvoiceRow,
  note: CreditNoteRow,
  parts: {
    taxes: readonly PartAmount<string>[]
    revenue: readonly { kind: string; amountMinor: bigint }[]
    credit: CreditTakenBack
  },
): Promise<void> {
  const { settlesMinor, creditMinor } = splitCredit(invoice, note.totalMinor)
  await postTransaction(ctx, {
    key: `credit_note:${note.id}`,
    kind: 'credit_note',
    reason: `credit note ${note.number} to invoice ${invoice.number ?? invoice.id}: ${note.reason}`,
    approval: note.approvedBy,
    entries: [
      ...revenueEntries(
        invoice,
        parts.revenue.filter(({ kind }) => !movesCredit(kind)),
      ),
      ...parts.credit.entries.map(({ account, amountMinor }) =>
        customerEntry(invoice, account, amountMinor),
      ),
      ...taxEntries(
        invoice,
        parts.taxes.map(({ key, amountMinor }) => ({ jurisdiction: key, amountMinor })),
      ),
      customerEntry(invoice, owedAccount(invoice), -settlesMinor),
      customerEntry(invoice, 'customer_credit', -creditMinor),
    ],
  })
}
