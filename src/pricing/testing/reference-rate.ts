import {
  compared,
  fraction,
  least,
  minus,
  most,
  NIL,
  plus,
  printed,
  times,
  total,
} from './fraction.ts'
import type { Fraction } from './fraction.ts'
import { groupsOf, measured, ordered, peaks, type Used } from './reference-measure.ts'
import { linesOf, priced } from './reference-price.ts'
import type { ChargeJson, DocumentJson, PlanJson, UsageJson } from './reference-shapes.ts'
import { addOns } from './reference-addons.ts'
import { counting, rounded, shareOfPrice, sharedOut } from './reference-share.ts'
import { periodOf, stretchesOf, trialEndOf, type Stretch } from './reference-stretches.ts'

// The second rater, written from REQUIREMENTS P1–P5 and docs/pricing.md: slow, obvious, on its own fractions and its
// own calendar, from the JSON as it was written. It shares no code with the room.

export interface ByHand {
  readonly subtotalMinor: string
  /** Without metrics that cost nothing. */
  readonly amounts: Readonly<Record<string, string>>
  readonly unrated: readonly string[]
}

const DIGITS: Readonly<Record<string, number>> = { JPY: 0, USD: 2, KWD: 3, CLF: 4 }

export function rateByHand(document: DocumentJson, usage: UsageJson): ByHand {
  const digits = DIGITS[document.tiers[0]?.currency ?? ''] ?? 2
  const stretches = stretchesOf(document, usage)
  const owed = owedBy(document, usage, stretches, digits)
  const amounts = new Map<string, Fraction>()
  let subtotal = addOns(document, usage, stretches, digits)
  for (const [index, stretch] of stretches.entries()) {
    const used = usageCost(document, usage, stretches, { index, owed, digits })
    for (const [metric, amount] of used.amounts)
      amounts.set(metric, plus(amounts.get(metric) ?? NIL, amount))
    subtotal += planCost(document, stretch.plan, used, { index, owed, digits })
  }
  return {
    subtotalMinor: String(subtotal),
    amounts: Object.fromEntries(
      [...amounts].flatMap(([metric, amount]) =>
        amount.over === 0n ? [] : [[metric, printed(amount)]],
      ),
    ),
    unrated: stretches.flatMap((stretch) => unpriced(stretch, usage)).sort(),
  }
}

/** What each stretch owes of amounts per period. */
interface Owed {
  /** Rounded, so that the stretches come to what the whole would. */
  readonly minor: (index: number, priceIn: (plan: PlanJson) => string | undefined) => bigint
  readonly exact: (index: number, price: string) => Fraction
}

function owedBy(
  document: DocumentJson,
  usage: UsageJson,
  stretches: readonly Stretch[],
  digits: number,
): Owed {
  const { whole, of } = counting(document, periodOf(usage), usage.customer.timeZone)
  const trialEnd = trialEndOf(document, usage)
  const parts = stretches.map(({ counted: [from, to] }, index) => {
    const paidFrom = Math.max(from, trialEnd)
    const isLast = index === stretches.length - 1
    const owes = paidFrom < to && (isLast || document.proration !== 'none')
    return owes ? of([paidFrom, to]) : 0
  })
  return {
    exact: (index, price) => shareOfPrice(price, parts[index] ?? 0, whole),
    minor: (index, priceIn) => {
      const holdings = stretches.map(({ plan }, at) => {
        const price = priceIn(plan)
        const part = price === undefined ? 0 : (parts[at] ?? 0)
        return { key: 'owed', price: price ?? 'nothing', quantity: fraction(1), part }
      })
      return sharedOut(holdings, whole, document, digits)[index] ?? 0n
    },
  }
}

interface Asked {
  readonly index: number
  readonly owed: Owed
  readonly digits: number
}

interface UsageCost {
  readonly minor: bigint
  readonly amounts: readonly (readonly [metric: string, amount: Fraction])[]
}

/** The charges of a stretch, each held between its own minimum and maximum. */
function usageCost(
  document: DocumentJson,
  usage: UsageJson,
  stretches: readonly Stretch[],
  { index, owed, digits }: Asked,
): UsageCost {
  const stretch = stretches[index]
  if (!stretch) throw new Error('no such stretch')
  let minor = 0n
  const amounts = chargesOf(stretch.plan).map(({ charge, place }) => {
    const { metric, minimum, maximum } = charge
    const same = (plan: PlanJson) =>
      chargesOf(plan).find((one) => one.charge.metric === metric && one.place === place)?.charge
    const used = usedIn(charge, stretch, usage, stretches)
    const lines = stretch.isFree ? [] : chargeLines(charge, used, stretch, usage)
    let cost = lines.reduce((sum, line) => sum + rounded(document, line, digits), 0n)
    let amount = total(lines)
    if (minimum !== undefined) {
      cost = larger(
        cost,
        owed.minor(index, (plan) => same(plan)?.minimum),
      )
      amount = most(amount, owed.exact(index, minimum))
    }
    if (maximum !== undefined) {
      cost = smaller(cost, rounded(document, fraction(maximum), digits))
      amount = least(amount, fraction(maximum))
    }
    minor += cost
    return [metric, amount] as const
  })
  return { minor, amounts }
}

