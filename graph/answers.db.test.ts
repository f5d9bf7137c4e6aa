import { Command } from '@langchain/langgraph'
import { and, eq } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import type { Scope } from '#db/context.ts'
import { escalations } from '#db/schema/agents.ts'
import { dunningCases } from '#db/schema/collections.ts'
import { contacts } from '#db/schema/customers.ts'
import { messages } from '#db/schema/inbox.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { disputes } from '#db/schema/payments.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { answerEscalation } from '#src/approvals/answer-escalation.ts'
import { claimEscalation } from '#src/approvals/claim-escalation.ts'
import { loadEscalation } from '#src/approvals/load-escalation.ts'
import { loadRun } from '#src/approvals/runs/list-runs.ts'
import type { TriggerRef } from '#src/approvals/runs/start-run.ts'
import type { Actor } from '#src/kernel/ids.ts'
import { openCheckpoints } from './checkpoints.ts'
import { supervisorGraph } from './graph.ts'
import type { Nodes, RunDeps } from './nodes.ts'
import { resumeRun, runTrigger } from './run.ts'
import { seedAccount, seedDunning, seedMail } from './testing/seed.ts'
import { threadLocks } from './thread-locks.ts'
import { NODES } from './wiring.ts'
import { readCase } from './work.ts'

const ANN: Actor = { kind: 'member', id: 'ann' }
const OPEN =
  'Hello {{fact:contact.name}}, {{fact:invoice.open}} of {{fact:invoice.number}} are open.'

/** Asks a person to approve a reply that names what is open. */
const NAMING_WHAT_IS_OPEN: Nodes = {
  ...NODES,
  human_escalation: async (state, context) => {
    const file = await readCase(state, context, false)
    const key = `${state.workflowId}:draft`
    const proposal = { kind: 'send_reply' as const, subject: 'Your invoice', text: OPEN }
    return {
      facts: { ...file?.facts },
      proposals: [{ key, author: 'rules', proposal }],
      verdicts: [{ verdict: 'ask', reason: 'a person has the case' }],
      escalationReason: 'customer_needs_person',
    }
  },
}

