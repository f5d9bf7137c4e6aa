import { openScope, type System } from '#db/context.ts'
import { extendLease, failJob, finishJob, type ClaimedJob } from '#db/outbox.ts'
import { backoffSeconds } from './backoff.ts'
import { PoisonJobError, type Job } from './job.ts'

/** What a runner needs to do jobs. `random` in [0, 1) spreads retries. */
export interface RunnerDeps {
  readonly system: System
  readonly jobs: readonly Job[]
  readonly random: () => number
  /** Told of every failure: a poison job is an alert. */
  readonly onFailure: (job: ClaimedJob, error: unknown, final: boolean) => void
}

/** Seconds a claim lasts before the row is handed out again; long jobs extend it while they live. */
export const LEASE_SECONDS = 60

const ACTOR = { kind: 'system', id: 'worker' } as const

/** Does one claimed job: done, back with backoff, or failed for people to see. Never throws for the job's own error. */
export async function executeJob(deps: RunnerDeps, claimed: ClaimedJob): Promise<void> {
  const { db, clock } = deps.system
  const extend = () => extendLease(db, claimed, clock.now().add({ seconds: LEASE_SECONDS }))
  // It may have waited in Redis for longer than its lease: then another hand-over does it.
  if (!(await extend())) return
  const heartbeat = setInterval(
    () => {
      // A missed heartbeat only hands the row out again, and every job may run twice.
      extend().catch(() => {})
    },
    (LEASE_SECONDS * 1000) / 3,
  )
  try {
    const job = deps.jobs.find((candidate) => candidate.name === claimed.job)
    if (!job) throw new PoisonJobError(`no job is called ${claimed.job}`)
    await job.run(await openScope(deps.system, claimed.orgId, ACTOR), claimed.payload)
    await finishJob(db, claimed, clock.now())
  } catch (error) {
    const final = error instanceof PoisonJobError || claimed.attempts >= claimed.maxAttempts
    const wait = Math.ceil(backoffSeconds(claimed.attempts, deps.random()) * 1000)
    deps.onFailure(claimed, error, final)
    await failJob(db, claimed, {
      error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      retryAt: final ? null : clock.now().add({ milliseconds: wait }),
      realNow: clock.now(),
    })
  } finally {
    clearInterval(heartbeat)
  }
}
