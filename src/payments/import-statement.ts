import { and, eq, inArray, sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { bankTransactions, payments } from '#db/schema/payments.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { bookMoney } from './settle-payment.ts'
import { parseStatement, type StatementLine, type StatementMapping } from './statement-csv.ts'
import {
  indexPayables,
  matchTransfer,
  notePayment,
  type Payable,
  type TransferMatch,
} from './statement-match.ts'

/** What an import did. `duplicates`: lines that were imported before. */
export interface StatementSummary {
  readonly lines: number
  readonly matched: number
  readonly review: number
  readonly ignored: number
  readonly duplicates: number
}

/**
 * Imports a bank statement: each line is matched by reference, else by amount and payer, and booked on its invoice
 * when that is sure; the rest waits in the review list. The same file again changes nothing.
 * @throws invalid_input naming line and column of a bad cell; then nothing is written.
 */
export async function importStatement(
  ctx: Ctx,
  input: { csv: string; mapping?: StatementMapping | undefined },
): Promise<StatementSummary> {
  const organization = await loadOrganization(ctx)
  const lines = parseStatement(input.csv, {
    mapping: input.mapping,
    currency: parseCurrency(organization.currency),
  })
  const fresh = await withoutKnown(ctx, lines)
  const counts = { matched: 0, review: 0, ignored: 0 }
  const index = indexPayables(await loadPayables(ctx))
  for (const line of fresh) {
    const match = matchTransfer(line, index)
    counts[match.status] += 1
    await storeLine(ctx, line, match)
    if (match.status !== 'matched' || match.invoiceId === null) continue
    await bookTransfer(ctx, { ...line, invoiceId: match.invoiceId })
    notePayment(index, match.invoiceId, line.amountMinor)
  }
  const summary = { lines: lines.length, ...counts, duplicates: lines.length - fresh.length }
  if (fresh.length > 0)
    await recordAudit(ctx, {
      action: 'bank_statement.imported',
      subject: { type: 'organization', id: ctx.orgId },
      reason: 'a bank statement was imported',
      data: summary,
    })
  return summary
}

async function withoutKnown(ctx: Ctx, lines: readonly StatementLine[]): Promise<StatementLine[]> {
  if (lines.length === 0) return []
  const known = await ctx.db
    .select({ id: bankTransactions.id })
    .from(bankTransactions)
    .where(
      and(
        eq(bankTransactions.orgId, ctx.orgId),
        inArray(
          bankTransactions.id,
          lines.map(({ id }) => id),
        ),
      ),
    )
  const ids = new Set(known.map(({ id }) => id))
  return lines.filter(({ id }) => !ids.has(id))
}

async function loadPayables(ctx: Ctx): Promise<Payable[]> {
  const rows = await rowsOf<{
    id: string
    number: string | null
    reference: string
    currency: string
    due: string
    open: boolean
    name: string
  }>(
    ctx.db,
    sql`select i.id, i.number, i.payment_reference as reference, i.currency, c.name,
        (i.total_minor - i.paid_minor - i.credited_minor)::text as due,
        i.status = 'finalized' and i.total_minor > i.paid_minor + i.credited_minor as open
      from invoices i join customers c on c.org_id = i.org_id and c.id = i.customer_id
      where i.org_id = ${ctx.orgId} and i.status <> 'draft'`,
  )
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    paymentReference: row.reference,
    currency: row.currency,
    dueMinor: BigInt(row.due),
    open: row.open,
    customerName: row.name,
  }))
}

async function storeLine(ctx: Ctx, line: StatementLine, match: TransferMatch): Promise<void> {
  await ctx.db.insert(bankTransactions).values({
    orgId: ctx.orgId,
    id: line.id,
    bookedOn: line.bookedOn,
    currency: line.currency,
    amountMinor: line.amountMinor,
    payer: line.payer,
    reference: line.reference,
    status: match.status,
    invoiceId: match.invoiceId,
    score: match.score,
    explanation: match.explanation,
    importedAt: ctx.now,
  })
}

/** Books a line of a statement as a payment of an invoice. */
export async function bookTransfer(
  ctx: Ctx,
  line: { id: string; invoiceId: string; currency: string; amountMinor: bigint },
): Promise<void> {
  const [payment] = await ctx.db
    .insert(payments)
    .values({
      orgId: ctx.orgId,
      id: ctx.newId('pay'),
      invoiceId: line.invoiceId,
      customerId: sql<string>`(select customer_id from invoices where org_id = ${ctx.orgId} and id = ${line.invoiceId})`,
      attempt: sql<number>`(select coalesce(max(attempt), 0) + 1 from payments where org_id = ${ctx.orgId} and invoice_id = ${line.invoiceId})`,
      kind: 'transfer',
      provider: 'bank',
      providerRef: line.id,
      idempotencyKey: `transfer:${line.id}`,
      currency: line.currency,
      amountMinor: line.amountMinor,
      refundedMinor: 0n,
      status: 'succeeded',
      cause: 'statement',
      createdAt: ctx.now,
      settledAt: ctx.now,
    })
    .returning()
  if (payment) await bookMoney(ctx, payment, 'cash:bank')
}
