import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { escalations } from '#db/schema/agents.ts'
import { auditLog } from '#db/schema/tenancy.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { answerEscalation } from './answer-escalation.ts'
import { autonomyOf } from './autonomy.ts'
import { changeAutonomy, measuredAgreement } from './change-autonomy.ts'
import { lowerUnearnedEverywhere } from './lower-unearned.ts'

describeOnDatabases('what agents may do alone', (world) => {
  /** Questions about a pause that a person has answered, or an open one. */
  const ask = async (orgId: string, count: number, decision: 'approve' | 'edit' | null) => {
    const scope = world().scope(orgId)
    const ids = Array.from({ length: count }, () => scope.newId('esc'))
    await scope.transact(({ db, now }) =>
      db.insert(escalations).values(
        ids.map((id) => ({
          orgId,
          id,
          runId: `none:${id}`,
          reason: 'approval_needed',
          summary: 's',
          priority: 'normal' as const,
          status: decision === null ? ('open' as const) : ('answered' as const),
          context: { proposals: [{ kind: 'pause_dunning', verdict: 'ask' }] },
          ...(decision === null ? {} : { answer: { decision }, answeredBy: 'u', answeredAt: now }),
          dueAt: now,
          createdAt: now,
        })),
      ),
    )
    return ids
  }
  const org = async (id: string) => {
    await world().addOrg(id)
    return world().scope(id)
  }
  const levelIn = async (scope: Awaited<ReturnType<typeof org>>) =>
    autonomyOf((await scope.transact(loadOrganization)).settings.autonomy).pause_dunning
  const auditOf = (scope: Awaited<ReturnType<typeof org>>) =>
    scope.transact(async ({ db, orgId }) =>
      (await db.select().from(auditLog).where(eq(auditLog.orgId, orgId)))
        .map(({ action, reason }) => `${action} ${reason}`)
        .filter((line) => line.startsWith('autonomy')),
    )

  it('is lowered at will and raised back to the usual, but no higher without proof', async () => {
    const scope = await org('org_low')
    const set = (change: Record<string, 'execute' | 'once' | 'ask'>) =>
      scope.transact((ctx) => changeAutonomy(ctx, change))
    expect((await set({ pause_dunning: 'ask', send_reply: 'ask' })).send_reply).toBe('ask')
    expect((await set({ pause_dunning: 'once' })).pause_dunning).toBe('once')
    await ask('org_low', 60, 'approve')
    await expect(set({ pause_dunning: 'execute' })).rejects.toThrow(
      'of 60 answers in 90 days 60 were unchanged, at least 94.0 %',
    )
    await expect(set({ propose_credit: 'execute' })).rejects.toThrow('always needs a person')
    await expect(set({ payment_plan: 'execute' })).rejects.toThrow('always needs a person')
    await expect(set({ stop_dunning: 'ask' })).rejects.toThrow('never held up')
    await expect(set({ send_reply: 'once' })).rejects.toThrow('execute or ask')
    await expect(set({ refund_all: 'execute' })).rejects.toThrow('no such kind')
    expect(await levelIn(scope)).toBe('once')
  })

  it('is raised by what people’s answers prove, and falls back with the answer that breaks it', async () => {
    const scope = await org('org_high')
    await ask('org_high', 73, 'approve')
    await scope.transact((ctx) => changeAutonomy(ctx, { pause_dunning: 'execute' }))
    expect(await levelIn(scope)).toBe('execute')
    const [open = ''] = await ask('org_high', 1, null)
    await scope.transact((ctx) =>
      answerEscalation(ctx, { id: open, answer: { decision: 'reject' } }),
    )
    expect((await scope.transact(measuredAgreement)).get('pause_dunning')).toMatchObject({
      n: 74,
      unchanged: 73,
      rejected: 1,
    })
    expect(await levelIn(scope)).toBe('once')
    expect(await auditOf(scope)).toEqual([
      'autonomy.changed pause_dunning: once to execute',
      'autonomy.lowered pause_dunning: execute is not earned any more',
    ])
  })

  it('falls back when the answers it was earned with are too old to count', async () => {
    const scope = await org('org_old')
    await ask('org_old', 80, 'approve')
    await scope.transact((ctx) => changeAutonomy(ctx, { pause_dunning: 'execute' }))
    const { system } = world()
    await lowerUnearnedEverywhere(system)
    expect(await levelIn(scope)).toBe('execute')
    await scope.transact(({ db, now, orgId }) =>
      db
        .update(escalations)
        .set({ answeredAt: now.subtract({ hours: 24 * 91 }) })
        .where(eq(escalations.orgId, orgId)),
    )
    await lowerUnearnedEverywhere(system)
    expect(await levelIn(scope)).toBe('once')
    expect(await auditOf(scope)).toHaveLength(2)
  })

  it('stays within its ceiling whatever stands in the settings', () => {
    const stored = { propose_credit: 'execute', escalate: 'execute', stop_dunning: 'ask' } as const
    expect(autonomyOf(stored)).toEqual(autonomyOf({}))
  })
})
