import { sql } from 'drizzle-orm'
import { scopeAt, type Scope, type System } from '#db/context.ts'
import { organizations } from '#db/schema/tenancy.ts'
import type { Actor } from '#src/kernel/ids.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { publishPricing } from '#src/subscriptions/publish-pricing.ts'

const ACTOR: Actor = { kind: 'system', id: 'bench' }
const EARLY = parseInstant('2026-01-01T00:00:00Z')
const AFTER = parseInstant('2026-03-02T12:00:00Z')

const PRICING = `
version: bench
effectiveDate: "2025-01-01T00:00:00Z"
meteringWindow: monthly
roundingRule: nearest
tiers:
  - id: api
    basePrice: 20
    currency: EUR
    includedUsage: { storage_gb: 50 }
    overageRates: { storage_gb: 0.25 }
    charges:
      - metric: api_calls
        model: graduated
        tiers:
          - { upTo: 10000, unitPrice: 0 }
          - { upTo: 100000, unitPrice: 0.001 }
          - { upTo: null, unitPrice: 0.0005 }
`

/** Customers a statement: a hundred thousand rows at once would wait for one long commit. */
const STEP = 10_000
/** Hours of the month in which a customer used each of the two metrics. */
const USED_HOURS = 8

/**
 * An organisation of its own: customers of several countries and zones, a contact and a subscription each, two metrics
 * used in eight hours of February by everybody (hourly buckets), and for every twentieth customer a last event that
 * the roll-up has not passed. Returned as its scope after the end of February 2026.
 */
export async function billingOrg(system: System, customers: number): Promise<Scope> {
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
  for (let first = 1; first <= customers; first += STEP)
    await seed(early, first, Math.min(customers, first + STEP - 1))
  // What autovacuum has done long since where an organisation grew to this size.
  for (const table of ['customers', 'contacts', 'subscriptions', 'usage_buckets', 'usage_events'])
    await system.db.execute(sql`analyze ${sql.identifier(table)}`)
  return scopeAt(system, orgId, ACTOR, AFTER)
}

function seed(scope: Scope, first: number, last: number): Promise<void> {
  const numbers = sql`generate_series(${first}::int, ${last}::int) n`
  const at = sql`${EARLY.toString()}::timestamptz`
  return scope.transact(async ({ db, orgId }) => {
    await db.execute(sql`
      insert into customers (org_id, id, name, currency, country, address, time_zone, locale, tax_id_status,
        tax_exempt, audience, status, collection, manual_hold, created_at)
      select ${orgId}, n::text, 'Customer ' || n, 'EUR', (array['DE','FR','US','IT'])[1 + n % 4],
        jsonb_build_object('line1', 'Main Street ' || n, 'postalCode', '10115', 'city', 'Springfield'),
        (array['Europe/Berlin','Europe/Paris','America/New_York','Asia/Kolkata'])[1 + n % 4], 'en', 'none', false,
        'b2b', 'active', case when n % 3 = 0 then 'transfer' else 'card' end, false, ${at}
      from ${numbers}`)
    await db.execute(sql`
      insert into contacts (org_id, id, customer_id, email, name, role, created_at)
      select ${orgId}, 'con_' || n, n::text, 'billing@customer-' || n || '.example', 'Billing', 'billing', ${at}
      from ${numbers}`)
    await db.execute(sql`
      insert into subscriptions (org_id, id, customer_id, plan_id, pricing_version, status, anchor_day, started_at,
        created_at)
      select ${orgId}, 'sub_' || n, n::text, 'api', 'bench', 'active', 1, ${at}, ${at} from ${numbers}`)
    await db.execute(sql`
      insert into usage_buckets (org_id, customer_id, metric, hour, count, sum, max, min)
      select ${orgId}, n::text, metric, timestamptz '2026-02-01T06:00:00Z' + make_interval(hours => h * 77),
        10, 1 + (n * scale + h) % (scale * 40), 100, 1
      from ${numbers}, (values ('api_calls', 997), ('storage_gb', 3)) as m(metric, scale),
        generate_series(1, ${USED_HOURS}) h order by n, metric, h`)
    await db.execute(sql`
      insert into usage_events (org_id, event_id, idempotency_key, customer_id, metric, timestamp, quantity,
        received_at)
      select ${orgId}, 'last-' || n, 'last-' || n, n::text, 'api_calls', timestamptz '2026-02-28T15:00:00Z', 250,
        ${AFTER.toString()}::timestamptz
      from ${numbers} where n % 20 = 0`)
  })
}
