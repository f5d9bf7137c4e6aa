import { scopeAt, type System } from '#db/context.ts'
import { extendLease, failJob, finishJob, type ClaimedJob } from '#db/outbox.ts'
import { Temporal } from '#src/kernel/time.ts'
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

/** A job that came by way of Redis may have waited there for longer than its lease: then another hand-over does it. */
export async function executeHandedOver(deps: RunnerDeps, claimed: ClaimedJob): Promise<void> {
  const until = deps.system.clock.now().add({ seconds: LEASE_SECONDS })
  if (await extendLease(deps.system.db, claimed, until)) await executeJob(deps, claimed)
}

/** Does one claimed job: done, back with backoff, or failed for people to see. Never throws for the job's own error. */
export async function executeJob(deps: RunnerDeps, claimed: ClaimedJob): Promise<void> {
  const { db, clock } = deps.system
  const heartbeat = setInterval(
    () => {
      // A missed heartbeat only hands the row out again, and every job may run twice.
      extendLease(db, claimed, clock.now().add({ seconds: LEASE_SECONDS })).catch(() => {})
    },
    (LEASE_SECONDS * 1000) / 3,
  )
  try {
    const job = deps.jobs.find((candidate) => candidate.name === claimed.job)
    if (!job) throw new PoisonJobError(`no job is called ${claimed.job}`)
    const now = claimed.orgClock === null ? clock.now() : Temporal.Instant.from(claimed.orgClock)
    await job.run(scopeAt(deps.system, claimed.orgId, ACTOR, now), claimed.payload)
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
