import { z } from 'zod'
import { caseShape, type ObjectOf } from '../case.ts'

const object: ObjectOf = z.strictObject

/** What collections or an agent can do about a failed payment. */
const ACTIONS = ['charge', 'mail', 'review', 'suspend', 'propose_close', 'tell_person'] as const
export type DunningAction = (typeof ACTIONS)[number]

const Day = z.int().min(0).max(90)

/** A failed payment that goes on failing; what is judged happens from day `from` to day `to`, both included. */
export const ScheduleInputs = z.strictObject({
  decline: z.string(),
  network: z.string().exactOptional(),
  from: Day,
  to: Day,
  /** What happens to the case on a day, before anything is decided that day. */
  events: z
    .array(
      z.strictObject({
        day: Day,
        is: z.enum(['dispute', 'manual_hold', 'recovered', 'payment_in_flight', 'paused']),
        /** The day a pause ends. */
        until: Day.exactOptional(),
      }),
    )
    .default([]),
})

/** A proposal judged on a day of a case that had gone by schedule until then. */
export const ProposalInputs = z.strictObject({
  decline: z.string(),
  network: z.string().exactOptional(),
  day: Day,
  trigger: z.enum(['stripe_event', 'customer_query']).default('stripe_event'),
  sender: z.enum(['verified', 'unverified', 'automatic']).default('verified'),
  events: ScheduleInputs.shape.events,
  earlierPauses: z.int().min(0).default(0),
  proposal: z.strictObject({
    kind: z.enum([
      'schedule_retry',
      'pause_dunning',
      'promise_to_pay',
      'send_dunning_message',
      'stop_dunning',
      'payment_plan',
      'propose_credit',
      'attach_invoice',
    ]),
    /** Hours or days from now that the proposal reaches. */
    hours: z.int().exactOptional(),
    days: z.int().exactOptional(),
    step: z.string().exactOptional(),
    /** Names an invoice or case of somebody else. */
    foreign: z.boolean().exactOptional(),
  }),
})

/** A labelled dunning decision: of the schedule, or of the judge over a proposal. */
export const DunningCase = caseShape(object, {
  inputs: z.union([ScheduleInputs, ProposalInputs]),
  outputs: object({
    /** What must happen. */
    must: z.array(z.enum(ACTIONS)).default([]),
    /** What must not. */
    must_not: z.array(z.enum(ACTIONS)).default([]),
    /** The judge's verdict about the proposal. */
    verdict: z.enum(['execute', 'ask', 'refuse']).exactOptional(),
  }),
})
export type DunningCase = z.infer<typeof DunningCase>
