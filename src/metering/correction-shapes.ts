import { z } from 'zod'

export const MAX_CORRECTIONS_PER_CALL = 100

const common = {
  eventId: z.string().min(1).max(255),
  /** Goes into the audit trail and into `explain`. */
  reason: z.string().trim().min(1).max(500),
}

/** One entry of a correction: an event is cancelled, or amended by naming what it should have said (M8). */
export const Correction = z.discriminatedUnion('action', [
  z.strictObject({ ...common, action: z.literal('cancel') }),
  z.strictObject({
    ...common,
    action: z.literal('amend'),
    /** Fields of an event under the names that ingest takes: event_type, customer_id, timestamp, quantity, … */
    changes: z
      .record(z.string(), z.unknown())
      .refine((changes) => Object.keys(changes).length > 0, 'names no field'),
  }),
])
export type Correction = z.infer<typeof Correction>

/** What became of one entry, in the order they were sent. */
export interface CorrectionResult {
  /** `unchanged`: the same correction was made before. */
  readonly status: 'corrected' | 'unchanged' | 'rejected'
  readonly eventId?: string
  /** The event that counts now, of an amendment. */
  readonly replacedBy?: string
  readonly code?:
    | 'malformed'
    | 'not_found'
    | 'archived'
    | 'unknown_customer'
    | 'future'
    | 'too_old'
    | 'conflict'
  readonly reason?: string
}

export interface CorrectedUsage {
  readonly results: readonly CorrectionResult[]
  readonly corrected: number
  readonly unchanged: number
  readonly rejected: number
}
