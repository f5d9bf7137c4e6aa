import { daysLater, type Span } from './calendar.ts'
import type { DocumentJson, PlanJson, UsageJson } from './reference-shapes.ts'
import { countedFrom } from './reference-share.ts'

/** A time on one plan; days are counted by `counted`. */
export interface Stretch {
  readonly plan: PlanJson
  readonly span: Span
  readonly counted: Span
  /** Inside a trial whose usage is free. */
  readonly isFree: boolean
}

function planNamed(document: DocumentJson, id: string): PlanJson {
  const plan = document.tiers.find((one) => one.id === id)
  if (!plan) throw new Error(`no plan ${id}`)
  return plan
}

export function periodOf({ period }: UsageJson): Span {
  return [Date.parse(period.start), Date.parse(period.end)]
}

/** When the trial of the plan that the subscription begins on ends, or never began. */
export function trialEndOf(document: DocumentJson, usage: UsageJson): number {
  const days = Number(planNamed(document, usage.plan).trialDays ?? 0)
  if (days === 0 || usage.startedAt === undefined) return -Infinity
  return daysLater(Date.parse(usage.startedAt), days, usage.customer.timeZone)
}

/** The active part of the period, cut where the plan changes and where free usage ends. */
export function stretchesOf(document: DocumentJson, usage: UsageJson): Stretch[] {
  const [start, end] = periodOf(usage)
  const active: Span = [
    Math.max(start, usage.startedAt === undefined ? start : Date.parse(usage.startedAt)),
    Math.min(end, usage.canceledAt === undefined ? end : Date.parse(usage.canceledAt)),
  ]
  if (active[0] >= active[1]) return []
  const changes = usage.changes.map(({ at, plan }) => ({ at: Date.parse(at), plan }))
  const planAt = (at: number) => {
    const past = changes.filter((change) => change.at <= at).sort((a, b) => a.at - b.at)
    return past.at(-1)?.plan ?? usage.plan
  }
  // Every change is a cut at first; cuts between the same plan are taken out again.
  const cuts = changes
    .map(({ at }) => at)
    .filter((at) => at > active[0] && at < active[1] && planAt(at) !== planAt(at - 1))
    .sort((a, b) => a - b)
  const bounds = [active[0], ...cuts, active[1]]
  const counted = bounds.map((at, index) =>
    index === 0 || index === bounds.length - 1
      ? at
      : countedFrom(document, at, active[1], usage.customer.timeZone),
  )
  const trialEnd = trialEndOf(document, usage)
  return bounds.slice(1).flatMap((to, index) => {
    const from = bounds[index] ?? to
    const plan = planNamed(document, planAt(from))
    const days: Span = [counted[index] ?? from, counted[index + 1] ?? to]
    const whole = { plan, span: [from, to] as const, counted: days }
    if (plan.trialUsage !== 'free' || trialEnd <= from) return [{ ...whole, isFree: false }]
    if (trialEnd >= to) return [{ ...whole, isFree: true }]
    const cut = days.map((at) => Math.max(at, trialEnd))
    const [paidFrom = from, paidTo = to] = cut
    return [
      {
        plan,
        span: [from, trialEnd] as const,
        counted: [days[0], paidFrom] as const,
        isFree: true,
      },
      { plan, span: [trialEnd, to] as const, counted: [paidFrom, paidTo] as const, isFree: false },
    ]
  })
}
