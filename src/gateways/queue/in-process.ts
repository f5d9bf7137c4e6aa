import { claimDueJobs } from '#db/outbox.ts'
import { executeJob, LEASE_SECONDS, type RunnerDeps } from './execute.ts'

/** A runner takes due outbox rows and does them. */
export interface Runner {
  readonly name: 'in-process' | 'bullmq'
  /** Hands over what is due now and, in process, does it; returns how many rows that were. */
  tick(): Promise<number>
  stop(): Promise<void>
}

/** Does due jobs in this process, up to `concurrency` at once. */
export function inProcessRunner(deps: RunnerDeps, concurrency = 10): Runner {
  return {
    name: 'in-process',
    tick: async () => {
      const claimed = await claimDueJobs(deps.system.db, {
        realNow: deps.system.clock.now(),
        limit: concurrency,
        leaseSeconds: LEASE_SECONDS,
      })
      await Promise.all(claimed.map((job) => executeJob(deps, job)))
      return claimed.length
    },
    stop: async () => {},
  }
}
