const FUTURE_TOLERANCE_MS = 5 * 60_000
const DAY_MS = 86_400_000

/** M3, M7: dedup is exact for longer than this, and older events are parked. */
export const DEFAULT_WINDOW_DAYS = 35

/**
 * How far a backfill may reach back, and how long keys are kept: no event lies in the future of its arrival, so one whose
 * key has been forgotten is too old to be taken again.
 */
export const BACKFILL_WINDOW_DAYS = 400

/** Whether an event's time lets it in: at most 5 minutes ahead of the organisation's clock, at most the window behind. */
export function arrivalVerdict(
  timestampMs: number,
  nowMs: number,
  windowDays: number,
): { readonly code: 'future' | 'too_old'; readonly reason: string } | null {
  if (timestampMs > nowMs + FUTURE_TOLERANCE_MS)
    return { code: 'future', reason: 'timestamp: more than 5 minutes in the future' }
  if (timestampMs < nowMs - windowDays * DAY_MS)
    return { code: 'too_old', reason: `timestamp: older than ${windowDays} days` }
  return null
}
