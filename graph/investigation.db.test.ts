import { and, eq, sql } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { escalations } from '#db/schema/agents.ts'
import { messages } from '#db/schema/inbox.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { loadRun } from '#src/approvals/runs/list-runs.ts'
import { addAccount, openShop } from '#src/invoicing/testing/billing-world.ts'
import { runBilling } from '#src/invoicing/run-billing.ts'
import { rolledUp } from '#src/metering/testing/rolled-up.ts'
import { openCaseFile } from '#agents/tools/case-file.ts'
import { openCheckpoints } from './checkpoints.ts'
import type { RunDeps } from './nodes.ts'
import { runTrigger } from './run.ts'
import { seedMail } from './testing/seed.ts'
import { threadLocks } from './thread-locks.ts'

const MARCH = '2026-03-02T12:00:00Z'

describeOnDatabases('a bill that its customer says is wrong', (world) => {
  let deps: RunDeps
  beforeAll(async () => {
    deps = {
      model: null,
      checkpointer: await openCheckpoints(world().database),
      locks: threadLocks(world().database),
      publicUrl: 'https://billing.acme.example',
    }
    const february = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(february)
    for (const id of ['3001', '3002'])
      await addAccount(february, id, { customer: { locale: 'en-GB' }, calls: '20000' })
    await rolledUp(world())
    await runBilling(world().scope('org_test', MARCH), { period: '2026-02' })
  })

  async function dispute(customerId: string, number: string) {
    const scope = world().scope('org_test', MARCH)
    const ref = await seedMail(scope, {
      customerId,
      from: `rechnung@kunde-${customerId}.example`,
      subject: `Invoice ${number}`,
      text: 'The API calls line on my invoice is wrong, can you explain it?',
    })
    const { runId } = await runTrigger(scope, deps, { type: 'customer_query', ref })
    return scope.transact(async (ctx) => ({
      run: await loadRun(ctx, runId),
      asked: await ctx.db.select().from(escalations).where(eq(escalations.runId, runId)),
      sent: await ctx.db
        .select()
        .from(messages)
        .where(and(eq(messages.customerId, customerId), eq(messages.direction, 'out'))),
    }))
  }

  async function factsOf(customerId: string, words: string): Promise<Record<string, string>> {
    const scope = world().scope('org_test', MARCH)
    const payload = {
      messageId: 'm',
      from: 'a@b.example',
      subject: 'Invoice',
      text: `My bill ${words}.`,
      receivedAt: MARCH,
    }
    const file = await scope.transact((ctx) =>
      openCaseFile(ctx, {
        trigger: { type: 'customer_query', payload },
        customerId,
        anomalyId: null,
        withUsage: false,
        publicUrl: 'https://billing.acme.example',
      }),
    )
    return { ...file?.facts }
  }

  it('is rated again, and explained where it is right', async () => {
    const { run, sent } = await dispute('3001', 'INV-2026-02-0001')
    expect(run).toMatchObject({ status: 'done', nextAgent: 'inquiry_agent' })
    expect(sent).toHaveLength(1)
    const facts = await factsOf('3001', 'is wrong')
    expect(facts).toMatchObject({
      'investigation.result': 'no difference',
      'investigation.events': 'agrees',
      'investigation.steps.2': expect.stringContaining('10,000 × 0.001 = 10 EUR'),
    })
    expect(Object.keys(await factsOf('3001', 'is fine')).join()).not.toContain('investigation')
  })

  it('leads to a credit of the very difference, for a person to decide, where we billed too much', async () => {
    await world().system.db.transaction(async (db) => {
      await db.execute(sql`set local session_replication_role = replica`)
      await db.execute(
        sql`update invoice_lines l set amount_minor = amount_minor + 250 from invoices i
          where i.id = l.invoice_id and i.customer_id = '3002' and l.position = 1`,
      )
    })
    const { run, asked, sent } = await dispute('3002', 'INV-2026-02-0002')
    expect(sent).toEqual([])
    expect(run).toMatchObject({ status: 'waiting' })
    expect(await factsOf('3002', 'is wrong')).toMatchObject({
      'investigation.result': 'first difference: lines',
      'investigation.overbilled': '€2.50',
    })
    expect(asked).toMatchObject([{ reason: 'invoice_differs' }])
    expect(JSON.stringify(run)).toContain('"factKey":"investigation.overbilled"')
  })
})
