import { sql } from 'drizzle-orm'
import type { Ctx, Scope } from '#db/context.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { monthlyPeriod } from '#src/kernel/time.ts'
import { planSegments } from '#src/pricing/segments.ts'
import type { PricingDocument } from '#src/pricing/shapes.ts'
import { accountIds } from '../billing-run.ts'
import type { BillingCase } from '../decision.ts'
import { loadBillingCases } from '../load-billing-cases.ts'
import { loadUsage } from '../load-usage.ts'
import { compareRatings, moveTo, type Moved, type PlanMapping, type ReplayRow } from './rules.ts'

const CHUNK = 200

export interface ReplayInput {
  /** "2026-02" */
  readonly period: string
  readonly document: PricingDocument
  readonly mapping: PlanMapping
}

/**
 * A period's real usage on a new pricing document (REQUIREMENTS P9), a row per subscription that was active in it, in
 * account order and as it goes: nothing is held but 200 accounts. In transactions that the database lets write nothing.
 * @throws invalid_input unless the period reads like 2026-02 and the mapping leads to plans of the document.
 */
export async function* replayPricing(scope: Scope, input: ReplayInput): AsyncGenerator<ReplayRow> {
  monthlyPeriod(input.period, 1, 'UTC')
  for (const [from, to] of input.mapping)
    if (!input.document.tiers.some(({ id }) => id === to))
      throw invalidField(`map.${from}`, `"${to}" is not a plan of the new document`)
  const ids = await scope.transact(accountIds)
  for (let start = 0; start < ids.length; start += CHUNK)
    yield* await scope.transact((ctx) =>
      replayCustomers(ctx, input, ids.slice(start, start + CHUNK)),
    )
}

async function replayCustomers(
  ctx: Ctx,
  { period, document, mapping }: ReplayInput,
  customerIds: readonly string[],
): Promise<ReplayRow[]> {
  await ctx.db.execute(sql`set transaction read only`)
  const cases = (await loadBillingCases(ctx, { customerIds, periodName: period })).filter(
    (billing) => billing.billedIn === period && wasActive(billing),
  )
  const moved = cases.map(({ rating }) => moveTo(document, rating, mapping))
  const measured = await measure(ctx, cases, moved)
  return cases.map((billing, index) => compareRatings(billing, measured[index] ?? stuck()))
}

/** Those that moved, with their usage as the new plans look at it; all of them with one load. */
async function measure(
  ctx: Ctx,
  cases: readonly BillingCase[],
  moved: readonly Moved[],
): Promise<Moved[]> {
  const fitting = cases.flatMap((billing, index) => {
    const target = moved[index]
    return target?.kind === 'moved' ? [{ ...billing, rating: target.rating }] : []
  })
  const loaded = new Map(
    (await loadUsage(ctx, fitting)).map(({ subscriptionId, rating }) => [subscriptionId, rating]),
  )
  return moved.map((target, index) => {
    const rating = loaded.get(cases[index]?.subscriptionId ?? '')
    return target.kind === 'moved' && rating ? { ...target, rating } : target
  })
}

function stuck(): Moved {
  return { kind: 'stuck', reason: 'it was not measured' }
}

/** A document that does not fit is a row with its problem, not an inactive subscription. */
function wasActive({ rating }: BillingCase): boolean {
  try {
    return planSegments(rating).length > 0
  } catch {
    return true
  }
}
