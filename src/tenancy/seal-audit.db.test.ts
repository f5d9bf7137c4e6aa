import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { rowsOf } from '#db/context.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { recordAudit } from './audit.ts'
import { checkAuditChain } from './checks.ts'
import { sealAudit } from './seal-audit.ts'

describeOnDatabases('the chain of the audit trail', (world) => {
  const write = (orgId: string, subject: string) =>
    world()
      .scope(orgId)
      .transact((ctx) =>
        recordAudit(ctx, {
          action: 'test.done',
          subject: { type: 'test', id: subject },
          reason: 'because',
          data: { nested: { b: 1, a: [1.5, 'ü'] } },
        }),
      )
  const check = (orgId: string) => world().scope(orgId).transact(checkAuditChain)
  const seals = () =>
    rowsOf<{ org_id: string; seq: number; rows: number; linked: boolean }>(
      world().system.db,
      sql`select org_id, seq, cardinality(audit_ids) as rows,
          previous_hash = coalesce((select p.hash from audit_seals p where p.org_id = s.org_id and p.seq = s.seq - 1), '') as linked
        from audit_seals s order by org_id, seq`,
    )

  it('seals each row once, organisation by organisation, each seal on the one before', async () => {
    await world().addOrg('org_b')
    for (const id of ['1', '2', '3']) await write('org_test', id)
    await write('org_b', '1')
    expect(await sealAudit(world().system)).toBe(4)
    expect(await sealAudit(world().system)).toBe(0)
    await write('org_test', '4')
    const counts = await Promise.all([sealAudit(world().system), sealAudit(world().system)])
    expect(counts[0] + counts[1]).toBe(1)
    expect(await seals()).toEqual([
      { org_id: 'org_b', seq: 1, rows: 1, linked: true },
      { org_id: 'org_test', seq: 1, rows: 3, linked: true },
      { org_id: 'org_test', seq: 2, rows: 1, linked: true },
    ])
    await write('org_test', 'not sealed yet')
    expect(await check('org_test')).toEqual({ ok: true, problems: [] })
    expect(await check('org_b')).toEqual({ ok: true, problems: [] })
  })

  it('lets writers go on while it seals: nobody waits for the head of the chain', async () => {
    // One connection has no two transactions.
    if (world().database.kind === 'embedded') return
    await world().system.db.transaction(async (held) => {
      await held.execute(sql`select pg_advisory_xact_lock(hashtextextended('audit:org_test', 0))`)
      await write('org_test', 'meanwhile')
      expect(await sealAudit(world().system)).toBe(0)
    })
    expect(await sealAudit(world().system)).toBeGreaterThan(0)
    expect(await check('org_test')).toMatchObject({ ok: true })
  })

  it.each([
    [
      'a row changed',
      /not the hash of its rows/,
      sql`update audit_log set data = '{}' where subject_id = '2'`,
    ],
    [
      'a row moved in time',
      /not the hash of its rows/,
      sql`update audit_log set at = at + interval '1 second' where subject_id = '2'`,
    ],
    ['a row taken away', /is sealed and gone/, sql`delete from audit_log where subject_id = '4'`],
    [
      'a row slipped in',
      /was never sealed/,
      sql`insert into audit_log select org_id, 'aud_x', at, actor, action, subject_type, subject_id, reason, data from audit_log where subject_id = '1' and org_id = 'org_test'`,
    ],
    [
      'a seal taken away',
      /does not follow|never sealed/,
      sql`delete from audit_seals where seq = 1 and org_id = 'org_test'`,
    ],
    [
      'a seal made anew over changed rows',
      /does not follow/,
      sql`update audit_seals set hash = audit_seal_hash(org_id, seq, 'x', audit_ids), previous_hash = 'x' where seq = 2`,
    ],
  ])('shows %s', async (_what, problem, tampering) => {
    const found = world().system.db.transaction(async (db) => {
      // Past all walls, as somebody with the database in hand.
      await db.execute(sql`select set_config('session_replication_role', 'replica', true)`)
      await db.execute(tampering)
      const { problems } = await checkAuditChain({ db, orgId: 'org_test' })
      throw new Error(problems.join('; '))
    })
    await expect(found).rejects.toThrow(problem)
    expect(await check('org_test')).toMatchObject({ ok: true })
  })
})
