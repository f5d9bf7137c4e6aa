const BASE_SECONDS = 2
const LONGEST_SECONDS = 3_600

/**
 * Exponential backoff with full jitter: up to 2, 4, 8 … 3,600 seconds after the 1st, 2nd, 3rd … failure,
 * at least half of that. `random` is in [0, 1).
 */
export function backoffSeconds(attempts: number, random: number): number {
  const ceiling = Math.min(LONGEST_SECONDS, BASE_SECONDS * 2 ** Math.max(0, attempts - 1))
  return ceiling / 2 + (ceiling / 2) * random
}
