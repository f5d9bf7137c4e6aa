import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { Queue } from 'bullmq'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { rowsOf, type Scope, type System } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { graphJobs } from '#graph/jobs.ts'
import type { RunDeps } from '#graph/nodes.ts'
import { bullmqRunner } from '#src/gateways/queue/bullmq.ts'
import type { RunnerDeps } from '#src/gateways/queue/execute.ts'
import { inProcessRunner, type Runner } from '#src/gateways/queue/in-process.ts'
import { defineJob } from '#src/gateways/queue/job.ts'

/** Seconds until every run that the mails named ask for is over, worked off by one process. */
export async function timeDrain(
  system: System,
  scope: Scope,
  run: {
    readonly deps: RunDeps
    readonly refs: readonly string[]
    readonly redisUrl?: string | undefined
  },
): Promise<number> {
  const { deps, refs, redisUrl } = run
  await scope.transact((ctx) =>
    enqueue(
      ctx,
      ...refs.map((ref) => ({
        job: 'RUN_SUPERVISOR',
        key: ref,
        payload: { type: 'customer_query', ref },
      })),
    ),
  )
  const jobs = [
    ...graphJobs(deps),
    // The mails that come of it are another part's to send.
    defineJob({ name: 'SEND_MAIL', payload: z.unknown(), run: () => Promise.resolve() }),
  ]
  const runnerDeps: RunnerDeps = { system, jobs, random: () => 0.5, onFailure: () => {} }
  const queueName = `tollkeeper-bench-${randomBytes(4).toString('hex')}`
  const runner =
    redisUrl === undefined
      ? inProcessRunner(runnerDeps)
      : bullmqRunner(runnerDeps, { redisUrl, queueName })
  const begun = performance.now()
  await drain(runner, system, scope.orgId)
  const seconds = (performance.now() - begun) / 1_000
  await runner.stop()
  if (redisUrl !== undefined) await forgetQueue(queueName, redisUrl)
  return seconds
}

async function drain(runner: Runner, system: System, orgId: string): Promise<void> {
  for (;;) {
    if ((await runner.tick()) > 0) continue
    const [left] = await rowsOf<{ count: number }>(
      system.db,
      sql`select count(*)::int as count from outbox where org_id = ${orgId} and job = 'RUN_SUPERVISOR'
        and status not in ('done', 'failed')`,
    )
    if (left?.count === 0) return
    await wait(10)
  }
}

/** Leaves nothing of the measurement in somebody's Redis. */
async function forgetQueue(name: string, redisUrl: string): Promise<void> {
  const queue = new Queue(name, { connection: { url: redisUrl } })
  await queue.obliterate({ force: true })
  await queue.close()
}
