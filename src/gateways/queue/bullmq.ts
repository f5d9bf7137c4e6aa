import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { claimDueJobs, type ClaimedJob } from '#db/outbox.ts'
import { executeHandedOver, LEASE_SECONDS, type RunnerDeps } from './execute.ts'
import type { Runner } from './in-process.ts'

const RELAY_BATCH = 200

/**
 * Hands due jobs to BullMQ on Redis, where any number of workers take them. Redis is only the way there: the outbox
 * row stays `running` under its lease, so what Redis loses is handed out again. Retries are the outbox's, not BullMQ's.
 */
export function bullmqRunner(
  deps: RunnerDeps,
  options: { redisUrl: string; queueName?: string; concurrency?: number },
): Runner {
  const name = options.queueName ?? 'tollkeeper'
  const connection = new Redis(options.redisUrl, { maxRetriesPerRequest: null })
  // ioredis reconnects by itself; an unheard error event would end the process.
  connection.on('error', () => {})
  const queue = new Queue<ClaimedJob>(name, { connection })
  const worker = new Worker<ClaimedJob>(name, (job) => executeHandedOver(deps, job.data), {
    connection,
    concurrency: options.concurrency ?? 10,
  })
  queue.on('error', () => {})
  worker.on('error', () => {})
  return {
    name: 'bullmq',
    tick: async () => {
      const claimed = await claimDueJobs(deps.system.db, {
        realNow: deps.system.clock.now(),
        limit: RELAY_BATCH,
        leaseSeconds: LEASE_SECONDS,
      })
      await queue.addBulk(
        claimed.map((job) => ({
          name: job.job,
          data: job,
          // Each hand-over is its own BullMQ job: a repeat after a lost one must not be taken for a duplicate.
          opts: {
            jobId: `${job.orgId}-${job.id}-${job.attempts}`,
            removeOnComplete: 1_000,
            removeOnFail: 1_000,
          },
        })),
      )
      return claimed.length
    },
    stop: async () => {
      await worker.close()
      await queue.close()
      connection.disconnect()
    },
  }
}
