import { fork } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { rowsOf } from '#db/context.ts'
import { describeOnPostgres, type TestWorld } from '#db/testing/database.ts'
import { answerEscalation } from '#src/approvals/answer-escalation.ts'
import type { TriggerRef } from '#src/approvals/runs/start-run.ts'
import { AppError } from '#src/kernel/errors.ts'
import { selfcheck } from '#src/selfcheck/selfcheck.ts'
import { bundle } from './testing/bundle.ts'
import { openCheckpoints } from './checkpoints.ts'
import type { RunDeps } from './nodes.ts'
import { resumeRun, runTrigger, type RunResult } from './run.ts'
import { seedAccount, seedAnomaly, seedDunning, seedEvent, seedMail } from './testing/seed.ts'
import { threadLocks } from './thread-locks.ts'

const CHILD = new URL('./testing/run-until-killed.ts', import.meta.url)
const BUNDLE = join('node_modules', '.cache', `run-until-killed-${process.pid}.mjs`)
const NOW = '2026-03-01T00:00:00Z'

type Work = TriggerRef | { readonly escalationId: string }

/** One process after the other works on a run, each killed somewhere else. */
async function killed(world: TestWorld, work: Work, stops: readonly string[]): Promise<void> {
  const url = (world.database.driver as Pool).options.connectionString ?? ''
  for (const stop of stops) {
    const child = fork(BUNDLE, [url, NOW, JSON.stringify(work), stop], { execArgv: [] })
    const ended = await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code, signal) => resolve(signal ?? code))
    })
    expect([stop, ended]).toEqual([stop, 'SIGKILL'])
  }
}

/** The server may take a moment to see that the killed process is gone, and its lock with it. */
async function once<Result>(work: () => Promise<Result>): Promise<Result> {
  for (;;)
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'unavailable') throw error
    }
}

/** Twenty processes one after the other, on a machine that may be busy. */
vi.setConfig({ testTimeout: 240_000 })

describeOnPostgres('a supervised run whose process is killed', (world) => {
  let deps: RunDeps
  let sound: unknown
  const check = async () => {
    const results = await selfcheck(world().scope())
    return Object.values(results).map(({ means, problems }) => ({ means, problems }))
  }
  const finishes = (trigger: TriggerRef): Promise<RunResult> =>
    once(() => runTrigger(world().scope(), deps, trigger))

  /** Rows of one account that are there once or not at all: mails out, queue items, audited effects. */
  async function countOf(customerId: string): Promise<Record<string, number>> {
    const rows = await rowsOf<{ what: string; count: number }>(
      world().system.db,
      sql`select 'mail' as what, count(*)::int as count from messages
            where customer_id = ${customerId} and direction = 'out' having count(*) > 0
          union all select 'draft', count(*)::int from outbox
            where job = 'DRAFT_DUNNING_MAIL' and key like ${`case_${customerId}:%`} having count(*) > 0
          union all select 'escalation ' || status, count(*)::int from escalations
            where customer_id = ${customerId} group by status
          union all select action, count(*)::int from audit_log
            where action like 'agent.%' and data ->> 'customerId' = ${customerId} group by action
          union all select 'run ' || status, count(*)::int from agent_runs
            where customer_id = ${customerId} group by status`,
    )
    return Object.fromEntries(rows.map(({ what, count }) => [what, count]))
  }

  async function mail(customerId: string, text: string): Promise<TriggerRef> {
    const from = `ada@c${customerId}.example`
    const ref = await seedMail(world().scope(), { customerId, from, subject: 'Billing', text })
    return { type: 'customer_query', ref }
  }

  beforeAll(async () => {
    await bundle(CHILD, BUNDLE)
    deps = {
      model: null,
      checkpointer: await openCheckpoints(world().database),
      locks: threadLocks(world().database),
      publicUrl: 'https://billing.acme.example',
    }
    for (const id of ['1', '2', '3', '4', '5']) await seedAccount(world().scope(), id)
    sound = await check()
  })

  afterAll(() => rm(BUNDLE, { force: true }))

  it.concurrent('answers a question with one mail', async () => {
    const trigger = await mail('1', 'Please explain the line items on my invoice.')
    await killed(world(), trigger, [
      'after supervisor',
      'after inquiry_agent',
      'within act 1',
      'after act',
      'before end',
    ])
    expect((await finishes(trigger)).status).toBe('done')
    expect(await countOf('1')).toEqual({ mail: 1, 'agent.send_reply': 1, 'run done': 1 })
  })

  it.concurrent('answers two wants in one mail, and takes the promise once', async () => {
    await seedDunning(world().scope(), '2')
    const trigger = await mail(
      '2',
      'My card was declined, I will pay on 9 March. Also, please explain the line items on my invoice.',
    )
    await killed(world(), trigger, ['after dunning_agent', 'after merge', 'after act'])
    expect((await finishes(trigger)).status).toBe('done')
    expect(await countOf('2')).toEqual({
      mail: 1,
      'agent.send_reply': 1,
      'agent.promise_to_pay': 1,
      'run done': 1,
    })
  })

  it.concurrent('has the mail of a failed payment drafted once', async () => {
    await seedDunning(world().scope(), '3', { declineClass: 'customer_action' })
    const ref = await seedEvent(world().scope(), '3', 'invoice.payment_failed')
    const trigger: TriggerRef = { type: 'stripe_event', ref }
    await killed(world(), trigger, ['within act 1', 'after act'])
    expect((await finishes(trigger)).status).toBe('done')
    expect(await countOf('3')).toEqual({
      'agent.send_dunning_message': 1,
      draft: 1,
      'run done': 1,
    })
  })

  it.concurrent('tells a customer of an anomaly once', async () => {
    const trigger: TriggerRef = {
      type: 'usage_anomaly',
      ref: await seedAnomaly(world().scope(), '4'),
    }
    await killed(world(), trigger, ['after anomaly_agent', 'after act'])
    expect((await finishes(trigger)).status).toBe('done')
    expect(await countOf('4')).toEqual({ mail: 1, 'agent.usage_alert': 1, 'run done': 1 })
  })

  it.concurrent('asks a person once and does what they said once', async () => {
    const scope = world().scope()
    const trigger = await mail('5', 'I want my money back for February. Refund it now.')
    await killed(world(), trigger, [
      'after human_escalation',
      'within escalate 1',
      'after escalate',
      'before end',
    ])
    const asked = await finishes(trigger)
    expect(await countOf('5')).toEqual({ 'escalation open': 1, 'run waiting': 1 })
    const escalationId = asked.state?.escalationId ?? ''
    await scope.transact((ctx) =>
      answerEscalation(ctx, { id: escalationId, answer: { decision: 'approve' } }),
    )
    await killed(world(), { escalationId }, [
      'before settle',
      'within settle 4',
      'after settle',
      'before end',
    ])
    await once(() => resumeRun(scope, deps, { escalationId }))
    expect(await countOf('5')).toEqual({
      mail: 1,
      'agent.send_reply': 1,
      'escalation resolved': 1,
      'run done': 1,
    })
    expect(await check()).toEqual(sound)
  })
})
