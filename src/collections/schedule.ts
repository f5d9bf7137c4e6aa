import { z } from 'zod'
import { earlier, isBefore, Temporal, type Instant } from '#src/kernel/time.ts'
import { parseInput } from '#src/kernel/parse.ts'
import type { DeclineClass } from './decline-classes.ts'

const Day = z.int().min(1).max(90)

/** When a class is charged again: on local days since the first failure, or hours after it (or after a step). */
const RetryTimes = z.strictObject({
  days: z.array(Day).max(15).default([]),
  hours: z.array(z.int().min(1).max(72)).max(8).default([]),
})

const StepKind = z.enum(['remind', 'urge', 'review', 'propose_close'])
const Step = z.strictObject({ day: Day, does: StepKind })
export type Step = z.infer<typeof Step>

// DUNNING_POLICY §3. Day 0 is the failure itself; day 22 belongs to a human and is no step of the code.
const DEFAULT_STEPS: Step[] = [
  { day: 3, does: 'remind' },
  { day: 7, does: 'urge' },
  { day: 14, does: 'review' },
  { day: 28, does: 'propose_close' },
]

const ORDER = StepKind.options

/** What an organisation may set; `{}` is DUNNING_POLICY §3. */
export const DunningPolicy = z.strictObject({
  steps: z
    .array(Step)
    .min(1)
    .max(12)
    .default(DEFAULT_STEPS)
    .superRefine((steps, context) => {
      steps.forEach((step, index) => {
        const before = steps[index - 1]
        if (!before) return
        if (step.day <= before.day)
          context.addIssue({ code: 'custom', path: [index, 'day'], message: 'must be a later day' })
        const [is, was] = [ORDER.indexOf(step.does), ORDER.indexOf(before.does)]
        if (is < was || (is === was && is >= ORDER.indexOf('review')))
          context.addIssue({
            code: 'custom',
            path: [index, 'does'],
            message: `${step.does} cannot follow ${before.does}`,
          })
      })
    }),
  retries: z
    .strictObject({
      soft: RetryTimes.default({ days: [3], hours: [] }),
      indeterminate: RetryTimes.default({ days: [3, 7], hours: [] }),
      transient: RetryTimes.default({ days: [], hours: [4, 12] }),
      delayed: RetryTimes.default({ days: [], hours: [24] }),
    })
    .prefault({}),
  /** A final notice by a human is possible from this day on. */
  finalNoticeFromDay: Day.default(22),
  /** A human may put the suspension off up to this day. */
  deferSuspensionUntilDay: Day.default(21),
})
export type DunningPolicy = z.infer<typeof DunningPolicy>

/** The organisation's schedule from its settings. @throws invalid_input naming the field that is wrong. */
export function dunningPolicyOf(settings: {
  readonly dunning: Record<string, unknown>
}): DunningPolicy {
  return parseInput(DunningPolicy, settings.dunning)
}

/** Start of the local day that lies `days` after the local day of `from`. */
export function dayStart(from: Instant, days: number, timeZone: string): Instant {
  const date = from.toZonedDateTimeISO(timeZone).toPlainDate().add({ days })
  return date.toZonedDateTime(timeZone).toInstant()
}

/** The name of a step in keys and audit rows: "day3"; "day0" before the first one. `taken` counts steps taken. */
export function stepName(policy: DunningPolicy, taken: number): string {
  const step = policy.steps[taken - 1]
  return step ? `day${step.day}` : 'day0'
}

/** Where a retry's hours are counted from: the latest step taken, or the first failure. */
function anchorOf(policy: DunningPolicy, at: RetryQuestion): Instant {
  const step = policy.steps[at.stepsTaken - 1]
  return step ? dayStart(at.firstFailureAt, step.day, at.timeZone) : at.firstFailureAt
}

export interface RetryQuestion {
  readonly declineClass: DeclineClass
  readonly firstFailureAt: Instant
  readonly stepsTaken: number
  /** The failure, or the retry just made: the next one lies after it. */
  readonly after: Instant
  readonly timeZone: string
}

// A card over its velocity limit is left alone for a whole day after the failure, whatever else is planned.
const DELAYED_WAIT_HOURS = 24

/** When the class is next charged by itself, or null: stopped, exhausted, or never (DUNNING_POLICY §1, §3). */
export function planRetry(policy: DunningPolicy, at: RetryQuestion): Instant | null {
  const times = retryTimes(policy, at.declineClass)
  if (!times) return null
  const anchor = anchorOf(policy, at)
  const candidates = [
    ...times.days.map((day) => dayStart(at.firstFailureAt, day, at.timeZone)),
    ...times.hours.map((hours) => anchor.add({ hours })),
  ].filter((candidate) => isBefore(at.after, candidate))
  if (candidates.length === 0) return null
  const first = candidates.reduce(earlier)
  if (at.declineClass !== 'delayed') return first
  const earliest = at.after.add({ hours: DELAYED_WAIT_HOURS })
  return Temporal.Instant.compare(first, earliest) < 0 ? earliest : first
}

function retryTimes(policy: DunningPolicy, declineClass: DeclineClass) {
  switch (declineClass) {
    case 'soft':
    case 'indeterminate':
    case 'transient':
    case 'delayed':
      return policy.retries[declineClass]
    case 'customer_action':
    case 'customer_action_hard':
    case 'sca':
    case 'fraud':
    case 'mandate_withdrawn':
    case 'other_method':
    case 'no_dunning':
      return null
  }
}
