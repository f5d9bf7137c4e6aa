import { ZERO } from '#src/kernel/decimal.ts'
import { overageCharge, type Charge } from './charge-shapes.ts'
import { compare } from './select.ts'
import { needsEvents } from './price-charge.ts'
import type { Plan } from './shapes.ts'

/** A charge and the kind of line that its priced parts become. */
export interface PlanCharge {
  readonly charge: Charge
  readonly kind: 'usage' | 'overage'
}

/**
 * All that a plan charges for usage: included usage with overage rates, by metric, then `charges` in their order.
 * Included usage of a metric that has a charge comes off before that charge.
 */
export function chargesOf(plan: Plan): PlanCharge[] {
  const charged = new Set(plan.charges.map(({ metric }) => metric))
  // A document from the database has lost the order of its keys: only sorting gives the same bytes.
  const overages = [
    ...new Set([...Object.keys(plan.includedUsage), ...Object.keys(plan.overageRates)]),
  ]
    .filter((metric) => !charged.has(metric))
    .sort(compare)
    .map((metric) => ({
      charge: overageCharge(
        metric,
        plan.includedUsage[metric] ?? ZERO,
        plan.overageRates[metric] ?? ZERO,
      ),
      kind: 'overage' as const,
    }))
  const charges = plan.charges.map((charge) => ({
    charge: withIncluded(charge, plan),
    kind: 'usage' as const,
  }))
  return [...overages, ...charges]
}

function withIncluded(charge: Charge, plan: Plan): Charge {
  const included = plan.includedUsage[charge.metric]
  return included === undefined
    ? charge
    : { ...charge, freeUnits: (charge.freeUnits + included) as Charge['freeUnits'] }
}

/** The metrics a plan knows, sorted: usage of any other is reported, never dropped. */
export function metricsOf(plan: Plan): string[] {
  return [...new Set(chargesOf(plan).map(({ charge }) => charge.metric))].sort(compare)
}

/** true when rating the metric looks at single events, or aggregates them in several ways: a total is not enough. */
export function metricNeedsEvents(plan: Plan, metric: string): boolean {
  const charges = plan.charges.filter((charge) => charge.metric === metric)
  const aggregations = new Set(charges.map(({ aggregation }) => aggregation))
  return aggregations.size > 1 || charges.some(needsEvents)
}
