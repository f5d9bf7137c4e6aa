import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { rowsOf } from '#db/context.ts'
import { enqueue, outboxHealth } from '#db/outbox.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { backoffSeconds } from './backoff.ts'
import { bullmqRunner } from './bullmq.ts'
import type { RunnerDeps } from './execute.ts'
import { inProcessRunner, type Runner } from './in-process.ts'
import { defineJob, PoisonJobError } from './job.ts'

const REDIS_URL = process.env['TEST_REDIS_URL']

it('waits between half and all of 2, 4, 8 … seconds, an hour at the most', () => {
  expect([1, 2, 3, 30].map((n) => backoffSeconds(n, 0))).toEqual([1, 2, 4, 1800])
  expect(backoffSeconds(3, 0.999)).toBeCloseTo(8, 1)
})

interface Seen {
  readonly done: number[]
  readonly failures: { final: boolean }[]
}

function depsFor(world: TestWorld, seen: Seen): RunnerDeps {
  const payload = z.object({ n: z.number() })
  return {
    system: world.system,
    random: () => 0,
    onFailure: (_job, _error, final) => seen.failures.push({ final }),
    jobs: [
      defineJob({ name: 'COUNT', payload, run: async (_scope, { n }) => void seen.done.push(n) }),
      defineJob({
        name: 'POISON',
        payload,
        run: () => Promise.reject(new PoisonJobError('never works')),
      }),
      defineJob({ name: 'FLAKY', payload, run: () => Promise.reject(new Error('not now')) }),
    ],
  }
}

/** Ticks until every row is done, failed or waiting for its backoff. */
async function settle(runner: Runner, world: TestWorld): Promise<void> {
  for (;;) {
    await runner.tick()
    const health = await outboxHealth(world.system.db, world.system.clock.now())
    const visible = await rowsOf<{ n: number }>(
      world.system.db,
      sql`select 1 as n from outbox where status = 'pending' and visible_at <= ${world.system.clock.now().toString()}::timestamptz limit 1`,
    )
    if (health.running === 0 && visible.length === 0) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function guarantees(world: () => TestWorld, open: (deps: RunnerDeps) => Runner): void {
  it('does each job once, retries a flaky one later, and leaves a poison one visible', async () => {
    const seen: Seen = { done: [], failures: [] }
    await world()
      .scope()
      .transact(async (ctx) => {
        for (let n = 0; n < 30; n += 1)
          await enqueue(ctx, { job: 'COUNT', key: String(n), payload: { n } })
        await enqueue(ctx, { job: 'POISON', key: 'p', payload: { n: 0 } })
        await enqueue(ctx, {
          job: 'COUNT',
          key: 'wrong payload',
          payload: { m: 1 },
          maxAttempts: 1,
        })
        await enqueue(ctx, { job: 'FLAKY', key: 'f', payload: { n: 0 }, maxAttempts: 2 })
      })
    const runner = open(depsFor(world(), seen))
    try {
      await settle(runner, world())
      expect(seen.done.toSorted((a, b) => a - b)).toEqual([...Array(30).keys()])
      expect(seen.failures.filter(({ final }) => final)).toHaveLength(2)
      world().setNow('2026-03-01T01:00:00Z')
      await settle(runner, world())
    } finally {
      await runner.stop()
    }
    const rows = await rowsOf<{ job: string; status: string; attempts: number }>(
      world().system.db,
      sql`select job, status, attempts from outbox where status <> 'done' order by job`,
    )
    expect(rows).toEqual([
      { job: 'COUNT', status: 'failed', attempts: 1 },
      { job: 'FLAKY', status: 'failed', attempts: 2 },
      { job: 'POISON', status: 'failed', attempts: 1 },
    ])
  })
}

describeOnDatabases('the in-process runner', (world) => guarantees(world, inProcessRunner))

describe.skipIf(REDIS_URL === undefined)('BullMQ on a real Redis (needs TEST_REDIS_URL)', () => {
  describeOnDatabases('the BullMQ runner', (world) =>
    guarantees(world, (deps) =>
      bullmqRunner(deps, {
        redisUrl: REDIS_URL ?? '',
        queueName: `test-${process.pid}-${world().database.kind}`,
      }),
    ),
  )
  describeOnDatabases('when Redis loses what it was given', (world) => {
    it('hands the job out again after its lease', async () => {
      const seen: Seen = { done: [], failures: [] }
      await world()
        .scope()
        .transact((ctx) => enqueue(ctx, { job: 'COUNT', key: 'x', payload: { n: 7 } }))
      // Claimed and never heard of again: the relay died, or Redis was emptied.
      await world().system.db.execute(
        sql`update outbox set status = 'running', attempts = 1, visible_at = '2026-03-01T00:01:00Z'`,
      )
      const runner = bullmqRunner(depsFor(world(), seen), {
        redisUrl: REDIS_URL ?? '',
        queueName: `lost-${process.pid}-${world().database.kind}`,
      })
      try {
        expect(await runner.tick()).toBe(0)
        world().setNow('2026-03-01T00:01:00Z')
        await settle(runner, world())
      } finally {
        await runner.stop()
      }
      expect(seen.done).toEqual([7])
    })
  })
})
