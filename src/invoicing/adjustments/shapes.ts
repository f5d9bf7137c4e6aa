import type { Instant, Period } from '#src/kernel/time.ts'

/** Line kinds that usage decides. Base fees, add-ons, coupons and credits are no part of what is rated anew. */
export const USAGE_KINDS: readonly string[] = [
  'usage',
  'overage',
  'included',
  'minimum',
  'maximum_discount',
  'commitment',
]

/** One metric of a billed period: what it comes to now, and what has been billed of it. */
export interface AdjustedMetric {
  /** '' is what belongs to no metric: the plan's minimum, maximum and commitment. */
  readonly metric: string
  readonly ratedMinor: bigint
  /** The usage lines of the period's invoice and the adjustments that followed. */
  readonly billedMinor: bigint
  /** Of the next adjustment of this metric. */
  readonly ordinal: number
}

/** A billed period whose usage was rated anew, for the next invoice of its subscription. */
export interface DueAdjustment {
  readonly subscriptionId: string
  /** "2026-02" */
  readonly periodName: string
  readonly period: Period
  readonly originalId: string
  readonly originalNumber: string
  readonly metrics: readonly AdjustedMetric[]
  /** The hints that led here, settled with it. */
  readonly notes: readonly LateNote[]
}

/** Key of a hint. */
export interface LateNote {
  readonly periodStart: Instant
  readonly metric: string
  readonly seq: bigint
}

/** What an invoice settles of a due adjustment. */
export interface SettledAdjustment {
  readonly due: DueAdjustment
  readonly parts: readonly SettledPart[]
  /** Nothing is left for a later invoice. */
  readonly whole: boolean
}

interface SettledPart extends AdjustedMetric {
  readonly amountMinor: bigint
  /** Its line on the invoice. */
  readonly position: number
}
