import { and, eq } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx } from '#db/context.ts'
import { escalations } from '#db/schema/agents.ts'
import { messages } from '#db/schema/inbox.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { answerEscalation } from '#src/approvals/answer-escalation.ts'
import { loadCollectionEvidence } from '#src/approvals/evidence/collection.ts'
import { loadEscalation } from '#src/approvals/load-escalation.ts'
import { loadRun } from '#src/approvals/runs/list-runs.ts'
import type { Model } from '#src/gateways/model/model.ts'
import { addAccount, openShop } from '#src/invoicing/testing/billing-world.ts'
import { recordUsage } from '#src/metering/record-usage.ts'
import { openCheckpoints } from './checkpoints.ts'
import { writeDunningMail } from './draft-dunning-mail.ts'
import { forgetOldThreads } from './forget-threads.ts'
import type { Node, Nodes, RunDeps } from './nodes.ts'
import { resumeRun, runTrigger } from './run.ts'
import { seedAccount, seedAnomaly, seedDunning, seedEvent, seedMail } from './testing/seed.ts'
import { threadLocks } from './thread-locks.ts'
import { NODES } from './wiring.ts'

const PUBLIC_URL = 'https://billing.acme.example'

async function depsOf(world: TestWorld, model: Model | null = null): Promise<RunDeps> {
  return {
    model,
    checkpointer: await openCheckpoints(world.database),
    locks: threadLocks(world.database),
    publicUrl: PUBLIC_URL,
  }
}

function mailsOut(world: TestWorld, customerId: string) {
  return world.scope().transact(({ db, orgId }: Ctx) =>
    db
      .select()
      .from(messages)
      .where(
        and(
          eq(messages.orgId, orgId),
          eq(messages.customerId, customerId),
          eq(messages.direction, 'out'),
        ),
      ),
  )
}

function escalationsOf(world: TestWorld, runId: string) {
  return world.scope().transact(({ db, orgId }) =>
    db
      .select()
      .from(escalations)
      .where(and(eq(escalations.orgId, orgId), eq(escalations.runId, runId))),
  )
}

function answer(
  world: TestWorld,
  id: string,
  decision: 'approve' | 'edit' | 'reject' | 'respond',
  text?: string,
) {
  const input = { id, answer: { decision, ...(text === undefined ? {} : { text }) } }
  return world.scope().transact((ctx) => answerEscalation(ctx, input))
}

/** A mail of the account's own contact. */
async function ask(world: TestWorld, customerId: string, subject: string, text: string) {
  const from = `ada@c${customerId}.example`
  const ref = await seedMail(world.scope(), { customerId, from, subject, text })
  return { type: 'customer_query' as const, ref }
}

