import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { instantFromSql } from '#db/schema/columns.ts'
import { parseCurrency, type Currency } from '#src/kernel/currency.ts'
import { pageOf, startAfter, type Page, type PageQuery } from '#src/kernel/paging.ts'
import type { Instant } from '#src/kernel/time.ts'

interface StatementLine {
  readonly at: Instant
  readonly transactionId: string
  /** "invoice", "payment", "credit_note", … */
  readonly kind: string
  readonly reason: string
  readonly invoiceId: string | null
  readonly currency: Currency
  /** Positive: the customer owes more. */
  readonly amountMinor: bigint
  /** What the customer owes in this currency after the line; negative means we owe. */
  readonly balanceMinor: bigint
}

interface CurrencyBalance {
  readonly currency: Currency
  /** Before `from`. */
  readonly openingMinor: bigint
  /** Before `to`. */
  readonly closingMinor: bigint
}

/** Half open: what is posted at `from` belongs to it, what is posted at `to` does not. */
export interface StatementRange {
  readonly from?: Instant | undefined
  readonly to?: Instant | undefined
}

export interface CustomerStatement extends Page<StatementLine> {
  readonly balances: readonly CurrencyBalance[]
}

/**
 * What stands between us and a customer: receivable, credit, and refunds on their way. A movement among these is no line;
 * prepaid credit is its own account of the customer's and not among them.
 */
const ACCOUNTS = sql`('receivable', 'customer_credit', 'refunds_payable')`

/**
 * An account statement: opening and closing balance per currency, and every movement between, oldest first, with what is
 * owed after it.
 * @throws invalid_input for a cursor that is not ours.
 */
export async function customerStatement(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  customerId: string,
  range: StatementRange & Partial<PageQuery> = {},
): Promise<CustomerStatement> {
  const limit = range.limit ?? 10_000
  const after = startAfter({ limit, cursor: range.cursor })
  const [from, to] = [boundary(range.from, '-infinity'), boundary(range.to, 'infinity')]
  const own = sql`e.org_id = ${ctx.orgId} and e.customer_id = ${customerId} and e.account in ${ACCOUNTS}`
  const balances = await rowsOf<{ currency: string; opening: string; closing: string }>(
    ctx.db,
    sql`select e.currency, sum(e.amount_minor)::text as closing,
        coalesce(sum(e.amount_minor) filter (where e.at < ${from}), 0)::text as opening
      from ledger_entries e where ${own} and e.at < ${to} group by e.currency order by e.currency`,
  )
  const rows = await rowsOf<{
    at: string
    id: string
    kind: string
    reason: string
    invoice: string | null
    currency: string
    amount: string
    balance: string
    place: string
  }>(
    ctx.db,
    sql`select l.*, t.kind, t.reason from (
        select at, id, invoice, currency, amount::text as amount,
          sum(amount) over (partition by currency order by at, id)::text as balance,
          to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || ' ' || id as place
        from (
          select e.at, e.transaction_id as id, e.currency, min(e.invoice_id) as invoice, sum(e.amount_minor) as amount
          from ledger_entries e where ${own} and e.at < ${to}
          group by e.at, e.transaction_id, e.currency having sum(e.amount_minor) <> 0) moved
      ) l join ledger_transactions t on t.org_id = ${ctx.orgId} and t.id = l.id
      where l.at >= ${from} ${after === null ? sql`` : sql`and l.place > ${after} collate "C"`}
      order by l.place collate "C" limit ${limit + 1}`,
  )
  const page = pageOf(
    rows,
    limit,
    ({ place }) => place,
    (row) => ({
      at: instantFromSql(row.at),
      transactionId: row.id,
      kind: row.kind,
      reason: row.reason,
      invoiceId: row.invoice,
      currency: parseCurrency(row.currency),
      amountMinor: BigInt(row.amount),
      balanceMinor: BigInt(row.balance),
    }),
  )
  return {
    ...page,
    balances: balances.map((row) => ({
      currency: parseCurrency(row.currency),
      openingMinor: BigInt(row.opening),
      closingMinor: BigInt(row.closing),
    })),
  }
}

function boundary(at: Instant | undefined, otherwise: string) {
  return sql`${at?.toString() ?? otherwise}::timestamptz`
}
