import { asc, eq, sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { rowsOf } from '#db/context.ts'
import { escalations } from '#db/schema/agents.ts'
import { dunningCases } from '#db/schema/collections.ts'
import { customers } from '#db/schema/customers.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { checkDunningSteps } from './checks.ts'
import { recordRecovery } from './record-recovery.ts'
import { bill, dunningWorld, settle, type OnCharge } from './testing/dunning-world.ts'

const SUNDAY = '2026-03-01T12:00:00Z'
const END = '2026-03-15T12:00:00Z'

describeOnDatabases('a month of dunning, on its days', (world) => {
  it('retries, writes and hands over as DUNNING_POLICY says, and a second look changes nothing', async () => {
    const org = dunningWorld(world(), 'org_test')
    const declines: Record<string, string> = {
      '1': 'expired_card',
      '2': 'expired_card',
      '3': 'expired_card',
      '4': 'insufficient_funds',
      '5': 'insufficient_funds',
      '6': 'generic_decline',
    }
    for (const [id, code] of Object.entries(declines)) {
      await org.debtor(id)
      await org.fail(SUNDAY, `inv_${id}`, code)
    }
    const charges: string[] = []
    const recover = (invoiceId: string, when: Parameters<OnCharge>[2]) =>
      org.at(when, async (ctx) => {
        await settle(ctx, invoiceId)
        await recordRecovery(ctx, { invoiceId })
      })
    // Soft declines go through on day 3, the unexplained one on day 7.
    const onCharge: OnCharge = async (invoiceId, cause, when) => {
      charges.push(`${invoiceId} ${cause.split(':')[1]}`)
      if (invoiceId === 'inv_6' && cause.startsWith('dunning:day3'))
        return org.fail(when, invoiceId, 'generic_decline', cause)
      return recover(invoiceId, when)
    }

    await org.runUntil('2026-03-04T12:00:00Z', onCharge)
    await org.at('2026-03-05T12:00:00Z', async (ctx) => {
      await settle(ctx, 'inv_1')
      await recordRecovery(ctx, { invoiceId: 'inv_1' })
    })
    await org.runUntil('2026-03-08T12:00:00Z', onCharge)
    await org.runUntil(END, onCharge)
    await org.runUntil(END, onCharge)

    expect(charges).toEqual(['inv_4 day3', 'inv_5 day3', 'inv_6 day3', 'inv_6 day7'])
    const cases = await org.at(END, (ctx) =>
      ctx.db.select().from(dunningCases).orderBy(asc(dunningCases.customerId)),
    )
    expect(cases.map(({ state }) => state)).toEqual([
      'recovered',
      'manual_review',
      'manual_review',
      'recovered',
      'recovered',
      'recovered',
    ])
    const accounts = await org.at(END, (ctx) =>
      ctx.db.select().from(customers).orderBy(asc(customers.id)),
    )
    expect(accounts.map(({ status }) => status)).toEqual([
      'active',
      'suspended',
      'suspended',
      'active',
      'active',
      'active',
    ])
    const queue = await org.at(END, (ctx) => ctx.db.select().from(escalations))
    expect(queue.map(({ reason, customerId }) => `${customerId} ${reason}`).sort()).toEqual([
      '2 manual_review',
      '3 manual_review',
    ])
    // Monday 08:00; Thursday 08:00, 72 hours later; Monday after the Sunday of day 7; Monday after that of day 14.
    const of2 = (await org.mails()).filter((mail) => mail.startsWith('2 '))
    expect(of2).toEqual([
      '2 day0 2026-03-02T07:00:00Z queued',
      '2 day3 2026-03-05T07:00:00Z queued',
      '2 day7 2026-03-09T07:00:00Z queued',
      '2 day14 2026-03-16T07:00:00Z queued',
    ])
    // Paid on day 3: no mail. Paid on day 7: the reminder of day 3 had gone, the urgent one was never written.
    const ofPaid = (await org.mails()).filter((mail) => /^[456] /.test(mail))
    expect(ofPaid).toEqual(['6 day3 2026-03-04T07:00:00Z withdrawn'])
    expect(await org.at(END, (ctx) => checkDunningSteps(ctx))).toEqual({ ok: true, problems: [] })
  })

  it('leaves an audit row with from, to and cause for each transition', async () => {
    const org = dunningWorld(world(), 'org_test')
    const rows = await org.at(END, (ctx) =>
      rowsOf<{ step: string }>(
        ctx.db,
        sql`select (data ->> 'from') || ' → ' || (data ->> 'to') as step from audit_log
          where action = 'dunning.transition' and data ->> 'invoiceId' = 'inv_6' order by id`,
      ),
    )
    expect(rows.map(({ step }) => step)).toEqual([
      'issued → payment_attempted',
      'payment_attempted → retry_scheduled',
      'retry_scheduled → reminder_sent',
      'reminder_sent → urgent_notice',
      'urgent_notice → recovered',
    ])
  })

  it('writes to two invoices of one customer with different clocks no more than four mails, 72 hours apart', async () => {
    await world().addOrg('org_two')
    const org = dunningWorld(world(), 'org_two')
    await org.debtor('7')
    await org.at(SUNDAY, async (ctx) => {
      await bill(ctx, '7', 'inv_7b')
    })
    await org.fail(SUNDAY, 'inv_7', 'expired_card')
    await org.fail('2026-03-03T10:00:00Z', 'inv_7b', 'expired_card')
    await org.runUntil('2026-03-28T12:00:00Z')
    const mails = await org.mails()
    expect(mails.length).toBe(4)
    expect(await org.at(END, (ctx) => checkDunningSteps(ctx))).toEqual({ ok: true, problems: [] })
    const states = await org.at(END, (ctx) =>
      ctx.db.select().from(dunningCases).where(eq(dunningCases.customerId, '7')),
    )
    expect(states.map(({ state }) => state)).toEqual(['manual_review', 'manual_review'])
  })
})