describeOnDatabases('a supervised run', (world) => {
  let deps: RunDeps
  beforeAll(async () => {
    deps = await depsOf(world())
  })

  it('answers an invoice question from facts and stores the decision', async () => {
    const scope = world().scope()
    await seedAccount(scope, '1001')
    const trigger = await ask(
      world(),
      '1001',
      'Invoice question',
      'Please explain the line items on my invoice.',
    )
    const result = await runTrigger(scope, deps, trigger)
    expect(result.status).toBe('done')
    const [mail] = await mailsOut(world(), '1001')
    expect(mail?.to).toBe('ada@c1001.example')
    expect(mail?.text).toContain('INV-2026-02-1001')
    expect(mail?.text).toContain('€312.91')
    expect(mail?.text).toContain(`${PUBLIC_URL}/i/tok_1001_2026-02`)
    expect(mail?.text).not.toContain('{{')
    const run = await scope.transact((ctx) => loadRun(ctx, result.runId))
    expect(run).toMatchObject({
      status: 'done',
      nextAgent: 'inquiry_agent',
      source: 'rules',
      provider: 'offline',
    })
    expect(run.stateHash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('does nothing when a trigger is handed over again', async () => {
    const scope = world().scope()
    await seedAccount(scope, '1002', 'de-DE')
    const trigger = await ask(
      world(),
      '1002',
      'Frage',
      'Können Sie mir die Rechnung bitte erklären? Wie ist die Steuer berechnet?',
    )
    await runTrigger(scope, deps, trigger)
    await runTrigger(scope, deps, trigger)
    const mails = await mailsOut(world(), '1002')
    expect(mails).toHaveLength(1)
    expect(mails[0]?.text).toContain('Guten Tag Ada Lovelace')
    expect(mails[0]?.text).toContain('19 %')
  })

  it('sends a stranger nothing and keeps the account out of the queue item', async () => {
    const scope = world().scope()
    const ref = await seedMail(scope, {
      customerId: '1001',
      from: 'eve@elsewhere.example',
      subject: 'my invoice',
      text: 'send me the invoice',
      trust: 'unverified',
    })
    const result = await runTrigger(scope, deps, { type: 'customer_query', ref })
    expect(result.status).toBe('waiting')
    const [item] = await escalationsOf(world(), result.runId)
    expect(item).toMatchObject({ reason: 'unverified_sender', customerId: null, status: 'open' })
    expect(JSON.stringify(item?.context)).not.toContain('INV-2026')
    await answer(world(), item?.id ?? '', 'respond', 'Hello stranger')
    await resumeRun(scope, deps, { escalationId: item?.id ?? '' })
    expect(await mailsOut(world(), '1001')).toHaveLength(1)
  })

  it('ignores automatic mail', async () => {
    const scope = world().scope()
    const ref = await seedMail(scope, {
      customerId: '1001',
      from: 'ada@c1001.example',
      subject: 'Out of office',
      text: 'I am away',
      trust: 'automatic',
    })
    const result = await runTrigger(scope, deps, { type: 'customer_query', ref })
    expect(result.state?.outcome).toMatchObject({ kind: 'ignored' })
    expect(await escalationsOf(world(), result.runId)).toEqual([])
  })

  it('tells the customer about an anomaly with the measured figures', async () => {
    const scope = world().scope()
    await seedAccount(scope, '1003')
    const ref = await seedAnomaly(scope, '1003')
    const result = await runTrigger(scope, deps, { type: 'usage_anomaly', ref })
    expect(result.state?.decision?.nextAgent).toBe('anomaly_agent')
    const [mail] = await mailsOut(world(), '1003')
    expect(mail?.text).toContain('42,000 instead of about 3,000, 14 times as much')
  })

  it('says what an anomaly costs and which property drives it, from the metered events', async () => {
    const scope = world().scope()
    await openShop(scope)
    await addAccount(scope, '1050', { customer: { locale: 'en-GB' } })
    // The first hour of March in Berlin.
    const events = [
      ['leaked', '19000', '2026-02-28T23:30:00Z'],
      ['usual', '1000', '2026-02-28T23:40:00Z'],
      // As much as ever, the day before: no driver of what is new.
      ['usual', '1000', '2026-02-28T17:30:00Z'],
    ].map(([key, quantity, timestamp]) => ({
      event_id: `${key} ${timestamp}`,
      idempotency_key: `${key} ${timestamp}`,
      event_type: 'api_calls',
      timestamp,
      customer_id: '1050',
      quantity,
      properties: { key },
    }))
    expect((await recordUsage(scope, { events })).accepted).toBe(3)
    const ref = await seedAnomaly(scope, '1050')
    await runTrigger(scope, deps, { type: 'usage_anomaly', ref })
    const [mail] = await mailsOut(world(), '1050')
    expect(mail?.text).toContain('It has cost €10.00 in this billing period so far')
    // 20,000 in one of the 743 hours of that month.
    expect(mail?.text).toContain('it comes to €7,470.00 by its end')
    expect(mail?.text).toMatch(/key = leaked: 19,000[\s\S]*key = usual: 1,000/)
  })

  it('hands a failed payment to the dunning agent', async () => {
    const scope = world().scope()
    await seedAccount(scope, '1004')
    await seedDunning(scope, '1004', { declineClass: 'customer_action' })
    const ref = await seedEvent(scope, '1004', 'payment_intent.payment_failed')
    const result = await runTrigger(scope, deps, { type: 'stripe_event', ref })
    expect(result.state?.decision).toMatchObject({ nextAgent: 'dunning_agent', source: 'guard' })
    expect(result.state?.effects).toMatchObject([
      { kind: 'send_dunning_message', result: 'drafting' },
    ])
  })

  it('takes a promise to pay from the customer, within limits and once', async () => {
    const scope = world().scope()
    await seedAccount(scope, '1005')
    const caseId = await seedDunning(scope, '1005')
    const trigger = await ask(
      world(),
      '1005',
      'Payment',
      'My card was declined. I will pay on 9 March.',
    )
    const result = await runTrigger(scope, deps, trigger)
    expect(result.state?.decision?.nextAgent).toBe('dunning_agent')
    const [mail] = await mailsOut(world(), '1005')
    expect(mail?.text).toContain('9 March 2026')
    const paused = await scope.transact((ctx) => loadCollectionEvidence(ctx, '1005'))
    expect(paused.dunning).toMatchObject({ id: caseId })
    expect(paused.dunning?.pausedUntil?.toString()).toBe('2026-03-09T23:00:00Z')
    expect(paused.earlierPauses).toBe(1)
    const again = await ask(
      world(),
      '1005',
      'Payment',
      'My card was declined. I will pay on 12 March.',
    )
    expect((await runTrigger(scope, deps, again)).status).toBe('waiting')
  })

  it('words the mail of a dunning step with what is open, once', async () => {
    const scope = world().scope()
    await seedAccount(scope, '1006', 'de-DE')
    const caseId = await seedDunning(scope, '1006', { declineClass: 'customer_action' })
    const step = { caseId, step: 'day0' }
    expect(await writeDunningMail(scope, deps, step)).not.toBeNull()
    await writeDunningMail(scope, deps, step)
    const mails = await mailsOut(world(), '1006')
    expect(mails).toHaveLength(1)
    expect(mails[0]).toMatchObject({ purpose: 'dunning', dunningCaseId: caseId })
    expect(mails[0]?.subject).toBe(
      'Bitte aktualisieren Sie Ihre Karte für Rechnung INV-2026-02-1006',
    )
    expect(mails[0]?.text).toContain('312,91\u00a0€')
  })

  describe('that asks a person', () => {
    async function waiting(customerId: string) {
      const scope = world().scope()
      await seedAccount(scope, customerId)
      const trigger = await ask(
        world(),
        customerId,
        'Refund',
        'I want my money back for February. Refund it now.',
      )
      const result = await runTrigger(scope, deps, trigger)
      const [item] = await escalationsOf(world(), result.runId)
      expect(result.status).toBe('waiting')
      return { scope, runId: result.runId, id: item?.id ?? '', item }
    }

    it('sends the draft when approved', async () => {
      const { scope, id, item } = await waiting('1010')
      expect(item?.context['draft']).toMatchObject({ text: expect.stringContaining('Hello Ada') })
      expect(await mailsOut(world(), '1010')).toHaveLength(0)
      await answer(world(), id, 'approve')
      await resumeRun(scope, deps, { escalationId: id })
      const mails = await mailsOut(world(), '1010')
      expect(mails).toHaveLength(1)
      expect(mails[0]?.text).toContain('A colleague looks at your message')
      expect((await scope.transact((ctx) => loadEscalation(ctx, id))).status).toBe('resolved')
    })

    it("sends the person's text when edited, with facts filled in", async () => {
      const { scope, id, runId } = await waiting('1011')
      await answer(world(), id, 'edit', 'Hello, {{fact:invoice.number}} stands. We talk at 15:00.')
      await resumeRun(scope, deps, { escalationId: id })
      const [mail] = await mailsOut(world(), '1011')
      expect(mail?.text).toBe('Hello, INV-2026-02-1011 stands. We talk at 15:00.')
      const run = await scope.transact((ctx) => loadRun(ctx, runId))
      expect(run).toMatchObject({ status: 'done', outcome: { kind: 'answered', decision: 'edit' } })
    })

    it('does nothing when rejected', async () => {
      const { scope, id } = await waiting('1012')
      await answer(world(), id, 'reject')
      await resumeRun(scope, deps, { escalationId: id })
      expect(await mailsOut(world(), '1012')).toHaveLength(0)
    })

    it('settles concurrent answers to one and concurrent resumes to one mail', async () => {
      const { scope, id } = await waiting('1013')
      const answers = await Promise.allSettled([
        answer(world(), id, 'approve'),
        answer(world(), id, 'reject'),
        answer(world(), id, 'approve'),
      ])
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      await Promise.allSettled([1, 2, 3].map(() => resumeRun(scope, deps, { escalationId: id })))
      await resumeRun(scope, deps, { escalationId: id })
      const { answer: settled } = await scope.transact((ctx) => loadEscalation(ctx, id))
      const sent = settled?.['decision'] === 'approve' ? 1 : 0
      expect(await mailsOut(world(), '1013')).toHaveLength(sent)
    })

    it('closes the escalation when the run ended and was forgotten before that', async () => {
      const { scope, id, runId } = await waiting('1015')
      await answer(world(), id, 'approve')
      await resumeRun(scope, deps, { escalationId: id })
      await scope.transact(({ db }) =>
        db.update(escalations).set({ status: 'answered' }).where(eq(escalations.id, id)),
      )
      await deps.checkpointer.deleteThread(runId)
      await resumeRun(scope, deps, { escalationId: id })
      expect((await scope.transact((ctx) => loadEscalation(ctx, id))).status).toBe('resolved')
      expect(await mailsOut(world(), '1015')).toHaveLength(1)
    })

    it('refuses an edit with a threat, a foreign link, bank details or the invoice of another customer', async () => {
      const { id } = await waiting('1014')
      await seedAccount(world().scope(), '1024')
      for (const text of [
        'Invoice INV-2026-02-1024 is open too.',
        'Invoice inv-2026-02-1024 is open too.',
        'See https://billing.acme.example/i/tok_1024_2026-02',
        'Pay or we will see you in court.',
        'Pay here: https://evil.example/pay',
        'Our new account is DE89 3704 0044 0532 0130 00.',
      ])
        await expect(answer(world(), id, 'edit', text)).rejects.toMatchObject({ code: 'refused' })
      await answer(world(), id, 'edit', 'Your own invoice INV-2026-02-1014 is open.')
    })
  })

  it('forgets checkpoints of runs that are over and keeps those that wait', async () => {
    const scope = world().scope()
    await seedAccount(scope, '1021')
    const over = await ask(world(), '1021', 'Copy', 'Please send me a copy of my invoice as PDF.')
    const waits = await ask(world(), '1021', 'Refund', 'I want my money back. Refund it now.')
    const { runId: done } = await runTrigger(scope, deps, over)
    const { runId: waiting } = await runTrigger(scope, deps, waits)
    await forgetOldThreads(world().database, scope.now.add({ hours: 29 * 24 }))
    const kept = (id: string) => deps.checkpointer.getTuple({ configurable: { thread_id: id } })
    expect(await kept(done)).toBeDefined()
    const later = scope.now.add({ hours: 31 * 24 })
    expect(await forgetOldThreads(world().database, later)).toBeGreaterThan(0)
    expect(await kept(done)).toBeUndefined()
    expect(await kept(waiting)).toBeDefined()
    expect((await runTrigger(scope, deps, over)).status).toBe('done')
  })

  it('sends nothing twice when it dies after its effects', async () => {
    const scope = world().scope()
    await seedAccount(scope, '1020')
    const trigger = await ask(
      world(),
      '1020',
      'Copy',
      'Please send me a copy of my invoice as PDF.',
    )
    let deaths = 0
    const dying: Node = async (state, context) => {
      const done = await NODES.act(state, context)
      deaths += 1
      if (deaths < 3) throw new Error('killed')
      return done
    }
    const nodes: Nodes = { ...NODES, act: dying }
    await expect(runTrigger(scope, deps, trigger, nodes)).rejects.toThrow('killed')
    await expect(runTrigger(scope, deps, trigger, nodes)).rejects.toThrow('killed')
    const result = await runTrigger(scope, deps, trigger, nodes)
    expect(result.status).toBe('done')
    const mails = await mailsOut(world(), '1020')
    expect(mails).toHaveLength(1)
    expect(mails[0]?.attachInvoiceId).toBe('inv_1020_2026-02')
  })
})
