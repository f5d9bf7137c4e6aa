import { ZERO } from '#src/kernel/decimal.ts'
import { ownValue } from '#src/kernel/own.ts'
import { overageCharge, type Charge } from './charge-shapes.ts'
import { metricName } from './describe.ts'
import { compare } from './select.ts'
import { needsEvents } from './price-charge.ts'
import type { Plan } from './shapes.ts'

/** A charge and the kind of line that its priced parts become. */
export interface PlanCharge {
  readonly charge: Charge
  readonly kind: 'usage' | 'overage'
  /** Its metric and its place among the metric's charges: the same charge in another plan has the same one. */
  readonly key: string
  /** For the customer. */
  readonly name: string
}

// Plans are parsed once and never change; a run asks each of them for its charges once a subscription.
const known = new WeakMap<Plan, readonly PlanCharge[]>()

/**
 * All that a plan charges for usage: included usage with overage rates, by metric, then `charges` in their order.
 * Included usage of a metric that has a charge comes off before that charge.
 */
export function chargesOf(plan: Plan): readonly PlanCharge[] {
  const held = known.get(plan)
  if (held) return held
  const charges = planCharges(plan)
  known.set(plan, charges)
  return charges
}

function planCharges(plan: Plan): PlanCharge[] {
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
        ownValue(plan.includedUsage, metric) ?? ZERO,
        ownValue(plan.overageRates, metric) ?? ZERO,
      ),
      kind: 'overage' as const,
    }))
  const charges = plan.charges.map((charge) => ({
    charge: withIncluded(charge, plan),
    kind: 'usage' as const,
  }))
  const seen = new Map<string, number>()
  return [...overages, ...charges].map((item) => {
    const { metric, name } = item.charge
    const place = seen.get(metric) ?? 0
    seen.set(metric, place + 1)
    return { ...item, key: `charge ${metric} ${place}`, name: metricName(metric, name) }
  })
}

function withIncluded(charge: Charge, plan: Plan): Charge {
  const included = ownValue(plan.includedUsage, charge.metric)
  return included === undefined
    ? charge
    : { ...charge, freeUnits: (charge.freeUnits + included) as Charge['freeUnits'] }
}

/** The metrics a plan knows, sorted: usage of any other is reported, never dropped. */
export function metricsOf(plan: Plan): readonly string[] {
  return [...new Set(chargesOf(plan).map(({ charge }) => charge.metric))].sort(compare)
}

/** true when rating the metric looks at single events, or aggregates them in several ways: a total is not enough. */
export function metricNeedsEvents(plan: Plan, metric: string): boolean {
  const charges = plan.charges.filter((charge) => charge.metric === metric)
  return charges.some(needsEvents) || new Set(charges.map(aggregationKey)).size > 1
}

function aggregationKey(charge: Charge): string {
  const { aggregation, aggregationProperty, percentile, percentileMethod, weightedInterval } =
    charge
  return [aggregation, aggregationProperty, percentile, percentileMethod, weightedInterval].join(
    ' ',
  )
}

/** true when what held before a stretch counts in it. */
export function opensWithEarlier(plan: Plan, metric: string): boolean {
  return plan.charges.some(
    (charge) => charge.metric === metric && charge.aggregation === 'weighted_sum',
  )
}

/** The metrics a plan can ask money for: what is only included, at no price beyond, is not among them. */
export function pricedMetrics(plan: Plan): ReadonlySet<string> {
  const rated = Object.keys(plan.overageRates).filter(
    (metric) => plan.overageRates[metric] !== ZERO,
  )
  return new Set([...rated, ...plan.charges.map(({ metric }) => metric)])
}
