import { sql } from 'drizzle-orm'
import { scopeAt, type Scope, type System } from '#db/context.ts'
import { organizations } from '#db/schema/tenancy.ts'
import type { Actor } from '#src/kernel/ids.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { publishPricing } from '#src/subscriptions/publish-pricing.ts'

const ACTOR: Actor = { kind: 'system', id: 'bench' }
const EARLY = parseInstant('2026-01-01T00:00:00Z')
const AFTER = parseInstant('2026-03-01T12:00:00Z')

const PRICING = `
version: bench
effectiveDate: "2025-01-01T00:00:00Z"
meteringWindow: monthly
roundingRule: nearest
tiers:
  - id: api
    basePrice: 20
    currency: EUR
    charges:
      - metric: api_calls
        model: graduated
        tiers:
          - { upTo: 10000, unitPrice: 0 }
          - { upTo: 100000, unitPrice: 0.001 }
          - { upTo: null, unitPrice: 0.0005 }
`

/**
 * An organisation of its own with customers, `subscriptionsEach` subscriptions each on a graduated plan, and a day of
 * usage per customer. Returned as its scope after the end of February 2026.
 */
export async function billingOrg(
  system: System,
  size: { readonly customers: number; readonly subscriptionsEach: number },
): Promise<Scope> {
  const orgId = system.newId('org')
  await system.db.insert(organizations).values({
    id: orgId,
    name: 'Bench GmbH',
    country: 'DE',
    timeZone: 'Europe/Berlin',
    currency: 'EUR',
    mode: 'sandbox',
    clockAt: AFTER,
    settings: {},
    createdAt: EARLY,
  })
  const early = scopeAt(system, orgId, ACTOR, EARLY)
  await early.transact((ctx) => publishPricing(ctx, PRICING))
  await early.transact(async ({ db }) => {
    await db.execute(sql`
      insert into customers (org_id, id, name, currency, country, address, time_zone, locale, tax_id_status,
        tax_exempt, audience, status, collection, manual_hold, created_at)
      select ${orgId}, (1000 + n)::text, 'Customer ' || n, 'EUR', (array['DE','FR','US','IT'])[1 + n % 4], '{}',
        'Europe/Berlin', 'en', 'none', false, 'b2b', 'active', 'card', false, ${EARLY.toString()}::timestamptz
      from generate_series(1, ${size.customers}::int) n`)
    await db.execute(sql`
      insert into subscriptions (org_id, id, customer_id, plan_id, pricing_version, status, anchor_day, started_at,
        created_at)
      select ${orgId}, 'sub_' || n || '_' || s, (1000 + n)::text, 'api', 'bench', 'active', 1,
        ${EARLY.toString()}::timestamptz, ${EARLY.toString()}::timestamptz
      from generate_series(1, ${size.customers}::int) n, generate_series(1, ${size.subscriptionsEach}::int) s`)
    await db.execute(sql`
      insert into usage_buckets (org_id, customer_id, metric, hour, count, sum, max, min)
      select ${orgId}, (1000 + n)::text, 'api_calls', timestamptz '2026-02-10T00:00:00Z' + make_interval(hours => h),
        10, 1000 * n % 7919, 100, 1
      from generate_series(1, ${size.customers}::int) n, generate_series(0, 23) h`)
  })
  return scopeAt(system, orgId, ACTOR, AFTER)
}
