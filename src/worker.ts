import type { System } from '#db/context.ts'
import type { Runner } from './gateways/queue/in-process.ts'
import { isBefore } from './kernel/time.ts'
import { stepClocks } from './tenancy/test-clock.ts'

const IDLE_MS = 100
const HOUSEKEEPING_MINUTES = 60
const BOOKKEEPING_SECONDS = 30
const ROLL_UP_EVERY_MS = 250

const STREAM_REST_MS = 1_000

/** Runs rounds until stopped, beside the work loop; a round that fails is told, and the next one waits a little. */
export function startRounds(
  runRound: () => Promise<unknown>,
  onError: (error: unknown) => void,
): WorkLoop {
  const stopped = Promise.withResolvers<void>()
  const asked = { toStop: false }
  const loop = (async () => {
    while (!asked.toStop) {
      const failed = await runRound().then(
        () => false,
        (error: unknown) => {
          onError(error)
          return true
        },
      )
      if (failed && !asked.toStop)
        await Promise.race([
          stopped.promise,
          new Promise<void>((resolve) => void setTimeout(resolve, STREAM_REST_MS).unref()),
        ])
    }
  })()
  return {
    stop: async () => {
      asked.toStop = true
      stopped.resolve()
      await loop
    },
  }
}

/** The loop every worker process runs: hand over due jobs, roll usage up, move test clocks. */
export interface WorkLoop {
  /** Ends after the round under way. */
  stop(): Promise<void>
}

export interface WorkParts {
  readonly system: System
  readonly runner: Runner
  /** Adds new events to the hourly buckets; returns how many it moved. */
  readonly rollUp: () => Promise<number>
  /** Once an hour: deletes what nobody needs any more. */
  readonly housekeeping: () => Promise<unknown>
  /** Every half minute: sums the ledger by day and seals the audit trail. */
  readonly bookkeeping: () => Promise<unknown>
  readonly onError: (error: unknown) => void
}

/** One round; true when there was something to do. */
async function round(parts: WorkParts, rolled: { atMs: number }): Promise<boolean> {
  const jobs = await parts.runner.tick()
  // Behind a stream of jobs the roll-up need not be asked after each handful: totals may lag by 2 s.
  const isDue = jobs === 0 || performance.now() - rolled.atMs >= ROLL_UP_EVERY_MS
  const events = isDue ? await parts.rollUp() : 0
  if (isDue) rolled.atMs = performance.now()
  // Time may only move once everything due by now is done, so the clocks come last.
  const clocks = jobs === 0 && events === 0 ? await stepClocks(parts.system) : 0
  return jobs + events + clocks > 0
}

/** Works until stopped; an error of the loop itself (database away) is told and tried again. */
export function startWork(parts: WorkParts): WorkLoop {
  const asked = { toStop: false }
  const rolled = { atMs: 0 }
  let nextHousekeeping = parts.system.clock.now()
  let nextBookkeeping = nextHousekeeping
  let wake = () => {}
  const idle = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, IDLE_MS)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const loop = (async () => {
    while (!asked.toStop) {
      const busy = await round(parts, rolled).catch((error: unknown) => {
        parts.onError(error)
        return false
      })
      const now = parts.system.clock.now()
      // Not only when there is nothing to do: a busy day's trail must not wait for the night.
      if (isBefore(nextBookkeeping, now)) {
        nextBookkeeping = now.add({ seconds: BOOKKEEPING_SECONDS })
        await parts.bookkeeping().catch(parts.onError)
      }
      if (busy || asked.toStop) continue
      if (isBefore(nextHousekeeping, now)) {
        nextHousekeeping = now.add({ minutes: HOUSEKEEPING_MINUTES })
        await parts.housekeeping().catch(parts.onError)
      }
      await idle()
    }
  })()
  return {
    stop: async () => {
      asked.toStop = true
      wake()
      await loop
      await parts.runner.stop()
    },
  }
}
