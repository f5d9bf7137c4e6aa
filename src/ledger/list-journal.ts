import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { instantFromSql } from '#db/schema/columns.ts'
import { parseCurrency, type Currency } from '#src/kernel/currency.ts'
import { pageOf, startAfter, type Page, type PageQuery } from '#src/kernel/paging.ts'
import { parseInstant, type Instant } from '#src/kernel/time.ts'

interface JournalEntry {
  readonly account: string
  readonly customerId: string | null
  readonly invoiceId: string | null
  readonly currency: Currency
  /** > 0 is a debit, < 0 a credit. */
  readonly amountMinor: bigint
}

export interface JournalTransaction {
  readonly id: string
  readonly at: Instant
  readonly kind: string
  readonly reason: string
  readonly actor: string
  readonly approval: string | null
  readonly entries: readonly JournalEntry[]
}

export interface JournalQuery extends PageQuery {
  /** Half open, as the statement's. */
  readonly from?: Instant | undefined
  readonly to?: Instant | undefined
  /** Transactions that touch it, with all their entries. */
  readonly account?: string | undefined
  readonly customerId?: string | undefined
}

/** The general journal: every transaction with its entries, oldest first. @throws invalid_input for a cursor that is not ours. */
export async function listJournal(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  query: JournalQuery,
): Promise<Page<JournalTransaction>> {
  const after = startAfter(query)
  const start = after === null ? null : placeOf(after)
  const touching = [
    ...(query.account === undefined ? [] : [sql`e.account = ${query.account}`]),
    ...(query.customerId === undefined ? [] : [sql`e.customer_id = ${query.customerId}`]),
  ]
  const rows = await rowsOf<{
    id: string
    at: string
    place: string
    kind: string
    reason: string
    actor: string
    approval: string | null
    entries: readonly {
      account: string
      customer: string | null
      invoice: string | null
      currency: string
      amount: string
    }[]
  }>(
    ctx.db,
    sql`select t.id, t.at, t.kind, t.reason, t.actor, t.approval,
        to_char(t.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ' ' || t.id as place,
        (select jsonb_agg(jsonb_build_object('account', e.account, 'customer', e.customer_id, 'invoice', e.invoice_id,
            'currency', e.currency, 'amount', e.amount_minor::text) order by e.position)
          from ledger_entries e where e.org_id = t.org_id and e.transaction_id = t.id) as entries
      from ledger_transactions t
      where t.org_id = ${ctx.orgId}
        ${query.from ? sql`and t.at >= ${query.from.toString()}::timestamptz` : sql``}
        ${query.to ? sql`and t.at < ${query.to.toString()}::timestamptz` : sql``}
        ${start === null ? sql`` : sql`and (t.at, t.id) > (${start.at}::timestamptz, ${start.id})`}
        ${
          touching.length === 0
            ? sql``
            : sql`and exists (select 1 from ledger_entries e where e.org_id = t.org_id and e.transaction_id = t.id
                and ${sql.join(touching, sql` and `)})`
        }
      order by t.at, t.id limit ${query.limit + 1}`,
  )
  return pageOf(
    rows,
    query.limit,
    ({ place }) => place,
    (row) => ({
      id: row.id,
      at: instantFromSql(row.at),
      kind: row.kind,
      reason: row.reason,
      actor: row.actor,
      approval: row.approval,
      entries: row.entries.map((entry) => ({
        account: entry.account,
        customerId: entry.customer,
        invoiceId: entry.invoice,
        currency: parseCurrency(entry.currency),
        amountMinor: BigInt(entry.amount),
      })),
    }),
  )
}

/** "2026-03-01T00:00:00.000000Z led_1" */
function placeOf(cursor: string): { at: string; id: string } {
  const gap = cursor.indexOf(' ')
  return {
    at: parseInstant(cursor.slice(0, Math.max(gap, 0)), 'cursor').toString(),
    id: cursor.slice(gap + 1),
  }
}
