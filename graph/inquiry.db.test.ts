import { and, eq } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { messages } from '#db/schema/inbox.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { addAccount, openShop } from '#src/invoicing/testing/billing-world.ts'
import { runBilling } from '#src/invoicing/run-billing.ts'
import { recordUsage } from '#src/metering/record-usage.ts'
import { rolledUp } from '#src/metering/testing/rolled-up.ts'
import { openCheckpoints } from './checkpoints.ts'
import type { RunDeps } from './nodes.ts'
import { runTrigger } from './run.ts'
import { seedMail } from './testing/seed.ts'
import { threadLocks } from './thread-locks.ts'

const MARCH = '2026-03-02T12:00:00Z'

async function useFrom(world: TestWorld, region: string, quantity: string, timestamp: string) {
  const key = `${region} ${timestamp}`
  const event = {
    event_id: key,
    idempotency_key: key,
    event_type: 'api_calls',
    timestamp,
    customer_id: '3001',
    quantity,
    properties: { region },
  }
  const answer = await recordUsage(world.scope('org_test', timestamp), { events: [event] })
  expect(answer.accepted).toBe(1)
}

describeOnDatabases('an answer about a bill', (world) => {
  let deps: RunDeps
  beforeAll(async () => {
    deps = {
      model: null,
      checkpointer: await openCheckpoints(world().database),
      locks: threadLocks(world().database),
      publicUrl: 'https://billing.acme.example',
    }
    const january = world().scope('org_test', '2026-01-02T00:00:00Z')
    await openShop(january)
    await addAccount(january, '3001', {
      customer: { locale: 'en-GB' },
      subscription: {
        addons: [{ addonId: 'premium_support', from: '2026-01-31T23:00:00Z' }],
      },
    })
    await useFrom(world(), 'us', '20000', '2026-01-10T12:00:00Z')
    await useFrom(world(), 'us', '21000', '2026-02-10T12:00:00Z')
    await useFrom(world(), 'eu', '92000', '2026-02-11T12:00:00Z')
    await rolledUp(world())
    await runBilling(world().scope('org_test', '2026-02-02T12:00:00Z'), { period: '2026-01' })
    await runBilling(world().scope('org_test', MARCH), { period: '2026-02' })
  })

  async function answered(subject: string, text: string, at = MARCH): Promise<string> {
    const scope = world().scope('org_test', at)
    const mail = { customerId: '3001', from: 'rechnung@kunde-3001.example', subject, text }
    const trigger = { type: 'customer_query' as const, ref: await seedMail(scope, mail) }
    const { runId } = await runTrigger(scope, deps, trigger)
    const out = await scope.transact(({ db, orgId }) =>
      db
        .select()
        .from(messages)
        .where(and(eq(messages.orgId, orgId), eq(messages.direction, 'out'))),
    )
    return out.find(({ key }) => key.startsWith(runId))?.text ?? ''
  }

  it('names the lines, the tax and the usage behind a higher bill, to the cent', async () => {
    const text = await answered('Invoice', 'Why is my bill higher than last month?')
    // January: 10,000 × €0.001 = €10.00. February: 90,000 × €0.001 + 13,000 × €0.0005 = €96.50, and support €99.00.
    expect(text).toContain('a difference of +€220.75')
    expect(text).toContain(
      [
        '- Premium support: +€99.00',
        '- API calls: +€86.50 (20,000 → 113,000)',
        '  - region = eu: +92,000 (0 → 92,000)',
        '  - region = us: +1,000 (20,000 → 21,000)',
        '- Tax: +€35.25',
      ].join('\n'),
    )
  })

  it('explains each line with its tier, quantity and price', async () => {
    const text = await answered('Invoice', 'Please explain the line items on my invoice.')
    expect(text).toContain('13,000 × €0.0005 = €6.50')
    expect(text).toContain('Premium support')
  })

  it('asks back where several invoices fit, and takes the one that is described', async () => {
    expect(
      await answered('Invoice', 'Please explain the line items of the January invoice.'),
    ).toContain('Invoice INV-2026-01-0001 is for January 2026')
    const both = 'Please explain the line items of my invoices for January and February.'
    expect(await answered('Invoice', both, '2026-03-03T12:00:00Z')).toMatch(
      /Several invoices[\s\S]*INV-2026-02[\s\S]*INV-2026-01/,
    )
  })
})
