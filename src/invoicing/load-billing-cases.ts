import { and, asc, eq, sql } from 'drizzle-orm'
import { anyOf, rowsOf, type Ctx } from '#db/context.ts'
import {
  customers,
  subscriptionAddons,
  subscriptionChanges,
  subscriptions,
} from '#db/schema/customers.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { Period } from '#src/kernel/time.ts'
import type { PlanChange } from '#src/pricing/segments.ts'
import type { PricingDocument } from '#src/pricing/shapes.ts'
import {
  meteringWindow,
  windowMonthsOf,
  type MeteringWindow,
  type WindowTerms,
} from '#src/pricing/windows.ts'
import { pricingDocument } from '#src/subscriptions/pricing-documents.ts'
import { billingEmails, buyerOf } from './buyer.ts'
import type { BillingCase } from './decision.ts'
import { loadUsage } from './load-usage.ts'
import { loadCalculations } from './tax/load-calculations.ts'

type CustomerRow = typeof customers.$inferSelect
type SubscriptionRow = typeof subscriptions.$inferSelect

interface WantedCases {
  readonly customerIds: readonly string[]
  readonly periodName: string
  /** This one only. */
  readonly subscriptionId?: string
  /** Periods as they were billed, by subscription: they hold whatever zone or anchor day the account has by now. */
  readonly billed?: ReadonlyMap<string, Period>
  /** Subscriptions whose invoices stand: a customer who has no other is left out. */
  readonly settled?: ReadonlySet<string>
}

/**
 * Everything that the invoices of some customers (or one subscription of theirs) for a period are decided from,
 * with a fixed handful of statements whatever their number. In account order, then by subscription.
 *
 * Whatever else an invoice comes to depend on is loaded likewise: one statement for all ids of the chunk (`anyOf`),
 * answered as a Map by customer or subscription, looked up where the case is put together. A statement per case would
 * be one per subscription of a run.
 */
export async function loadBillingCases(ctx: Ctx, wanted: WantedCases): Promise<BillingCase[]> {
  // First: what it shows is seen by every statement that follows.
  const ratedSnapshot = await snapshotForRating(ctx)
  const rows = withOpen(
    await loadSubscriptions(ctx, wanted.customerIds, wanted.subscriptionId),
    wanted.settled,
  )
  if (rows.length === 0) return []
  const ids = rows.map(({ subscription }) => subscription.id)
  const [emails, changes, addons] = [
    await billingEmails(ctx, wanted.customerIds),
    await loadChanges(ctx, ids),
    await loadAddons(ctx, ids),
  ]
  const documents = await loadDocuments(ctx, [
    ...rows.map(({ subscription }) => subscription.pricingVersion),
    ...[...changes.values()].flat().map(({ pricingVersion }) => pricingVersion),
  ])
  const calculations = await loadCalculations(ctx, ids, documents.values())
  const documentOf = (version: string) => required(documents.get(version), version)
  const windowOf = windowCache(wanted.periodName)
  const cases = rows.map(({ customer, subscription }): BillingCase => {
    const document = documentOf(subscription.pricingVersion)
    const { period: own, billedIn } = windowOf({
      windowMonths: windowMonthsOf(document),
      anchorDay: subscription.anchorDay,
      timeZone: customer.timeZone,
      startedAt: subscription.startedAt,
      canceledAt: subscription.canceledAt,
    })
    const billed = wanted.billed?.get(subscription.id)
    const period = billed && !billed.start.equals(own.start) ? billed : own
    return {
      ...buyerOf(customer, emails.get(customer.id) ?? null),
      subscriptionId: subscription.id,
      canceledAt: subscription.canceledAt,
      periodName: wanted.periodName,
      period,
      billedIn,
      ratedSnapshot,
      adjustments: [],
      calculations: calculations.get(subscription.id) ?? [],
      rating: {
        document,
        planId: subscription.planId,
        period,
        timeZone: customer.timeZone,
        startedAt: subscription.startedAt,
        ...(subscription.canceledAt ? { canceledAt: subscription.canceledAt } : {}),
        ...(subscription.trialEndsAt ? { trialEndsAt: subscription.trialEndsAt } : {}),
        changes: (changes.get(subscription.id) ?? []).map(
          ({ at, planId, pricingVersion }): PlanChange => ({
            at,
            planId,
            document: documentOf(pricingVersion),
          }),
        ),
        addons: addons.get(subscription.id) ?? [],
        usage: [],
      },
    }
  })
  return loadUsage(ctx, cases)
}

