import { randomBytes } from 'node:crypto'
import { scopeAt, type Scope, type System } from '#db/context.ts'
import { customers } from '#db/schema/customers.ts'
import { organizations } from '#db/schema/tenancy.ts'
import { createApiKey } from '#src/tenancy/create-key.ts'
import { BENCH_CUSTOMERS } from './usage-load.ts'

/** A new organisation with the customers that the load names, and a key that may send usage. */
export async function ingestOrganization(system: System): Promise<{ scope: Scope; key: string }> {
  const now = system.clock.now()
  const orgId = `bench-${randomBytes(6).toString('hex')}`
  await system.db.insert(organizations).values({
    id: orgId,
    name: 'Bench',
    country: 'DE',
    timeZone: 'UTC',
    currency: 'EUR',
    mode: 'live',
    settings: {},
    createdAt: now,
  })
  const scope = scopeAt(system, orgId, { kind: 'system', id: 'bench' }, now)
  await scope.transact((ctx) =>
    ctx.db.insert(customers).values(
      BENCH_CUSTOMERS.map((id) => ({
        orgId,
        id,
        name: `Customer ${id}`,
        currency: 'EUR',
        address: {},
        timeZone: 'UTC',
        locale: 'en',
        taxIdStatus: 'none' as const,
        taxExempt: false,
        audience: 'b2b' as const,
        status: 'active' as const,
        collection: 'card' as const,
        manualHold: false,
        createdAt: now,
      })),
    ),
  )
  const { key } = await scope.transact((ctx) =>
    createApiKey(ctx, { name: 'bench', role: 'developer' }),
  )
  return { scope, key }
}
