import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeOnDatabases } from '#db/testing/database.ts'
import { apiKeys, auditLog, members, organizations } from '#db/schema/tenancy.ts'
import { Temporal } from '#src/kernel/time.ts'
import { authenticateKey } from './authenticate-key.ts'
import { createApiKey } from './create-key.ts'
import { createOrganization } from './create-organization.ts'
import { loadOrganization } from './organization.ts'
import { revokeApiKey } from './revoke-key.ts'

const ACME = {
  id: 'org_acme',
  name: 'Acme API GmbH',
  country: 'DE',
  timeZone: 'Europe/Berlin',
  currency: 'EUR',
  mode: 'live' as const,
  owner: { email: 'Olga@Acme.example', name: 'Olga' },
}

describeOnDatabases('organisations', (world) => {
  it('are founded with one owner, complete settings and an audit row, once', async () => {
    await createOrganization(world().system, {
      ...ACME,
      settings: { supportEmail: 'Help@Acme.example' },
    })
    const scope = world().scope('org_acme')
    expect(await scope.transact(loadOrganization)).toMatchObject({
      mode: 'live',
      settings: { paymentTermsDays: 30, supportEmail: 'help@acme.example', bank: null },
    })
    const owners = await scope.transact((ctx) => ctx.db.select().from(members))
    expect(owners).toMatchObject([{ email: 'olga@acme.example', role: 'owner' }])
    const audits = await scope.transact((ctx) => ctx.db.select().from(auditLog))
    expect(audits).toMatchObject([{ action: 'organization.created', subjectId: 'org_acme' }])
    await expect(createOrganization(world().system, ACME)).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  it('name the field that is wrong, and leave nothing behind', async () => {
    await expect(
      createOrganization(world().system, { ...ACME, id: 'org_bad', currency: 'EURO' }),
    ).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(
      createOrganization(world().system, {
        ...ACME,
        id: 'org_bad',
        clockAt: '2026-02-01T00:00:00Z',
      }),
    ).rejects.toMatchObject({ code: 'invalid_input' })
    const rows = await world()
      .system.db.select({ id: organizations.id })
      .from(organizations)
      .where(eq(organizations.id, 'org_bad'))
    expect(rows).toEqual([])
  })
})

describeOnDatabases('API keys', (world) => {
  const make = (expiresAt?: string) =>
    world()
      .scope()
      .transact((ctx) =>
        createApiKey(ctx, {
          name: 'ci',
          role: 'developer',
          ...(expiresAt ? { expiresAt: Temporal.Instant.from(expiresAt) } : {}),
        }),
      )

  it('are kept as a hash only, and tell whose they are', async () => {
    const made = await make()
    expect(made.key).toMatch(/^tk_test_[\w-]{43}$/)
    const rows = await world().system.db.select().from(apiKeys)
    expect(JSON.stringify(rows)).not.toContain(made.key.slice(made.prefix.length))
    expect(await authenticateKey(world().system, made.key)).toEqual({
      orgId: 'org_test',
      actor: { kind: 'api_key', id: made.id },
      isSandbox: true,
      role: 'developer',
    })
    expect(await authenticateKey(world().system, `tk_test_${'A'.repeat(43)}`)).toBeNull()
    expect(await authenticateKey(world().system, "' or true --")).toBeNull()
  })

  it('are refused within five seconds of their revocation, which is idempotent', async () => {
    const made = await make()
    world().setNow('2026-03-01T10:00:00Z')
    expect(await authenticateKey(world().system, made.key)).not.toBeNull()
    const revoke = () =>
      world()
        .scope()
        .transact((ctx) => revokeApiKey(ctx, made.id, 'leaked'))
    await revoke()
    await revoke()
    world().setNow('2026-03-01T10:00:05Z')
    expect(await authenticateKey(world().system, made.key)).toBeNull()
    const audits = await world()
      .system.db.select()
      .from(auditLog)
      .where(eq(auditLog.action, 'api_key.revoked'))
    expect(audits).toHaveLength(1)
  })

  it('end at their expiry even while cached', async () => {
    const made = await make('2026-03-01T12:00:02Z')
    world().setNow('2026-03-01T12:00:00Z')
    expect(await authenticateKey(world().system, made.key)).not.toBeNull()
    world().setNow('2026-03-01T12:00:02Z')
    expect(await authenticateKey(world().system, made.key)).toBeNull()
  })

  it('note their last use at most once a minute', async () => {
    const made = await make()
    const lastUsed = async () => {
      const rows = await world()
        .system.db.select({ at: apiKeys.lastUsedAt })
        .from(apiKeys)
        .where(eq(apiKeys.id, made.id))
      return rows[0]?.at?.toString()
    }
    world().setNow('2026-03-01T13:00:00Z')
    await authenticateKey(world().system, made.key)
    await expect.poll(lastUsed).toBe('2026-03-01T13:00:00Z')
    world().setNow('2026-03-01T13:00:50Z')
    await authenticateKey(world().system, made.key)
    world().setNow('2026-03-01T13:01:00Z')
    await authenticateKey(world().system, made.key)
    await expect.poll(lastUsed).toBe('2026-03-01T13:01:00Z')
  })

  it('belong to a tenant: another one sees none of them', async () => {
    await world().addOrg('org_other')
    const seen = await world()
      .scope('org_other')
      .transact((ctx) => ctx.db.select({ id: apiKeys.id }).from(apiKeys))
    expect(seen).toEqual([])
  })
})
