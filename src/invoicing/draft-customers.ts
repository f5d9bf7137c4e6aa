import { sql } from 'drizzle-orm'
import { anyOf, rowsOf, type Ctx } from '#db/context.ts'
import { withDueAdjustments } from './adjustments/load-due.ts'
import type { BillingCase, InvoiceDecision, InvoiceDraft, Seller } from './decision.ts'
import { loadBillingCases } from './load-billing-cases.ts'
import { loadWaiting } from './load-waiting.ts'
import { dropStaleDrafts, storedInvoices, type StoredInvoice } from './refresh-drafts.ts'
import { noteHolds } from './note-holds.ts'
import { decideInvoices, NOT_ACTIVE } from './rules.ts'
import { noteUnpricedUsage } from './unrated-usage.ts'
import type { Waiting } from './waiting.ts'
import { writeDrafts } from './write-drafts.ts'

interface DraftingInput {
  readonly runId: string
  readonly periodName: string
  readonly customerIds: readonly string[]
  readonly seller: Seller
  /** Drafts that wait for their grace period are rated again: late events still count. Held ones always are. */
  readonly refresh: boolean
}

interface Outcome {
  readonly drafts: readonly InvoiceDraft[]
  /**
   * Why there is nothing to invoice. A customer with an invoice has none, unless another of its subscriptions is not
   * due yet or refused: that one is still to come.
   */
  readonly skip: string | null
  /** Nothing is still to come. */
  readonly isIdle: boolean
}

/**
 * Drafts the invoices of some customers for a period, and notes why the others get none. A fixed handful of statements
 * whatever their number; repeating changes nothing.
 */
export async function draftCustomers(ctx: Ctx, input: DraftingInput): Promise<void> {
  const { stored, cases, outcomes } = await decideCustomers(ctx, input, true)
  const drafts = outcomes.flatMap((outcome) => outcome.drafts)
  const redone = [...stored.values()].filter((held) => isOpen(held, input.refresh))
  await dropStaleDrafts(ctx, drafts, redone)
  await writeDrafts(ctx, drafts, input.runId)
  await noteHolds(ctx, drafts, redone)
  const drafted = new Set(drafts.map(({ customerId }) => customerId))
  await noteUnpricedUsage(
    ctx,
    input.runId,
    cases.filter(({ customerId }) => drafted.has(customerId)),
  )
  await noteSkips(ctx, input, outcomes)
}

/** Load and decide for some customers, writing nothing: what the run drafts, and what its preview shows. */
export async function decideCustomers(
  ctx: Ctx,
  input: Omit<DraftingInput, 'runId'>,
  lock: boolean,
) {
  const stored = await storedInvoices(ctx, input.periodName, input.customerIds)
  const waiting = await loadWaiting(ctx, {
    customerIds: input.customerIds,
    openInvoiceIds: openIds([...stored.values()], input.refresh),
    at: ctx.now,
    lock,
  })
  const standing = [...stored.values()].filter((held) => !isOpen(held, input.refresh))
  const settled = new Set(standing.map(({ subscriptionId }) => subscriptionId))
  const billed = new Set(standing.map(({ customerId }) => customerId))
  const cases = await withDueAdjustments(ctx, await loadBillingCases(ctx, { ...input, settled }))
  const open = cases.filter(({ subscriptionId }) => !settled.has(subscriptionId))
  const byCustomer = Map.groupBy(open, ({ customerId }) => customerId)
  const outcomes = input.customerIds.map((customerId) => {
    const own = byCustomer.get(customerId) ?? []
    const outcome = outcomeOf(own, input.seller, ctx, waiting(customerId))
    const skip = billed.has(customerId) && outcome.isIdle ? null : outcome.skip
    return { customerId, ...outcome, skip }
  })
  return { stored, cases, outcomes }
}

function isOpen(stored: StoredInvoice, refresh: boolean): boolean {
  return stored.status === 'draft' && (refresh || stored.holdCode !== null)
}

function openIds(stored: readonly StoredInvoice[], refresh: boolean): string[] {
  return stored.flatMap((held) => (isOpen(held, refresh) ? [held.id] : []))
}

/** All or nothing per customer: one refused subscription keeps the others' invoices back, for a person to look at. */
function outcomeOf(
  cases: readonly BillingCase[],
  seller: Seller,
  ctx: Ctx,
  waiting: Waiting,
): Outcome {
  const decisions = decideInvoices(cases, seller, ctx.now, waiting)
  const refused = decisions.find(({ kind }) => kind === 'refused')
  if (refused) return { drafts: [], skip: reasonOf(refused), isIdle: false }
  const drafts = decisions.flatMap((decision) =>
    decision.kind === 'draft' ? [decision.draft] : [],
  )
  const [first] = decisions.toSorted((a, b) => rank(b) - rank(a))
  const isIdle = first?.kind !== 'not_due'
  if (drafts.length > 0) return { drafts, skip: isIdle ? null : reasonOf(first), isIdle }
  return { drafts, skip: first ? reasonOf(first) : NOT_ACTIVE, isIdle }
}

/** Of several reasons the one that somebody has to act on, or to wait for. */
function rank(decision: InvoiceDecision): number {
  if (decision.kind === 'not_due') return 2
  return reasonOf(decision) === NOT_ACTIVE ? 0 : 1
}

function reasonOf(decision: InvoiceDecision): string {
  return decision.kind === 'draft' ? '' : decision.reason
}

async function noteSkips(
  ctx: Ctx,
  input: DraftingInput,
  outcomes: readonly { customerId: string; skip: string | null }[],
): Promise<void> {
  const skipped = outcomes.flatMap(({ customerId, skip }) =>
    skip === null ? [] : [{ customer_id: customerId, reason: skip }],
  )
  const used = await customersWithUsage(
    ctx,
    input.periodName,
    skipped.filter(({ reason }) => reason === NOT_ACTIVE).map((row) => row.customer_id),
  )
  const rows = skipped.map((row) =>
    used.has(row.customer_id) ? { ...row, reason: 'usage without an active subscription' } : row,
  )
  await ctx.db.execute(
    sql`delete from billing_run_skips where org_id = ${ctx.orgId} and run_id = ${input.runId}
      and customer_id = ${anyOf(input.customerIds)}`,
  )
  if (rows.length === 0) return
  await ctx.db.execute(
    sql`insert into billing_run_skips (org_id, run_id, customer_id, reason)
      select ${ctx.orgId}, ${input.runId}, customer_id, reason
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(customer_id text, reason text)
      order by customer_id
      on conflict (org_id, run_id, customer_id) do update set reason = excluded.reason`,
  )
}

/** Of customers without an active subscription: who used something in the period's calendar month (in UTC). */
async function customersWithUsage(
  ctx: Ctx,
  periodName: string,
  customerIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (customerIds.length === 0) return new Set()
  const rows = await rowsOf<{ id: string }>(
    ctx.db,
    sql`select id from unnest(${sql.param(customerIds)}::text[]) as c(id)
      where exists (select 1 from counted_usage e where e.org_id = ${ctx.orgId} and e.customer_id = c.id
        and e.timestamp >= ${`${periodName}-01`}::timestamp at time zone 'UTC'
        and e.timestamp < (${`${periodName}-01`}::timestamp + interval '1 month') at time zone 'UTC')`,
  )
  return new Set(rows.map(({ id }) => id))
}
