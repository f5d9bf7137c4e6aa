import { customers } from '#db/schema/customers.ts'
import type { TestWorld } from '#db/testing/database.ts'

/** Adds customers that usage can name. */
export async function addCustomers(
  world: TestWorld,
  ids: readonly string[],
  values: { orgId?: string; status?: 'active' | 'past_due' | 'trial' } = {},
): Promise<void> {
  await world.database.db.insert(customers).values(
    ids.map((id) => ({
      orgId: values.orgId ?? 'org_test',
      id,
      name: `Customer ${id}`,
      currency: 'EUR',
      country: 'DE',
      address: {},
      timeZone: 'Europe/Berlin',
      locale: 'de',
      taxIdStatus: 'none' as const,
      taxExempt: false,
      audience: 'b2b' as const,
      status: values.status ?? ('active' as const),
      collection: 'card' as const,
      manualHold: false,
      createdAt: world.scope().now,
    })),
  )
}

/** An event in the full form. */
export function usage(
  key: string,
  values: {
    customer?: string
    at?: string
    quantity?: string | number
    metric?: string
    properties?: Record<string, unknown>
  } = {},
): Record<string, unknown> {
  return {
    event_id: `evt_${key}`,
    idempotency_key: key,
    event_type: values.metric ?? 'api_calls',
    timestamp: values.at ?? '2026-02-20T10:30:00Z',
    customer_id: values.customer ?? '1001',
    quantity: values.quantity ?? '1',
    ...(values.properties ? { properties: values.properties } : {}),
  }
}