/**
 * Takes this transaction's own id as well: then the roll-up, which stops below what still runs, cannot pass an event
 * younger than this transaction before its drafts are there to be seen.
 */
async function snapshotForRating(ctx: Ctx): Promise<string> {
  const [row] = await rowsOf<{ snapshot: string }>(
    ctx.db,
    sql`select pg_current_snapshot()::text as snapshot, pg_current_xact_id()::text as own`,
  )
  if (!row) throw new AppError('internal', 'no answer to the snapshot')
  return row.snapshot
}

interface SubscribedCustomer {
  readonly customer: CustomerRow
  readonly subscription: SubscriptionRow
}

/** All subscriptions of the customers who have one that is not settled: what one of them prices, all of them know. */
function withOpen(
  rows: readonly SubscribedCustomer[],
  settled: ReadonlySet<string> = new Set(),
): readonly SubscribedCustomer[] {
  const open = new Set(
    rows
      .filter(({ subscription }) => !settled.has(subscription.id))
      .map(({ customer }) => customer.id),
  )
  return rows.filter(({ customer }) => open.has(customer.id))
}

function loadSubscriptions(
  ctx: Ctx,
  customerIds: readonly string[],
  subscriptionId: string | undefined,
): Promise<SubscribedCustomer[]> {
  return ctx.db
    .select({ customer: customers, subscription: subscriptions })
    .from(subscriptions)
    .innerJoin(
      customers,
      and(eq(customers.orgId, subscriptions.orgId), eq(customers.id, subscriptions.customerId)),
    )
    .where(
      and(
        eq(subscriptions.orgId, ctx.orgId),
        sql`${subscriptions.customerId} = ${anyOf(customerIds)}`,
        subscriptionId === undefined ? undefined : eq(subscriptions.id, subscriptionId),
      ),
    )
    .orderBy(sql`length(${customers.id})`, asc(customers.id), asc(subscriptions.id))
}

async function loadChanges(
  ctx: Ctx,
  subscriptionIds: readonly string[],
): Promise<Map<string, (typeof subscriptionChanges.$inferSelect)[]>> {
  const rows = await ctx.db
    .select()
    .from(subscriptionChanges)
    .where(
      and(
        eq(subscriptionChanges.orgId, ctx.orgId),
        sql`${subscriptionChanges.subscriptionId} = ${anyOf(subscriptionIds)}`,
      ),
    )
    .orderBy(asc(subscriptionChanges.at))
  return Map.groupBy(rows, ({ subscriptionId }) => subscriptionId)
}

async function loadAddons(
  ctx: Ctx,
  subscriptionIds: readonly string[],
): Promise<Map<string, BillingCase['rating']['addons']>> {
  const rows = await ctx.db
    .select()
    .from(subscriptionAddons)
    .where(
      and(
        eq(subscriptionAddons.orgId, ctx.orgId),
        sql`${subscriptionAddons.subscriptionId} = ${anyOf(subscriptionIds)}`,
      ),
    )
    .orderBy(asc(subscriptionAddons.from), asc(subscriptionAddons.id))
  const held = new Map<string, BillingCase['rating']['addons']>()
  for (const [id, addons] of Map.groupBy(rows, ({ subscriptionId }) => subscriptionId))
    held.set(
      id,
      addons.map(({ addonId, quantity, from, to }) => ({
        id: addonId,
        quantity,
        from,
        ...(to ? { to } : {}),
      })),
    )
  return held
}

async function loadDocuments(
  ctx: Ctx,
  versions: readonly string[],
): Promise<Map<string, PricingDocument>> {
  const documents = new Map<string, PricingDocument>()
  for (const version of new Set(versions))
    documents.set(version, await pricingDocument(ctx, version))
  return documents
}

function required(document: PricingDocument | undefined, version: string): PricingDocument {
  if (!document) throw new Error(`pricing document ${version} was not loaded`)
  return document
}

/** Calendar arithmetic in a zone is slow and customers of monthly windows share few zones and anchor days. */
function windowCache(periodName: string): (terms: WindowTerms) => MeteringWindow {
  const known = new Map<string, MeteringWindow>()
  return (terms) => {
    if (terms.windowMonths > 1) return meteringWindow(periodName, terms)
    const key = `${terms.anchorDay} ${terms.timeZone}`
    const window = known.get(key) ?? meteringWindow(periodName, terms)
    known.set(key, window)
    return window
  }
}
