import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { openMinor } from '../settlement-rules.ts'
import type { StoredDocument } from './find-invoice.ts'
import { amountsIn, layer, type Difference, type Layer } from './layers.ts'

/** The invoice with what finalizing it has put into the books. */
export async function ledgerLayer(ctx: Ctx, { invoice, taxes }: StoredDocument): Promise<Layer> {
  const compared = 'the invoice with its entries in the ledger'
  const rows = await rowsOf<{ account: string; minor: string }>(
    ctx.db,
    sql`select e.account, sum(e.amount_minor)::text as minor from ledger_transactions t
      join ledger_entries e on e.org_id = t.org_id and e.transaction_id = t.id
      where t.org_id = ${ctx.orgId} and t.key = ${`invoice:${invoice.id}:finalized`} group by e.account`,
  )
  const money = amountsIn(invoice.currency)
  const booked = new Map(rows.map(({ account, minor }) => [account, BigInt(minor)]))
  const isTax = (account: string) => account.startsWith('tax_payable:')
  const rest = [...booked]
    .filter(([account]) => account !== 'receivable' && !isTax(account))
    .reduce((sum, [, minor]) => sum + minor, 0n)
  const byJurisdiction = Map.groupBy(taxes, ({ jurisdiction }) => `tax_payable:${jurisdiction}`)
  const accounts = new Set([...byJurisdiction.keys(), ...[...booked.keys()].filter(isTax)])
  return layer('ledger', compared, [
    ...money('receivable', invoice.totalMinor, booked.get('receivable') ?? 0n),
    ...[...accounts].flatMap((account) =>
      money(
        account,
        -(byJurisdiction.get(account) ?? []).reduce((sum, tax) => sum + tax.amountMinor, 0n),
        booked.get(account) ?? 0n,
      ),
    ),
    ...money('revenue and credit', -invoice.subtotalMinor, rest),
  ])
}

/** What is open, credited and paid, with the ledger, the credit notes and the payments. */
export async function paymentsLayer(ctx: Ctx, { invoice }: StoredDocument): Promise<Layer> {
  const [row] = await rowsOf<{ receivable: string; notes: string }>(
    ctx.db,
    sql`select
      (select coalesce(sum(amount_minor), 0) from ledger_entries where org_id = ${ctx.orgId}
        and invoice_id = ${invoice.id} and account = 'receivable')::text as receivable,
      (select coalesce(sum(total_minor), 0) from credit_notes where org_id = ${ctx.orgId}
        and invoice_id = ${invoice.id})::text as notes`,
  )
  const money = amountsIn(invoice.currency)
  const owed = ['finalized', 'paid'].includes(invoice.status) ? openMinor(invoice) : 0n
  return layer('payments', 'payments and credit notes with what the invoice says is open', [
    ...money('open', BigInt(row?.receivable ?? 0), owed),
    ...money('credited', BigInt(row?.notes ?? 0), invoice.creditedMinor),
    ...(await unbooked(ctx, invoice.id, money)),
  ])
}

/** Money that was received and is not in the books as received, or with another amount. */
async function unbooked(
  ctx: Ctx,
  invoiceId: string,
  money: ReturnType<typeof amountsIn>,
): Promise<Difference[]> {
  const rows = await rowsOf<{ id: string; amount: string; booked: string }>(
    ctx.db,
    sql`select p.id, p.amount_minor::text as amount, coalesce((
        select sum(e.amount_minor) from ledger_transactions t
        join ledger_entries e on e.org_id = t.org_id and e.transaction_id = t.id and e.amount_minor > 0
        where t.org_id = p.org_id and t.key = 'payment:' || p.id || ':applied'), 0)::text as booked
      from payments p where p.org_id = ${ctx.orgId} and p.invoice_id = ${invoiceId} and p.status = 'succeeded'`,
  )
  return rows.flatMap(({ id, amount, booked }) =>
    money(`payment ${id}`, BigInt(booked), BigInt(amount)),
  )
}
