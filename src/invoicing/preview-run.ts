import { and, eq, isNotNull, ne, sql } from 'drizzle-orm'
import { anyOf, rowsOf, type Ctx, type Scope } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { previewOf, type Preview } from '#src/kernel/preview.ts'
import { Temporal } from '#src/kernel/time.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { accountIds } from './billing-run.ts'
import { decideCustomers } from './draft-customers.ts'
import { requireBegun } from './rules.ts'
import { runSums, type PreviewedInvoice, type RunSums } from './run-sums.ts'
import { sellerOf } from './seller.ts'

const CHUNK = 200

/** What is hashed: every invoice of the period, those that are there and those that would be, by subscription. */
interface RunEffects {
  readonly period: string
  readonly invoices: readonly (readonly [subscriptionId: string, contentHash: string])[]
}

/** What billing a period would come to. */
export interface RunPreview extends RunSums {
  readonly period: string
  readonly hash: string
}

/**
 * A whole billing run without its commit (REQUIREMENTS I9): the run's own load and decide, 200 accounts at a time, in
 * transactions that the database lets write nothing.
 * @throws invalid_input unless the period reads like 2026-02 and has begun.
 */
export async function previewRun(
  scope: Scope,
  input: { readonly period: string; readonly top: number },
): Promise<RunPreview> {
  requireBegun(input.period, scope.now)
  const { ids, organization } = await scope.transact(async (ctx) => ({
    ids: await accountIds(ctx),
    organization: await loadOrganization(ctx),
  }))
  const drafting = {
    periodName: input.period,
    seller: sellerOf(organization, scope),
    refresh: organization.settings.gracePeriodHours > 0,
  }
  const sums = runSums(input.top)
  const hashed: RunEffects['invoices'][number][] = []
  for (let start = 0; start < ids.length; start += CHUNK) {
    const customerIds = ids.slice(start, start + CHUNK)
    const found = await scope.transact((ctx) => previewCustomers(ctx, { ...drafting, customerIds }))
    for (const invoice of found.invoices) {
      sums.add(invoice)
      hashed.push([invoice.subscriptionId, invoice.contentHash])
    }
    for (const reason of found.skips) sums.skip(reason)
  }
  return { period: input.period, hash: hashOfRun(input.period, hashed).hash, ...sums.result() }
}

/** The hash of a period's invoices as they are stored: what a preview's becomes once all drafts are written. */
export async function draftedHash(ctx: Ctx, period: string): Promise<string> {
  const rows = await rowsOf<{ subscription_id: string; content_hash: string }>(
    ctx.db,
    sql`select subscription_id, content_hash from invoices
      where org_id = ${ctx.orgId} and period = ${period} and status <> 'void' and subscription_id is not null`,
  )
  return hashOfRun(
    period,
    rows.map((row) => [row.subscription_id, row.content_hash]),
  ).hash
}

function hashOfRun(period: string, hashed: RunEffects['invoices']): Preview<RunEffects> {
  // Sorted here: every database orders text in its own way.
  const sorted = hashed.toSorted(([a, m], [b, n]) => compare(a, b) || compare(m, n))
  return previewOf({ period, invoices: sorted })
}

async function previewCustomers(
  ctx: Ctx,
  input: Parameters<typeof decideCustomers>[1],
): Promise<{ invoices: PreviewedInvoice[]; skips: string[] }> {
  await ctx.db.execute(sql`set transaction read only`)
  const { outcomes, stored } = await decideCustomers(ctx, input, false)
  const drafts = outcomes.flatMap((outcome) => outcome.drafts)
  const before = await totalsBefore(ctx, input)
  // A draft that is renewed or dropped is replaced by what is decided now.
  const replaced = new Set(
    [...stored.values()].flatMap(({ id, status }) =>
      input.refresh && status === 'draft' ? [id] : [],
    ),
  )
  const kept = (await storedOf(ctx, input)).filter(({ id }) => !replaced.has(id))
  const found = [
    ...kept,
    ...drafts.map((draft) => ({
      id: null,
      customerId: draft.customerId,
      subscriptionId: draft.subscriptionId,
      contentHash: draft.contentHash,
      currency: draft.currency,
      subtotalMinor: draft.subtotalMinor,
      taxMinor: draft.taxMinor,
      totalMinor: draft.totalMinor,
    })),
  ]
  return {
    invoices: found.map((invoice) => ({
      ...invoice,
      beforeMinor: before.get(invoice.subscriptionId) ?? 0n,
    })),
    skips: outcomes.flatMap(({ skip }) => (skip === null ? [] : [skip])),
  }
}

async function storedOf(
  ctx: Ctx,
  { periodName, customerIds }: { periodName: string; customerIds: readonly string[] },
): Promise<(Omit<PreviewedInvoice, 'beforeMinor' | 'id'> & { readonly id: string })[]> {
  const rows = await ctx.db
    .select({
      id: invoices.id,
      customerId: invoices.customerId,
      subscriptionId: invoices.subscriptionId,
      contentHash: invoices.contentHash,
      currency: invoices.currency,
      subtotalMinor: invoices.subtotalMinor,
      taxMinor: invoices.taxMinor,
      totalMinor: invoices.totalMinor,
    })
    .from(invoices)
    .where(
      and(
        eq(invoices.orgId, ctx.orgId),
        eq(invoices.period, periodName),
        sql`${invoices.customerId} = ${anyOf(customerIds)}`,
        ne(invoices.status, 'void'),
        isNotNull(invoices.subscriptionId),
      ),
    )
  return rows.map((row) => ({ ...row, subscriptionId: row.subscriptionId ?? '' }))
}

/** Totals of the month before, by subscription. */
async function totalsBefore(
  ctx: Ctx,
  { periodName, customerIds }: { periodName: string; customerIds: readonly string[] },
): Promise<Map<string, bigint>> {
  const before = Temporal.PlainYearMonth.from(periodName).subtract({ months: 1 }).toString()
  const rows = await storedOf(ctx, { periodName: before, customerIds })
  return new Map(rows.map(({ subscriptionId, totalMinor }) => [subscriptionId, totalMinor]))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
