import { z } from 'zod'
import { ROUTES } from '#graph/state.ts'
import { caseShape, type ObjectOf } from '../case.ts'

const object: ObjectOf = z.strictObject

/** A mail to an account with two invoices, or an alarm of its usage; and what must be true of what is sent. */
export const GroundedCase = caseShape(object, {
  inputs: z.strictObject({
    subject: z.string().default(''),
    text: z.string().exactOptional(),
    /** The account's own language. */
    locale: z.string().default('en-GB'),
    /** A failed payment is being collected. */
    inDunning: z.boolean().default(false),
    isAnomaly: z.boolean().default(false),
    sender: z.enum(['verified', 'unverified', 'automatic']).default('verified'),
  }),
  outputs: z.strictObject({
    route: z.enum(ROUTES),
    /** Whether a mail goes out without a person. */
    sends: z.boolean(),
    /** Facts whose values the mail must state. */
    required_facts: z.array(z.string()).default([]),
    /** Kinds of proposals that must not be carried out. */
    must_not: z.array(z.string()).default([]),
    must_escalate_reason: z.string().exactOptional(),
  }),
})
export type GroundedCase = z.infer<typeof GroundedCase>