describeOnDatabases('between a question to a person and their answer', (world) => {
  let deps: RunDeps
  beforeAll(async () => {
    deps = {
      model: null,
      checkpointer: await openCheckpoints(world().database),
      locks: threadLocks(world().database),
      publicUrl: 'https://billing.acme.example',
    }
  })

  async function mail(customerId: string, text: string, subject = 'Refund'): Promise<TriggerRef> {
    const from = `ada@c${customerId}.example`
    const ref = await seedMail(world().scope(), { customerId, from, subject, text })
    return { type: 'customer_query', ref }
  }

  /** A run that asks about an account: its id, and the ids of what it asked so far. */
  async function asked(customerId: string, nodes: Nodes = NAMING_WHAT_IS_OPEN) {
    await seedAccount(world().scope(), customerId)
    const trigger = await mail(customerId, 'I want my money back for February. Refund it now.')
    const { runId, state } = await runTrigger(world().scope(), deps, trigger, nodes)
    return { trigger, runId, id: state?.escalationId ?? '' }
  }

  async function approve(id: string, scope: Scope = world().scope(), nodes = NAMING_WHAT_IS_OPEN) {
    await scope.transact((ctx) =>
      answerEscalation({ ...ctx, actor: ANN }, { id, answer: { decision: 'approve' } }),
    )
    await resumeRun(scope, deps, { escalationId: id }, nodes)
    return scope.transact((ctx) => loadEscalation(ctx, id))
  }

  function questions(runId: string) {
    return world()
      .scope()
      .transact(({ db }) =>
        db
          .select()
          .from(escalations)
          .where(eq(escalations.runId, runId))
          .orderBy(escalations.createdAt),
      )
  }

  async function textsTo(customerId: string): Promise<string[]> {
    const rows = await world()
      .scope()
      .transact(({ db }) =>
        db
          .select({ text: messages.text })
          .from(messages)
          .where(and(eq(messages.customerId, customerId), eq(messages.direction, 'out'))),
      )
    return rows.map(({ text }) => text)
  }

  it('puts figures that moved again, with the old and the new one', async () => {
    const { runId, id } = await asked('2001')
    await world()
      .scope()
      .transact(({ db }) =>
        db.update(invoices).set({ paidMinor: 10_000n }).where(eq(invoices.id, 'inv_2001_2026-02')),
      )
    expect(await approve(id)).toMatchObject({
      status: 'resolved',
      outcome: 'asked again: figures moved',
    })
    expect(await textsTo('2001')).toEqual([])
    const again = (await questions(runId)).find((row) => row.id !== id)
    expect(again).toMatchObject({
      status: 'open',
      reason: 'figures_moved',
      summary: expect.stringContaining('invoice.open was €312.91, is €212.91'),
      context: { drifted: [{ fact: 'invoice.open', was: '€312.91', is: '€212.91' }] },
    })
    expect(await approve(again?.id ?? '')).toMatchObject({ outcome: 'approve' })
    expect(await textsTo('2001')).toEqual([
      'Hello Ada Lovelace, €212.91 of INV-2026-02-2001 are open.',
    ])
  })

  it('does nothing about a payment that came meanwhile, and says so', async () => {
    const scope = world().scope()
    await seedAccount(scope, '2002')
    const caseId = await seedDunning(scope, '2002')
    const trigger = await mail('2002', 'My card was declined. I will pay on 28 April.', 'Payment')
    const { state, runId } = await runTrigger(scope, deps, trigger)
    const before = (await textsTo('2002')).length
    await scope.transact(({ db, now }) =>
      db
        .update(dunningCases)
        .set({ state: 'recovered', endedAt: now })
        .where(eq(dunningCases.id, caseId)),
    )
    const closed = await approve(state?.escalationId ?? '', scope, NODES)
    expect(closed.outcome).toBe('nothing is sent: paid meanwhile')
    expect(await textsTo('2002')).toHaveLength(before)
    const run = await scope.transact((ctx) => loadRun(ctx, runId))
    expect(run.outcome).toMatchObject({ said: 'nothing is sent: paid meanwhile' })
  })

  it('asks again when a dispute was opened, and then does as told', async () => {
    const { runId, id } = await asked('2003')
    await world()
      .scope()
      .transact(({ db, orgId, now }) =>
        db.insert(disputes).values({
          orgId,
          id: 'dp_2003',
          customerId: '2003',
          currency: 'EUR',
          amountMinor: 100n,
          status: 'needs_response',
          openedAt: now,
        }),
      )
    await approve(id)
    const again = (await questions(runId)).find((row) => row.id !== id)
    expect(again).toMatchObject({ reason: 'dispute_open', priority: 'urgent' })
    await approve(again?.id ?? '')
    expect(await textsTo('2003')).toHaveLength(1)
  })

  it('asks again after two weeks', async () => {
    const { runId, id } = await asked('2004')
    await approve(id, world().scope('org_test', '2026-03-16T00:00:00Z'))
    expect((await questions(runId)).map(({ reason }) => reason)).toContain('proposal_expired')
    expect(await textsTo('2004')).toEqual([])
  })

  it('sends nothing once the contact is gone, and says so', async () => {
    const { id } = await asked('2005')
    await world()
      .scope()
      .transact(({ db }) => db.delete(contacts).where(eq(contacts.customerId, '2005')))
    // The draft greets the contact by name: it is asked again, now with nobody to write to.
    const again = await approve(id)
    expect(again.outcome).toMatch(/asked again|no verified contact/)
    expect(await textsTo('2005')).toEqual([])
  })

  it('sends one mail whatever is handed over at the same time', async () => {
    const { trigger, id } = await asked('2006')
    const scope = world().scope()
    await scope.transact((ctx) => answerEscalation(ctx, { id, answer: { decision: 'approve' } }))
    await Promise.allSettled([
      resumeRun(scope, deps, { escalationId: id }, NAMING_WHAT_IS_OPEN),
      runTrigger(scope, deps, trigger, NAMING_WHAT_IS_OPEN),
      resumeRun(scope, deps, { escalationId: id }, NAMING_WHAT_IS_OPEN),
      runTrigger(scope, deps, trigger, NAMING_WHAT_IS_OPEN),
    ])
    await resumeRun(scope, deps, { escalationId: id }, NAMING_WHAT_IS_OPEN)
    expect(await textsTo('2006')).toHaveLength(1)
  })

  it('takes an answer sent straight to the graph by the same claim and gates', async () => {
    const { runId, id } = await asked('2007')
    const scope = world().scope()
    const app = supervisorGraph(NAMING_WHAT_IS_OPEN, deps.checkpointer)
    const resume = async (person: Actor | undefined, answer: object) => {
      const values = await app.invoke(new Command({ resume: [answer] }), {
        configurable: { thread_id: runId },
        context: { scope, deps, checkTime: () => {}, person },
      })
      const [asks] =
        (values as { __interrupt__?: { value: { description: string } }[] }).__interrupt__ ?? []
      return asks?.value
    }
    const edit = (text: string) => ({
      type: 'edit',
      args: { action: 'send_reply', args: { text } },
    })
    expect(await resume(undefined, { type: 'accept', args: null })).toMatchObject({
      action_request: {
        action: 'send_reply',
        args: { text: 'Hello Ada Lovelace, €312.91 of INV-2026-02-2007 are open.' },
      },
      config: { allow_ignore: true, allow_respond: true, allow_edit: true, allow_accept: true },
      description: expect.stringContaining('needs a person who is signed in'),
    })
    await scope.transact((ctx) =>
      claimEscalation({ ...ctx, actor: { kind: 'member', id: 'bob' } }, id),
    )
    expect((await resume(ANN, { type: 'accept', args: null }))?.description).toContain(
      'held by member:bob',
    )
    const bob: Actor = { kind: 'member', id: 'bob' }
    expect((await resume(bob, edit('Pay, or we meet in court.')))?.description).toContain(
      'threat: court',
    )
    expect(await textsTo('2007')).toEqual([])
    expect(await resume(bob, edit('We look into it.'))).toBeUndefined()
    expect(await textsTo('2007')).toEqual(['We look into it.'])
    expect(await scope.transact((ctx) => loadEscalation(ctx, id))).toMatchObject({
      status: 'resolved',
      answeredBy: 'member:bob',
    })
    expect((await scope.transact((ctx) => loadRun(ctx, runId))).status).toBe('done')
  })
})
