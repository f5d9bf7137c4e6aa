import type { Scope } from '#db/context.ts'
import { createCustomer } from '#src/customers/create-customer.ts'
import { recordUsage } from '#src/metering/record-usage.ts'
import { publishPricing } from '#src/subscriptions/publish-pricing.ts'
import { subscribe } from '#src/subscriptions/subscribe.ts'

/** The graduated API plan of the requirements' numbers, and what the tests need around it. */
const PRICING = `
version: "test-1"
effectiveDate: "2025-01-01T00:00:00Z"
meteringWindow: monthly
roundingRule: nearest
tiers:
  - id: api
    basePrice: 0
    currency: EUR
    charges:
      - metric: api_calls
        model: graduated
        tiers:
          - { upTo: 10000, unitPrice: 0 }
          - { upTo: 100000, unitPrice: 0.001 }
          - { upTo: null, unitPrice: 0.0005 }
  - id: flat
    basePrice: 100
    currency: EUR
  - id: free
    basePrice: 0
    currency: EUR
  - id: dollars
    basePrice: 100
    currency: USD
addons:
  - { id: premium_support, name: Premium support, price: 99 }
`

/** Publishes the pricing of these tests. */
export async function openShop(scope: Scope): Promise<void> {
  await scope.transact((ctx) => publishPricing(ctx, PRICING))
}

type NewCustomerInput = Parameters<typeof createCustomer>[1]
type NewSubscriptionInput = Parameters<typeof subscribe>[1]

/** A German account that pays by transfer, on a plan since January; subscription id "sub_<id>". */
export async function addAccount(
  scope: Scope,
  id: string,
  options: {
    customer?: Partial<NewCustomerInput>
    planId?: string | null
    subscription?: Partial<NewSubscriptionInput>
    calls?: string
  } = {},
): Promise<void> {
  const planId = options.planId === undefined ? 'api' : options.planId
  await scope.transact(async (ctx) => {
    await createCustomer(ctx, {
      id,
      name: `Kunde ${id} GmbH`,
      currency: 'EUR',
      country: 'DE',
      timeZone: 'Europe/Berlin',
      collection: 'transfer',
      contacts: [{ email: `rechnung@kunde-${id}.example`, name: 'Buchhaltung' }],
      ...options.customer,
    })
    if (planId !== null)
      await subscribe(ctx, {
        id: `sub_${id}`,
        customerId: id,
        planId,
        startedAt: '2026-01-01T00:00:00Z',
        anchorDay: 1,
        ...options.subscription,
      })
  })
  if (options.calls !== undefined) await useCalls(scope, id, options.calls, '2026-02-10T12:30:00Z')
}

/** Records API calls of an account. */
export async function useCalls(scope: Scope, id: string, calls: string, at: string): Promise<void> {
  const key = `calls-${id}-${at}-${calls}`
  const answer = await recordUsage(scope, {
    events: [
      {
        event_id: key,
        idempotency_key: key,
        event_type: 'api_calls',
        timestamp: at,
        customer_id: id,
        quantity: calls,
      },
    ],
  })
  if (answer.accepted !== 1) throw new Error(JSON.stringify(answer))
}

/** The requirements' account: 247,891 calls and premium support, Germany. */
export function addAccount1047(scope: Scope): Promise<void> {
  return addAccount(scope, '1047', {
    calls: '247891',
    subscription: { addons: [{ addonId: 'premium_support' }] },
  })
}
