/** A usage event under our own names, whatever form it arrived in (event-forms.ts). */
export interface UsageEvent {
  readonly idempotencyKey: string
  /** Given by the sender, or null: we make one. */
  readonly eventId: string | null
  readonly metric: string
  readonly customerId: string
  /** Epoch milliseconds; null means the moment of arrival. */
  readonly timestampMs: number | null
  /** Exact decimal text. */
  readonly quantity: string
  readonly namespaceId: string | null
  /** Canonical JSON of an object. */
  readonly properties: string | null
}

/** Why an event was not taken; every code but `idempotency_conflict` leaves a dead letter. */
export type RejectionCode =
  | 'malformed'
  | 'unknown_customer'
  | 'future'
  | 'too_old'
  | 'idempotency_conflict'

/** The answer to one event, in the order they were sent. */
export interface EventResult {
  readonly status: 'accepted' | 'duplicate' | 'rejected'
  readonly eventId?: string
  readonly idempotencyKey?: string
  readonly code?: RejectionCode
  readonly reason?: string
}

/** The answer to one delivery. `accounts` names the billing status of those that are not active (M14). */
export interface RecordedUsage {
  readonly results: readonly EventResult[]
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
  readonly accounts?: Readonly<Record<string, string>>
}

/** `unique` counts the distinct values of `property`; `latest` is the quantity of the youngest event, the largest of equals. */
export const TOTALS = ['count', 'sum', 'max', 'min', 'unique', 'latest'] as const
