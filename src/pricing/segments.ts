import { invalidField } from '#src/kernel/errors.ts'
import { earlier, isBefore, later, type Instant, type Period } from '#src/kernel/time.ts'
import { planOf } from './document.ts'
import type { Plan, PricingDocument } from './shapes.ts'
import { windowMonthsOf } from './windows.ts'

/** From `at` on the subscription is on this plan; without `document` it stays on the one in force. */
export interface PlanChange {
  readonly at: Instant
  readonly planId: string
  readonly document?: PricingDocument
}

/** What a subscription was on during one billing period. Instants outside the period are cut to it. */
export interface SubscriptionTerms {
  readonly document: PricingDocument
  readonly planId: string
  readonly period: Period
  /** The customer's IANA zone, whose calendar days proration counts. */
  readonly timeZone: string
  readonly startedAt?: Instant
  /** Until then no base fee, add-on, minimum or commitment is due, nor usage where the plan says so. */
  readonly trialEndsAt?: Instant
  readonly canceledAt?: Instant
  readonly changes: readonly PlanChange[]
}

/** An unbroken stretch of the period on one plan. Usage at `period.end` belongs to the next one. */
export interface PlanSegment {
  readonly document: PricingDocument
  readonly plan: Plan
  readonly planId: string
  readonly period: Period
  /** The same as far as days are counted: with `planChangeDay: old_plan` a change's day still counts before it. */
  readonly counted: Period
  /** Usage in it costs nothing. */
  readonly freeTrial: boolean
}

interface Step {
  readonly at: Instant
  readonly document: PricingDocument
  readonly plan: Plan
}

/**
 * The stretches of one plan each, in time order, with exact boundaries: usage is measured per segment.
 * Empty when the subscription was not active in the period. A change to what already holds is no boundary; the end of
 * a trial is one where the plan's usage is free until then.
 * @throws invalid_input for an unknown plan, two changes at one instant, plans in different currencies, or a document
 *   with metering windows of another length: amounts per window would be taken for another span of time.
 */
export function planSegments(terms: SubscriptionTerms): PlanSegment[] {
  const { period, startedAt, canceledAt } = terms
  const start = startedAt ? later(period.start, startedAt) : period.start
  const end = canceledAt ? earlier(period.end, canceledAt) : period.end
  const steps = stepsOf(terms)
  if (!isBefore(start, end)) return []
  const segments: PlanSegment[] = []
  for (const [index, step] of steps.entries()) {
    const next = steps[index + 1]
    const from = index === 0 ? start : later(start, step.at)
    const to = next ? earlier(end, next.at) : end
    if (!isBefore(from, to)) continue
    const { document, plan } = step
    const segment = {
      document,
      plan,
      planId: plan.id,
      period: { start: from, end: to },
      counted: {
        start: isBefore(start, from) ? countedChange(from, document, terms) : from,
        end: next && isBefore(to, end) ? countedChange(to, next.document, terms) : to,
      },
      freeTrial: false,
    }
    segments.push(...splitAtTrial(segment, terms.trialEndsAt))
  }
  return segments
}

/** Free usage until the trial's end, priced usage from there: each is measured by itself. */
function splitAtTrial(segment: PlanSegment, trialEndsAt: Instant | undefined): PlanSegment[] {
  const { plan, period, counted } = segment
  if (plan.trialUsage !== 'free' || !trialEndsAt || !isBefore(period.start, trialEndsAt))
    return [segment]
  if (!isBefore(trialEndsAt, period.end)) return [{ ...segment, freeTrial: true }]
  const [start, end] = [later(counted.start, trialEndsAt), later(counted.end, trialEndsAt)]
  return [
    {
      ...segment,
      period: { start: period.start, end: trialEndsAt },
      counted: { start: counted.start, end: start },
      freeTrial: true,
    },
    { ...segment, period: { start: trialEndsAt, end: period.end }, counted: { start, end } },
  ]
}

/** Where days change hands: at the change, or, where its day stays with the old plan, at that day's end. */
function countedChange(
  at: Instant,
  { planChangeDay, proration }: PricingDocument,
  { timeZone, period, canceledAt }: SubscriptionTerms,
): Instant {
  if (planChangeDay === 'new_plan' || proration === 'second' || proration === 'none') return at
  const day = at.toZonedDateTimeISO(timeZone).startOfDay()
  if (day.toInstant().equals(at)) return at
  const end = canceledAt ? earlier(period.end, canceledAt) : period.end
  return earlier(end, day.add({ days: 1 }).startOfDay().toInstant())
}

function stepsOf(terms: SubscriptionTerms): Step[] {
  const first = {
    at: terms.period.start,
    document: terms.document,
    plan: planOf(terms.document, terms.planId),
  }
  const changes = terms.changes.map((change, index) => ({ ...change, path: `changes[${index}]` }))
  changes.sort((a, b) => (isBefore(a.at, b.at) ? -1 : isBefore(b.at, a.at) ? 1 : 0))
  const steps: Step[] = [first]
  let current: Step = first
  for (const [index, { at, planId, document = current.document, path }] of changes.entries()) {
    if (index > 0 && changes[index - 1]?.at.equals(at))
      throw invalidField(`${path}.at`, 'another change is at the same instant')
    const plan = planOf(document, planId, `${path}.plan`)
    if (plan.currency !== first.plan.currency)
      throw invalidField(
        `${path}.plan`,
        `"${planId}" is in ${plan.currency}, the subscription in ${first.plan.currency}`,
      )
    if (windowMonthsOf(document) !== windowMonthsOf(first.document))
      throw invalidField(
        `${path}.plan`,
        `"${planId}" is metered by windows of ${windowMonthsOf(document)} months, the subscription by ${windowMonthsOf(first.document)}: end it and begin another`,
      )
    if (plan === current.plan && document === current.document) continue
    current = { at, document, plan }
    steps.push(current)
  }
  return steps
}