/** With commitment, base fee and the plan's own minimum and maximum, in this order. */
function planCost(
  document: DocumentJson,
  { commitment, minimum, maximum }: PlanJson,
  used: UsageCost,
  { index, owed, digits }: Asked,
): bigint {
  let { minor } = used
  if (commitment) {
    const floor = owed.minor(index, (plan) => plan.commitment?.amount)
    const exact = total(used.amounts.map(([, amount]) => amount))
    const beyond = minus(exact, owed.exact(index, commitment.amount))
    const factor = minus(fraction(commitment.overageFactor ?? 1), fraction(1))
    if (minor < floor) minor = floor
    else if (compared(beyond, NIL) > 0) minor += rounded(document, times(beyond, factor), digits)
  }
  minor += owed.minor(index, (plan) => plan.basePrice)
  if (minimum !== undefined)
    minor = larger(
      minor,
      owed.minor(index, (plan) => plan.minimum),
    )
  if (maximum !== undefined) minor = smaller(minor, rounded(document, fraction(maximum), digits))
  return minor
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

/** "plan metric" of usage that the plan has no price for. */
function unpriced(stretch: Stretch, usage: UsageJson): string[] {
  const known = new Set(chargesOf(stretch.plan).map(({ charge }) => charge.metric))
  const used = usage.events.filter(({ timestamp }) => isIn(stretch, timestamp))
  const metrics = new Set(used.map(({ metric }) => metric))
  return [...metrics]
    .filter((metric) => !known.has(metric))
    .map((metric) => `${stretch.plan.id} ${metric}`)
}

function isIn({ span }: Stretch, timestamp: string): boolean {
  const at = Date.parse(timestamp)
  return at >= span[0] && at < span[1]
}

/** Included usage with its rate is a price per unit after free units; beside a charge it comes off the charge. */
function chargesOf(plan: PlanJson): { charge: ChargeJson; place: number }[] {
  const included = (metric: string) => plan.includedUsage[metric] ?? '0'
  const names = new Set([...Object.keys(plan.includedUsage), ...Object.keys(plan.overageRates)])
  const bare = [...names].filter((name) => !plan.charges.some(({ metric }) => metric === name))
  const charges = [
    ...bare.map((metric) => ({
      metric,
      model: 'per_unit',
      unitPrice: plan.overageRates[metric] ?? '0',
      freeUnits: included(metric),
    })),
    ...plan.charges.map((charge) => ({
      ...charge,
      freeUnits: printed(plus(fraction(charge.freeUnits ?? 0), fraction(included(charge.metric)))),
    })),
  ]
  return charges.map((charge, index) => ({
    charge,
    place: charges.slice(0, index).filter(({ metric }) => metric === charge.metric).length,
  }))
}

/** A charge's usage in a stretch: its total, or its events with what came before them. */
function usedIn(
  { metric, aggregation }: ChargeJson,
  stretch: Stretch,
  usage: UsageJson,
  stretches: readonly Stretch[],
): Fraction | Used[] {
  const own = usage.events.filter((event) => event.metric === metric)
  const quantity = usage.usage[metric]
  if (own.length === 0 && quantity !== undefined && stretch === stretches[0])
    return fraction(quantity)
  const opens = aggregation === 'weighted_sum'
  return ordered(
    own.filter(
      ({ timestamp }) =>
        isIn(stretch, timestamp) || (opens && Date.parse(timestamp) < stretch.span[0]),
    ),
  )
}

function chargeLines(
  charge: ChargeJson,
  used: Fraction | Used[],
  { span }: Stretch,
  usage: UsageJson,
): Fraction[] {
  const { timeZone } = usage.customer
  if (!Array.isArray(used)) return linesOf(priced(charge, used, undefined))
  return groupsOf(charge, used).flatMap((group) => {
    if (charge.bucket === undefined || group.length === 0) {
      const quantity = measured(charge, group, { span, period: periodOf(usage), timeZone })
      return linesOf(priced(charge, quantity, group))
    }
    const days = peaks(charge.bucket, group, timeZone)
    return linesOf(days.flatMap((peak) => priced(charge, peak.quantity, [peak])))
  })
}
