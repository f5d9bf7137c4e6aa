import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { escalations } from '#db/schema/agents.ts'
import { dunningCases } from '#db/schema/collections.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { ledgerTransactions } from '#db/schema/ledger.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { recordRecovery } from '#src/collections/record-recovery.ts'
import { AGENT, dunningWorld, PERSON, settle } from '#src/collections/testing/dunning-world.ts'
import { loadCustomer } from '#src/customers/load-customer.ts'
import type { Actor } from '#src/kernel/ids.ts'
import { answerEscalation } from './answer-escalation.ts'
import { followUpEscalation } from './follow-up.ts'
import { loadEscalation } from './load-escalation.ts'
import type { EscalationAnswer } from './shapes.ts'

const DAY29 = '2026-03-30T12:00:00Z'

describeOnDatabases('the proposal to close a case that stays unpaid', (world) => {
  let made = 0

  /** An organisation whose one case has run its course: the proposal lies in the queue. */
  async function exhausted() {
    made += 1
    await world().addOrg(`org_close_${made}`)
    const org = dunningWorld(world(), `org_close_${made}`)
    await org.debtor('1')
    await org.fail('2026-03-01T12:00:00Z', 'inv_1', 'expired_card')
    await org.runUntil(DAY29)
    const [proposal] = await org.at(DAY29, (ctx) =>
      ctx.db.select().from(escalations).where(eq(escalations.reason, 'dunning_exhausted')),
    )
    const id = proposal?.id ?? ''
    const answer = (given: EscalationAnswer, by: Actor = PERSON) =>
      org.at(DAY29, (ctx) => answerEscalation(ctx, { id, answer: given }), by)
    // As the worker does it: the system's job, in nobody's name.
    const followUp = () =>
      org.at(DAY29, async (ctx) => followUpEscalation(ctx, await loadEscalation(ctx, id)))
    const state = () =>
      org.at(DAY29, async (ctx) => {
        const [row] = await ctx.db.select().from(dunningCases)
        const [invoice] = await ctx.db.select().from(invoices)
        const { status } = await loadCustomer(ctx, '1')
        return {
          case: row?.state,
          invoice: invoice?.status,
          account: status,
          queue: (await loadEscalation(ctx, id)).status,
        }
      })
    return { ...org, id, answer, followUp, state }
  }

  it('closes the case, ends the account and writes the amount off in the approver’s name when approved', async () => {
    const { at, id, answer, followUp, state } = await exhausted()
    await answer({ decision: 'approve' })
    await followUp()
    await followUp()
    expect(await state()).toEqual({
      case: 'closed',
      invoice: 'uncollectible',
      account: 'churned',
      queue: 'resolved',
    })
    const [writtenOff] = await at(DAY29, (ctx) =>
      ctx.db.select().from(ledgerTransactions).where(eq(ledgerTransactions.kind, 'write_off')),
    )
    expect(writtenOff).toMatchObject({ actor: 'member:mbr_1', approval: id })
  })

  it('leaves everything as it is when rejected', async () => {
    const { answer, followUp, state } = await exhausted()
    await answer({ decision: 'reject' })
    await followUp()
    expect(await state()).toMatchObject({ case: 'manual_review', invoice: 'finalized' })
  })

  it('closes nothing on the word of anybody but a person', async () => {
    const { answer, followUp, state } = await exhausted()
    await answer({ decision: 'approve' }, AGENT)
    await followUp()
    expect(await state()).toEqual({
      case: 'manual_review',
      invoice: 'finalized',
      account: 'suspended',
      queue: 'resolved',
    })
  })

  it('closes nothing when the money arrived between approval and closing', async () => {
    const { at, answer, followUp, state } = await exhausted()
    await answer({ decision: 'approve' })
    await at(DAY29, async (ctx) => {
      await settle(ctx, 'inv_1')
      await recordRecovery(ctx, { invoiceId: 'inv_1' })
    })
    await followUp()
    expect(await state()).toEqual({
      case: 'recovered',
      invoice: 'paid',
      account: 'active',
      queue: 'resolved',
    })
  })
})
