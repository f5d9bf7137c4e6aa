import type { Decimal } from '#src/kernel/decimal.ts'
import type { Instant } from '#src/kernel/time.ts'

/** One usage event as far as rating looks at it; property values as text. */
export interface UsageEvent {
  readonly at: Instant
  readonly quantity: Decimal
  readonly properties: Readonly<Record<string, string>>
}

/** What one model prices at a time: a group, or a bucket of it. `events` in time order, empty if only a total is known. */
export interface UsageSlice {
  readonly quantity: Decimal
  readonly events: readonly UsageEvent[]
}
