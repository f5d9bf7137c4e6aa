import type { Currency } from '#src/kernel/currency.ts'
import { AppError } from '#src/kernel/errors.ts'
import { formatDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { rateSubscription, type RatingInput, type RatingResult } from '#src/pricing/rate.ts'
import { planSegments, type PlanSegment } from '#src/pricing/segments.ts'
import type { PricingDocument } from '#src/pricing/shapes.ts'
import { windowMonthsOf } from '#src/pricing/windows.ts'
import type { BillingCase } from '../decision.ts'

/** Old plan id → plan id in the new document. */
export type PlanMapping = ReadonlyMap<string, string>

/** What one subscription's real usage costs on the prices it has and on the new ones, net, before coupons and credits. */
export interface ReplayRow {
  readonly customerId: string
  readonly subscriptionId: string
  readonly planId: string
  /** null when the new document has no place for its plan. */
  readonly newPlanId: string | null
  readonly currency: Currency | null
  /** null where it cannot be rated; `problem` says why. */
  readonly oldMinor: bigint | null
  readonly newMinor: bigint | null
  readonly differenceMinor: bigint | null
  readonly problem: string | null
  /** Used metrics that the new plan has no price for: they would be free. */
  readonly unpriced: readonly { readonly metric: string; readonly quantity: string | null }[]
}

export type Moved =
  | { readonly kind: 'moved'; readonly rating: RatingInput; readonly planId: string }
  | { readonly kind: 'stuck'; readonly reason: string }

/**
 * The same subscription on the new document: each plan it was on in the period by the mapping, else by its id, else by
 * its name. Its usage is to be measured anew: the new plan may look at it in another way.
 */
export function moveTo(
  document: PricingDocument,
  rating: RatingInput,
  mapping: PlanMapping,
): Moved {
  const [from, to] = [windowMonthsOf(rating.document), windowMonthsOf(document)]
  if (from !== to)
    return { kind: 'stuck', reason: `its metering window has ${from} months, the new one ${to}` }
  const steps = segmentsOf(rating).map(({ planId, document: old, period }) => ({
    at: period.start,
    old: planId,
    planId: newPlan(document, old, planId, mapping),
  }))
  const lost = steps.find(({ planId }) => planId === null)
  if (lost)
    return {
      kind: 'stuck',
      reason: `the new document has no plan "${lost.old}", by mapping, id or name`,
    }
  const [first, ...changes] = steps.map(({ at, planId }) => ({ at, planId: planId ?? '' }))
  if (!first) return { kind: 'stuck', reason: 'its plans cannot be told' }
  return {
    kind: 'moved',
    planId: changes.at(-1)?.planId ?? first.planId,
    rating: { ...rating, document, planId: first.planId, changes, usage: [] },
  }
}

/** Empty where the document does not fit: rating says why. */
function segmentsOf(rating: RatingInput): readonly PlanSegment[] {
  try {
    return planSegments(rating)
  } catch {
    return []
  }
}

function newPlan(
  document: PricingDocument,
  old: PricingDocument,
  planId: string,
  mapping: PlanMapping,
): string | null {
  const name = old.tiers.find(({ id }) => id === planId)?.name
  const wanted = mapping.get(planId)
  const found =
    wanted === undefined
      ? (document.tiers.find(({ id }) => id === planId) ??
        document.tiers.find((plan) => name !== undefined && plan.name === name))
      : document.tiers.find(({ id }) => id === wanted)
  return found?.id ?? null
}

/** Both ratings of one subscription; `moved` is its case on the new document, with its usage. */
export function compareRatings(billing: BillingCase, moved: Moved): ReplayRow {
  const planId = segmentsOf(billing.rating).at(-1)?.planId ?? billing.rating.planId
  const row = {
    customerId: billing.customerId,
    subscriptionId: billing.subscriptionId,
    planId,
    newPlanId: moved.kind === 'moved' ? moved.planId : null,
  }
  const failed = (problem: string, old: RatingResult | null = null): ReplayRow => ({
    ...row,
    currency: old?.currency ?? null,
    oldMinor: old?.subtotalMinor ?? null,
    newMinor: null,
    differenceMinor: null,
    problem,
    unpriced: [],
  })
  const old = rated(billing.rating)
  if (typeof old === 'string') return failed(`cannot be rated now: ${old}`)
  if (moved.kind === 'stuck') return failed(moved.reason, old)
  const next = rated(moved.rating)
  if (typeof next === 'string') return failed(`cannot be rated on the new document: ${next}`, old)
  if (next.currency !== old.currency)
    return failed(`the new plan is in ${next.currency}, the customer pays ${old.currency}`, old)
  return {
    ...row,
    currency: old.currency,
    oldMinor: old.subtotalMinor,
    newMinor: next.subtotalMinor,
    differenceMinor: next.subtotalMinor - old.subtotalMinor,
    problem: null,
    unpriced: unpricedIn(billing.rating, moved.rating),
  }
}

function rated(input: RatingInput): RatingResult | string {
  try {
    return rateSubscription(input)
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_input') return error.message
    throw error
  }
}

function unpricedIn(old: RatingInput, next: RatingInput): ReplayRow['unpriced'] {
  const priced = new Set(next.usage.flatMap((metrics) => [...metrics.keys()]))
  const quantities = new Map<string, Decimal | null>()
  for (const metrics of old.usage)
    for (const [metric, used] of metrics) {
      if (priced.has(metric)) continue
      if ('events' in used) {
        if (used.events.length > 0) quantities.set(metric, null)
      } else if (used.quantity !== 0n)
        quantities.set(metric, ((quantities.get(metric) ?? 0n) + used.quantity) as Decimal)
    }
  return [...quantities]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([metric, quantity]) => ({
      metric,
      quantity: quantity === null ? null : formatDecimal(quantity),
    }))
}
