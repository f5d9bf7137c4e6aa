import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { collectedSandboxIntents, type StripeObject } from '#src/gateways/payments/sandbox-books.ts'
import type { CheckResult } from '#src/kernel/check.ts'
import { metadataOf } from './event-object.ts'

/**
 * I4: at the provider at most one charge per (invoice, attempt); what succeeded less what was refunded or lost in a
 * dispute is the cash of the ledger (clearing, bank, contested money, and what providers kept as fees); every collected charge is a payment of ours.
 * The sandbox's books are compared here; Stripe's by reconciliation.
 */
export async function checkChargesAndCash(ctx: Ctx): Promise<CheckResult> {
  const problems = [
    ...(await cashProblems(ctx)),
    ...(await appliedProblems(ctx)),
    ...(await refundProblems(ctx)),
    ...(await providerProblems(ctx)),
  ]
  return { ok: problems.length === 0, problems: problems.slice(0, 20) }
}

/** The charge's (invoice, attempt) by its metadata. */
function purposeOf(intent: StripeObject): string {
  const object = { kind: intent.object, id: intent.id, json: intent }
  return `invoice ${metadataOf(object, 'invoice_id')}, attempt ${metadataOf(object, 'attempt')}`
}

async function cashProblems(ctx: Ctx): Promise<string[]> {
  const rows = await rowsOf<{ problem: string }>(
    ctx.db,
    sql`with received as (
        select currency, amount_minor - refunded_minor as minor from payments
          where org_id = ${ctx.orgId} and status = 'succeeded'
        union all
        select currency, -amount_minor from disputes
          where org_id = ${ctx.orgId} and status = 'lost' and payment_id is not null
      ), booked as (
        select currency, amount_minor as minor from ledger_entries
          where org_id = ${ctx.orgId}
            and (account like 'clearing:%' or account like 'cash:%' or account like 'fees:%' or account = 'disputes')
      ), difference as (
        select currency, sum(received) as received, sum(booked) as booked from (
          select currency, minor as received, 0 as booked from received
          union all select currency, 0, minor from booked) both_sides
        group by currency)
      select 'payments are ' || received || ', cash in the ledger is ' || booked || ' ' || currency as problem
        from difference where received <> booked`,
  )
  return rows.map(({ problem }) => problem)
}

async function appliedProblems(ctx: Ctx): Promise<string[]> {
  const rows = await rowsOf<{ problem: string }>(
    ctx.db,
    sql`select 'payment ' || p.id || ' succeeded and was never booked' as problem from payments p
      where p.org_id = ${ctx.orgId} and p.status = 'succeeded' and not exists (
        select 1 from ledger_transactions t
        where t.org_id = p.org_id and t.key = 'payment:' || p.id || ':applied')
      limit 10`,
  )
  return rows.map(({ problem }) => problem)
}

/** What is set aside for refunds is what is asked for and not over; what went back of a payment is what its refunds say. */
async function refundProblems(ctx: Ctx): Promise<string[]> {
  const rows = await rowsOf<{ problem: string }>(
    ctx.db,
    sql`(select 'refunds of ' || sum(asked) || ' ' || currency || ' are open, ' || sum(held) || ' is set aside' as problem
        from (select currency, amount_minor as asked, 0 as held from refunds
            where org_id = ${ctx.orgId} and status in ('requested', 'sending', 'to_pay')
          union all select currency, 0, -amount_minor from ledger_entries
            where org_id = ${ctx.orgId} and account = 'refunds_payable') both_sides
        group by currency having sum(asked) <> sum(held))
      union all
      (select 'payment ' || p.id || ' has ' || p.refunded_minor || ' refunded, its refunds are ' || coalesce(sum(r.amount_minor), 0)
        from payments p left join refunds r on r.org_id = p.org_id and r.payment_id = p.id
          and r.status in ('pending', 'succeeded')
        where p.org_id = ${ctx.orgId}
        group by p.org_id, p.id having p.refunded_minor <> coalesce(sum(r.amount_minor), 0) limit 10)`,
  )
  return rows.map(({ problem }) => problem)
}

async function providerProblems(ctx: Ctx): Promise<string[]> {
  const collected = await collectedSandboxIntents(ctx)
  const twice = [...Map.groupBy(collected, purposeOf)]
    .filter(([, charges]) => charges.length > 1)
    .map(([purpose, charges]) => `${purpose} was charged ${charges.length} times`)
  const ours = await rowsOf<{ ref: string }>(
    ctx.db,
    sql`select provider_ref as ref from payments
      where org_id = ${ctx.orgId} and provider = 'sandbox' and status = 'succeeded'`,
  )
  const known = new Set(ours.map(({ ref }) => ref))
  const theirs = new Set(collected.map(({ id }) => id))
  return [
    ...twice,
    ...[...theirs]
      .filter((id) => !known.has(id))
      .map((id) => `${id} was collected at the provider and is not a payment of ours`),
    ...[...known]
      .filter((id) => !theirs.has(id))
      .map((id) => `${id} is a payment of ours and was not collected at the provider`),
  ]
}
