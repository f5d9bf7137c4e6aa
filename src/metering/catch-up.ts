import type { System } from '#db/context.ts'
import { rollUp } from './roll-up.ts'

/** Calls in a row: behind a full-speed ingest the work loop gets back to its other duties. */
const CALLS = 25

/**
 * Rolls up until nothing committed is left, so that totals lag by one round of the work loop however much came in.
 * Returns how many events went into the buckets.
 */
export async function catchUp(
  system: System,
  limits: Parameters<typeof rollUp>[1] = {},
): Promise<number> {
  let total = 0
  for (let call = 0; call < CALLS; call += 1) {
    const { moved, caughtUp } = await rollUp(system, limits)
    total += moved
    if (caughtUp) break
  }
  return total
}
