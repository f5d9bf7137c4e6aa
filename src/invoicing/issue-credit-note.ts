import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { creditNoteLines, creditNotes } from '#db/schema/invoicing.ts'
import { recordRecovery } from '#src/collections/record-recovery.ts'
import { grantPurchased } from '#src/credits/settle-purchase.ts'
import {
  commitTakeBack,
  movesCredit,
  planTakeBack,
  type CreditTakenBack,
} from '#src/credits/take-back.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { AppError } from '#src/kernel/errors.ts'
import { formatMinor } from '#src/kernel/money.ts'
import { previewOf, requireExpected, type Preview } from '#src/kernel/preview.ts'
import { postTransaction } from '#src/ledger/post-transactions.ts'
import type { PostingEntry } from '#src/ledger/shapes.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { decideCredit, type CreditDecision, type CreditWish } from './credit-decision.ts'
import { loadCreditFacts } from './load-credit-facts.ts'
import { lockInvoice, moveInvoice, type InvoiceRow } from './lock-invoice.ts'
import { moneyEffects, type MoneyEffects } from './money-effects.ts'
import { owedEntries } from './owed-entries.ts'
import { customerEntry, revenueEntries, taxEntries } from './postings.ts'
import { writeCreditNote, type CreditNoteRow } from './write-credit-note.ts'
import { enqueueTaxReversal } from './tax/enqueue-reversal.ts'

export type CreditNoteInput = CreditWish & {
  readonly invoiceId: string
  readonly reason: string
  /** Id of the escalation or member that allowed it. */
  readonly approvedBy: string
  /** Derived from the thing ("proposal:esc_1"): the same thing makes one note. */
  readonly key: string
  readonly expectedHash?: string
}

export type IssuedCreditNote = Pick<
  CreditNoteRow,
  'id' | 'number' | 'netMinor' | 'taxMinor' | 'totalMinor'
>

/**
 * Credits a part of an invoice, some of its lines, or all of it: linked note with its own number, tax taken back in
 * proportion, ledger reversed, drawn credit given back likewise. All notes together never exceed the invoice. What was paid already becomes the customer's
 * credit; an invoice with nothing open any more is collected no longer.
 * @throws not_found; as `decideCredit`; conflict when `expectedHash` is another's, or the key made another note.
 */
export async function issueCreditNote(ctx: Ctx, input: CreditNoteInput): Promise<IssuedCreditNote> {
  const invoice = await lockInvoice(ctx, input.invoiceId)
  const issued = await noteOfKey(ctx, input.key)
  if (issued) return sameNote(ctx, issued, invoice, input)
  const decision = decideCredit(await loadCreditFacts(ctx, invoice), input)
  const credit = await planTakeBack(ctx, invoice, partsOf(decision))
  const entries = await creditEntries(ctx, invoice, decision, credit)
  const effects = effectsOf(invoice, decision, entries)
  requireExpected(input.expectedHash, previewOf(effects).hash, 'the credit note')
  const note = await writeCreditNote(ctx, invoice, { ...input, decision })
  await postTransaction(ctx, {
    key: `credit_note:${note.id}`,
    kind: 'credit_note',
    reason: `credit note ${note.number} to invoice ${invoice.number ?? invoice.id}: ${note.reason}`,
    approval: note.approvedBy,
    entries,
  })
  await commitTakeBack(ctx, credit, {
    invoiceId: invoice.id,
    key: note.id,
    reason: `credit note ${note.number}`,
  })
  const settled = effects.to !== invoice.status
  await moveInvoice(ctx, invoice, {
    creditedMinor: invoice.creditedMinor + note.totalMinor,
    ...(settled ? { status: effects.to, settledAt: ctx.now } : {}),
  })
  if (settled && invoice.kind === 'order') await grantPurchased(ctx, invoice)
  await enqueueTaxReversal(ctx, invoice, note.id)
  await recordAudit(ctx, {
    action: 'credit_note.issued',
    subject: { type: 'invoice', id: invoice.id },
    reason: input.reason,
    data: {
      creditNoteId: note.id,
      number: note.number,
      total: formatMinor(note.totalMinor, parseCurrency(invoice.currency)),
      approvedBy: input.approvedBy,
      from: invoice.status,
      to: effects.to,
    },
  })
  if (settled) await recordRecovery(ctx, { invoiceId: invoice.id })
  return note
}

