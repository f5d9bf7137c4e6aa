import { and, eq } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { escalations } from '#db/schema/agents.ts'
import { messages } from '#db/schema/inbox.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { openCheckpoints } from './checkpoints.ts'
import type { Nodes, RunDeps } from './nodes.ts'
import { runTrigger } from './run.ts'
import { seedAccount, seedDunning, seedMail } from './testing/seed.ts'
import { threadLocks } from './thread-locks.ts'
import { NODES } from './wiring.ts'

const TWO_WANTS = `Please send me a copy of the February invoice as PDF.
Also my card was declined yesterday; how can I update it?`

describeOnDatabases('a mail with several wants', (world) => {
  let deps: RunDeps
  beforeAll(async () => {
    deps = {
      model: null,
      checkpointer: await openCheckpoints(world().database),
      locks: threadLocks(world().database),
      publicUrl: 'https://billing.acme.example',
    }
  })

  async function mailOf(id: string, text: string) {
    const scope = world().scope()
    await seedAccount(scope, id)
    await seedDunning(scope, id)
    const from = `ada@c${id}.example`
    const ref = await seedMail(scope, { customerId: id, from, subject: 'Two things', text })
    return { type: 'customer_query' as const, ref }
  }

  function mailsOut(id: string) {
    return world()
      .scope()
      .transact(({ db, orgId }) =>
        db
          .select()
          .from(messages)
          .where(
            and(
              eq(messages.orgId, orgId),
              eq(messages.customerId, id),
              eq(messages.direction, 'out'),
            ),
          ),
      )
  }

  it('is answered by each agent in one reply, the payment first', async () => {
    const trigger = await mailOf('4001', TWO_WANTS)
    const { status, state } = await runTrigger(world().scope(), deps, trigger)
    expect(status).toBe('done')
    expect(state?.parts.map(({ agent }) => agent)).toEqual(['dunning_agent', 'inquiry_agent'])
    const mails = await mailsOut('4001')
    expect(mails).toHaveLength(1)
    const text = mails[0]?.text ?? ''
    expect(text.match(/Hello Ada Lovelace/g)).toHaveLength(1)
    expect(text.match(/Kind regards/g)).toHaveLength(1)
    expect(text).toMatch(/enter another card here[\s\S]*Here is invoice INV-2026-02-4001/)
    expect(state?.effects.map(({ kind }) => kind)).toEqual(['send_reply', 'attach_invoice'])
  })

  it('is answered once when the run dies between its agents', async () => {
    const trigger = await mailOf('4002', TWO_WANTS)
    let dies = true
    const nodes: Nodes = {
      ...NODES,
      merge: (state, context) => {
        if (dies) throw new Error('killed')
        return NODES.merge(state, context)
      },
    }
    await expect(runTrigger(world().scope(), deps, trigger, nodes)).rejects.toThrow('killed')
    dies = false
    await runTrigger(world().scope(), deps, trigger, nodes)
    await runTrigger(world().scope(), deps, trigger, nodes)
    expect(await mailsOut('4002')).toHaveLength(1)
  })

  it('goes to a person where one want needs one, and the draft names the other', async () => {
    const scope = world().scope()
    const trigger = await mailOf(
      '4003',
      'Please refund the setup fee. Also, could you explain the tax on my invoice?',
    )
    const { runId, status } = await runTrigger(scope, deps, trigger)
    expect(status).toBe('waiting')
    expect(await mailsOut('4003')).toEqual([])
    const [item] = await scope.transact(({ db, orgId }) =>
      db
        .select()
        .from(escalations)
        .where(and(eq(escalations.orgId, orgId), eq(escalations.runId, runId))),
    )
    expect(JSON.stringify(item?.context)).toContain('your question about the invoice')
  })
})
