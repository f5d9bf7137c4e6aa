import { eq } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { escalations } from '#db/schema/agents.ts'
import { messages } from '#db/schema/inbox.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { answerEscalation } from '#src/approvals/answer-escalation.ts'
import { loadRun } from '#src/approvals/runs/list-runs.ts'
import type { TriggerRef } from '#src/approvals/runs/start-run.ts'
import { openCheckpoints } from './checkpoints.ts'
import type { Nodes, RunDeps } from './nodes.ts'
import { RUN_LIMITS, type RunLimits } from './run-limits.ts'
import { resumeRun, runTrigger } from './run.ts'
import { seedAccount, seedEvent, seedMail } from './testing/seed.ts'
import { threadLocks } from './thread-locks.ts'
import { NODES } from './wiring.ts'

describeOnDatabases('a run that does not come to an end', (world) => {
  let deps: RunDeps
  beforeAll(async () => {
    deps = {
      model: null,
      checkpointer: await openCheckpoints(world().database),
      locks: threadLocks(world().database),
      publicUrl: 'https://billing.acme.example',
    }
  })

  async function question(customerId: string, text = 'Please explain my invoice.') {
    await seedAccount(world().scope(), customerId)
    const from = `ada@c${customerId}.example`
    const ref = await seedMail(world().scope(), { customerId, from, subject: 'Invoice', text })
    return { type: 'customer_query', ref } satisfies TriggerRef
  }

  function run(trigger: TriggerRef, limits: Partial<RunLimits>, nodes: Nodes = NODES) {
    const limited = { ...deps, limits: { ...RUN_LIMITS, ...limits } }
    return runTrigger(world().scope(), limited, trigger, nodes)
  }

  function queueOf(customerId: string) {
    return world()
      .scope()
      .transact(({ db }) =>
        db.select().from(escalations).where(eq(escalations.customerId, customerId)),
      )
  }

  it('goes to a person after too many steps, once, and they answer without it', async () => {
    const scope = world().scope()
    const trigger = await question('3001')
    expect((await run(trigger, { hops: 2 })).status).toBe('failed')
    expect((await run(trigger, {})).status).toBe('failed')
    const [item, ...more] = await queueOf('3001')
    expect(more).toEqual([])
    expect(item).toMatchObject({ reason: 'too_many_steps', status: 'open', priority: 'high' })
    const id = item?.id ?? ''
    const answer = { decision: 'respond' as const, text: 'Hello Ada, I look into it.' }
    await scope.transact((ctx) => answerEscalation(ctx, { id, answer }))
    await resumeRun(scope, deps, { escalationId: id })
    const sent = await scope.transact(({ db }) =>
      db.select().from(messages).where(eq(messages.direction, 'out')),
    )
    expect(sent.map(({ text }) => text)).toEqual([answer.text])
  })

  it('goes to a person when it takes too long, between two nodes', async () => {
    let elapsed = 0
    const elapsedMs = () => (elapsed += 60_000)
    const trigger = await question('3002')
    const result = await run(trigger, { elapsedMs, seconds: 150 })
    expect(result.status).toBe('failed')
    expect(await queueOf('3002')).toMatchObject([{ reason: 'run_timeout' }])
    const stored = await world()
      .scope()
      .transact((ctx) => loadRun(ctx, result.runId))
    expect(stored.outcome).toMatchObject({ kind: 'given_up', reason: 'run_timeout' })
  })

  it('is tried again when it fails, and goes to a person when that does not help', async () => {
    const broken: Nodes = { ...NODES, act: () => Promise.reject(new Error('a broken node')) }
    const trigger = await question('3003')
    await expect(run(trigger, { attempts: 3 }, broken)).rejects.toThrow('a broken node')
    await expect(run(trigger, { attempts: 3 }, broken)).rejects.toThrow('a broken node')
    expect(await queueOf('3003')).toEqual([])
    expect((await run(trigger, { attempts: 3 }, broken)).status).toBe('failed')
    expect(await queueOf('3003')).toMatchObject([{ reason: 'run_failed' }])
  })

  it('keeps no card number, bank account or secret in its checkpoints', async () => {
    const text =
      'I want my money back. Card 4242 4242 4242 4242, account DE89 3704 0044 0532 0130 00, key sk_live_abcdefghijklmnop.'
    await run(await question('3004', text), {})
    const ref = await seedEvent(world().scope(), '3004', 'charge.dispute.created', {
      client_secret: 'pi_1_secret_hushhushhush',
      billing_details: { email: 'ada@home.example', address: { line1: '12 Private Road' } },
    })
    await run({ type: 'stripe_event', ref }, {})
    const { rows } = await world().database.raw.query<{ kept: string }>(
      `select string_agg(kept, ' ') as kept from (
         select convert_from(blob, 'utf8') as kept from langgraph.checkpoint_blobs where blob is not null
         union all select convert_from(blob, 'utf8') from langgraph.checkpoint_writes
         union all select checkpoint::text || metadata::text from langgraph.checkpoints) k`,
    )
    const kept = rows[0]?.kept ?? ''
    expect(kept).toContain('I want my money back')
    expect(kept).toContain('charge.dispute.created')
    for (const secret of [
      '4242 4242',
      '0532 0130',
      'sk_live',
      'hushhush',
      'home.example',
      'Private',
    ])
      expect(kept).not.toContain(secret)
  })
})
