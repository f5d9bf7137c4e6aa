import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openScope } from '#db/context.ts'
import { claimDueJobs, enqueue } from '#db/outbox.ts'
import { idempotencyKeys } from '#db/schema/tenancy.ts'
import { createOrganization } from '#src/tenancy/create-organization.ts'
import { openGround } from './compose.ts'
import { readConfig } from './config.ts'

const home = await mkdtemp(join(tmpdir(), 'tollkeeper-ground-'))
afterAll(() => rm(home, { recursive: true }))

it('what a killed process had under way begins again at once when its folder is opened', async () => {
  const config = readConfig({ TOLLKEEPER_HOME: home })
  const options = { limit: 5, leaseSeconds: 3600 }
  const first = await openGround(config)
  const { id } = await createOrganization(first.system, {
    name: 'Acme API GmbH',
    country: 'DE',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    mode: 'live',
    owner: { email: 'owner@example.com', name: 'Owner' },
  })
  const scope = await openScope(first.system, id, { kind: 'system', id: 'test' })
  await scope.transact((ctx) => enqueue(ctx, { job: 'COUNT', key: 'once', payload: {} }))
  const claim = async ({ system }: typeof first) =>
    claimDueJobs(system.db, { ...options, realNow: system.clock.now() })
  expect(await claim(first)).toHaveLength(1)
  expect(await claim(first)).toEqual([])
  const request = { orgId: id, route: 'POST /api/customers', bodyHash: 'hash' }
  const createdAt = first.system.clock.now()
  await first.system.db.insert(idempotencyKeys).values([
    { ...request, key: 'cut off', createdAt },
    { ...request, key: 'answered', status: 201, answer: '{}', createdAt },
  ])
  await first.close()
  const second = await openGround(config)
  expect(await claim(second)).toMatchObject([{ job: 'COUNT', attempts: 2 }])
  const kept = await second.system.db.select({ key: idempotencyKeys.key }).from(idempotencyKeys)
  expect(kept).toEqual([{ key: 'answered' }])
  await second.close()
}, 60_000)
