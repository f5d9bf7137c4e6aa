import { sql, type SQL } from 'drizzle-orm'
import { rowsOf, type Ctx, type Scope } from '#db/context.ts'
import { selfcheck } from '#src/selfcheck/selfcheck.ts'
import { PERIOD } from './acme.ts'
import type { Sent } from './usage.ts'

/** What `demo --json` prints: the state of the month, read back through the API. */
export interface DemoSummary {
  readonly customers: number
  readonly events: {
    readonly sent: number
    readonly accepted: number
    readonly duplicate: number
    readonly rejected: number
    readonly counted: number
  }
  readonly invoices: {
    readonly generated: number
    readonly skipped: number
    readonly totalMinorByCurrency: Readonly<Record<string, string>>
  }
  readonly invoice1047: {
    readonly number: string
    readonly subtotalMinor: string
    readonly taxMinor: string
    readonly totalMinor: string
  }
  readonly cards: { readonly charged: number; readonly succeeded: number; readonly failed: number }
  readonly dunning: {
    readonly entered: number
    readonly recovered: number
    readonly manualReview: number
  }
  readonly transfers: { readonly invoices: number; readonly matched: number }
  readonly runs: readonly {
    readonly trigger: string
    readonly nextAgent: string
    readonly source: string
    readonly outcome: string
  }[]
  readonly escalations: {
    readonly open: number
    readonly approved: number
    readonly edited: number
  }
  readonly mails: { readonly in: number; readonly out: number; readonly ignored: number }
  readonly selfcheck: Readonly<Record<string, boolean>>
  readonly seconds: number
}

async function counts(ctx: Ctx): Promise<Record<string, number>> {
  const count = (from: SQL) => sql`(select count(*)::int from ${from} and org_id = ${ctx.orgId})`
  const [row] = await rowsOf<Record<string, number>>(
    ctx.db,
    sql`select
      ${count(sql`customers where true`)} as customers,
      ${count(sql`usage_keys where true`)} as accepted,
      ${count(sql`usage_dead_letters where true`)} as rejected,
      (select coalesce(sum(count), 0)::int from usage_buckets where org_id = ${ctx.orgId}) as counted,
      ${count(sql`invoices where period = ${PERIOD} and number is not null`)} as generated,
      ${count(sql`billing_run_skips where true`)} as skipped,
      ${count(sql`payments where kind = 'card' and attempt = 1`)} as charged,
      ${count(sql`payments where kind = 'card' and attempt = 1 and status = 'succeeded'`)} as succeeded,
      ${count(sql`payments where kind = 'card' and attempt = 1 and status = 'failed'`)} as failed,
      ${count(sql`dunning_cases where true`)} as entered,
      ${count(sql`dunning_cases where state = 'recovered'`)} as recovered,
      ${count(sql`dunning_cases where state = 'manual_review'`)} as manual_review,
      ${count(sql`invoices i where number is not null and exists (select 1 from customers c
        where c.org_id = i.org_id and c.id = i.customer_id and c.collection = 'transfer')`)} as transfers,
      ${count(sql`bank_transactions where status = 'matched'`)} as matched,
      ${count(sql`escalations where status in ('open', 'claimed')`)} as open,
      ${count(sql`escalations where answer->>'decision' = 'approve'`)} as approved,
      ${count(sql`escalations where answer->>'decision' = 'edit'`)} as edited,
      ${count(sql`messages where direction = 'in'`)} as mails_in,
      ${count(sql`messages where direction = 'out' and status = 'sent'`)} as mails_out,
      ${count(sql`messages where direction = 'in' and status = 'ignored'`)} as mails_ignored`,
  )
  return row ?? {}
}

async function invoice1047(ctx: Ctx): Promise<DemoSummary['invoice1047']> {
  const [row] = await rowsOf<Record<string, string>>(
    ctx.db,
    sql`select number, subtotal_minor::text as subtotal, tax_minor::text as tax, total_minor::text as total
        from invoices where org_id = ${ctx.orgId} and customer_id = '1047' and period = ${PERIOD}`,
  )
  return {
    number: row?.['number'] ?? '',
    subtotalMinor: row?.['subtotal'] ?? '',
    taxMinor: row?.['tax'] ?? '',
    totalMinor: row?.['total'] ?? '',
  }
}

async function totals(ctx: Ctx): Promise<Record<string, string>> {
  const rows = await rowsOf<{ currency: string; total: string }>(
    ctx.db,
    sql`select currency, sum(total_minor)::text as total from invoices
        where org_id = ${ctx.orgId} and period = ${PERIOD} and number is not null
        group by currency order by currency`,
  )
  return Object.fromEntries(rows.map(({ currency, total }) => [currency, total]))
}

async function runs(ctx: Ctx): Promise<DemoSummary['runs']> {
  const rows = await rowsOf<{
    trigger: string
    next_agent: string | null
    source: string | null
    status: string
    outcome: Record<string, unknown> | null
  }>(
    ctx.db,
    sql`select trigger_type as trigger, next_agent, source, status, outcome from agent_runs
        where org_id = ${ctx.orgId} order by created_at, trigger_key`,
  )
  return rows.map((row) => ({
    trigger: row.trigger,
    nextAgent: row.next_agent ?? '',
    source: row.source ?? '',
    outcome: typeof row.outcome?.['kind'] === 'string' ? row.outcome['kind'] : row.status,
  }))
}

/** Reads the month back from the books; `sent` and `duplicate` are the seed's, so an interrupted run adds up too. */
export async function summarize(scope: Scope, sent: Sent, seconds: number): Promise<DemoSummary> {
  const read = await scope.transact(async (ctx) => ({
    counts: await counts(ctx),
    invoice1047: await invoice1047(ctx),
    totalMinorByCurrency: await totals(ctx),
    runs: await runs(ctx),
  }))
  const n = (name: string) => read.counts[name] ?? 0
  const checks = await selfcheck(scope)
  return {
    customers: n('customers'),
    events: {
      sent: sent.events,
      accepted: n('accepted'),
      duplicate: sent.duplicates,
      rejected: n('rejected'),
      counted: n('counted'),
    },
    invoices: {
      generated: n('generated'),
      skipped: n('skipped'),
      totalMinorByCurrency: read.totalMinorByCurrency,
    },
    invoice1047: read.invoice1047,
    cards: { charged: n('charged'), succeeded: n('succeeded'), failed: n('failed') },
    dunning: {
      entered: n('entered'),
      recovered: n('recovered'),
      manualReview: n('manual_review'),
    },
    transfers: { invoices: n('transfers'), matched: n('matched') },
    runs: read.runs,
    escalations: { open: n('open'), approved: n('approved'), edited: n('edited') },
    mails: { in: n('mails_in'), out: n('mails_out'), ignored: n('mails_ignored') },
    selfcheck: Object.fromEntries(Object.entries(checks).map(([name, { ok }]) => [name, ok])),
    seconds,
  }
}