/** What crediting would do. @throws as `issueCreditNote`. */
export async function previewCreditNote(
  ctx: Ctx,
  input: CreditWish & { readonly invoiceId: string },
): Promise<Preview<MoneyEffects>> {
  const invoice = await lockInvoice(ctx, input.invoiceId)
  const decision = decideCredit(await loadCreditFacts(ctx, invoice), input)
  const credit = await planTakeBack(ctx, invoice, partsOf(decision))
  return previewOf(
    effectsOf(invoice, decision, await creditEntries(ctx, invoice, decision, credit)),
  )
}

function effectsOf(
  invoice: InvoiceRow,
  { settled }: CreditDecision,
  entries: readonly PostingEntry[],
): MoneyEffects {
  return moneyEffects('credit', invoice, settled ? 'paid' : invoice.status, entries)
}

function partsOf({ lines }: CreditDecision): { kind: string; amountMinor: bigint }[] {
  return lines.map(({ kind, netMinor }) => ({ kind, amountMinor: netMinor }))
}

async function creditEntries(
  ctx: Ctx,
  invoice: InvoiceRow,
  decision: CreditDecision,
  credit: CreditTakenBack,
): Promise<PostingEntry[]> {
  return [
    ...revenueEntries(
      invoice,
      partsOf(decision).filter(({ kind }) => !movesCredit(kind)),
    ),
    ...credit.entries.map(({ account, amountMinor }) =>
      customerEntry(invoice, account, amountMinor),
    ),
    ...taxEntries(invoice, decision.taxes),
    ...(await owedEntries(ctx, invoice, -decision.settlesMinor)),
    customerEntry(invoice, 'customer_credit', -decision.freedMinor),
  ]
}

/** The same request again. 'full' was all that was left, so nothing is left of that since. */
async function sameNote(
  ctx: Ctx,
  note: CreditNoteRow,
  invoice: InvoiceRow,
  wish: CreditNoteInput,
): Promise<CreditNoteRow> {
  if (note.invoiceId !== invoice.id || !(await isWished(ctx, note, invoice, wish)))
    throw new AppError(
      'conflict',
      `key "${wish.key}" made credit note ${note.number}, of another content`,
    )
  return note
}

async function isWished(
  ctx: Ctx,
  note: CreditNoteRow,
  invoice: InvoiceRow,
  wish: CreditWish,
): Promise<boolean> {
  if ('netMinor' in wish)
    return wish.netMinor === 'full'
      ? invoice.creditedMinor === invoice.totalMinor
      : wish.netMinor === note.netMinor
  const rows = await ctx.db
    .select({ line: creditNoteLines.invoiceLine, netMinor: creditNoteLines.netMinor })
    .from(creditNoteLines)
    .where(and(eq(creditNoteLines.orgId, ctx.orgId), eq(creditNoteLines.creditNoteId, note.id)))
  const credited = new Map(rows.map(({ line, netMinor }) => [line, netMinor]))
  return (
    credited.size === wish.lines.length &&
    wish.lines.every(({ position, netMinor }) => {
      const held = credited.get(position)
      return held !== undefined && (netMinor === 'full' || netMinor === held)
    })
  )
}

async function noteOfKey(ctx: Ctx, key: string): Promise<CreditNoteRow | undefined> {
  const [note] = await ctx.db
    .select()
    .from(creditNotes)
    .where(and(eq(creditNotes.orgId, ctx.orgId), eq(creditNotes.key, key)))
  return note
}
