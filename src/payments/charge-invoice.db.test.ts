import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import type { Scope } from '#db/context.ts'
import { dunningCases } from '#db/schema/collections.ts'
import { payments } from '#db/schema/payments.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { collectedSandboxIntents } from '#src/gateways/payments/sandbox-books.ts'
import {
  completeSandboxIntent,
  setSandboxCardBehaviour,
} from '#src/gateways/payments/sandbox-controls.ts'
import { attachCard } from './attach-card.ts'
import { chargeInvoice } from './charge-invoice.ts'
import { paymentsOfInvoice } from './payment-rows.ts'
import { checkChargesAndCash } from './checks.ts'
import {
  addCustomer,
  addInvoice,
  jobKeys,
  moneyState,
  runJobs,
  sandboxFor,
  sandboxWith,
} from './testing/payment-world.ts'

describeOnDatabases('charging an invoice', (world) => {
  let orgs = 0

  /** An organisation of its own with a customer "1", a card, and invoice "inv" over 312.91. */
  async function prepared(token: string): Promise<{ scope: Scope; cardId: string }> {
    orgs += 1
    const orgId = `org_charge_${orgs}`
    await world().addOrg(orgId)
    const scope = world().scope(orgId)
    await addCustomer(scope, '1')
    const deps = { providerFor: sandboxFor(world()) }
    const card = await attachCard(scope, deps, { customerId: '1', token })
    await addInvoice(scope, { id: 'inv', customerId: '1', totalMinor: 31291n })
    return { scope, cardId: card.id }
  }

  const charge = (scope: Scope, cause = 'finalized', providerFor = sandboxFor(world())) =>
    chargeInvoice(scope, { providerFor }, { invoiceId: 'inv', cause })
  const state = (scope: Scope) => scope.transact(moneyState)
  const collected = (scope: Scope) => scope.transact(collectedSandboxIntents)
  const holds = async (scope: Scope) =>
    expect(await scope.transact(checkChargesAndCash)).toEqual({ ok: true, problems: [] })

  it('collects once: the answer books the money, the webhook changes nothing', async () => {
    const { scope } = await prepared('pm_card_visa')
    expect(await charge(scope)).toMatchObject({ kind: 'charged', status: 'succeeded' })
    const after = await state(scope)
    expect(after.invoices).toEqual([{ status: 'paid', paidMinor: 31291n }])
    expect(after.balances).toEqual(['clearing:sandbox 31291 EUR', 'revenue:usage -31291 EUR'])
    expect(await runJobs(world())).toEqual([])
    expect(await state(scope)).toEqual(after)
    expect(await jobKeys(scope, 'RUN_SUPERVISOR')).toEqual([])
    await holds(scope)
  })

  it('tells the supervisor of a decline once, by the webhook, and charges a cause once', async () => {
    const { scope } = await prepared('pm_card_chargeDeclinedInsufficientFunds')
    expect(await charge(scope)).toMatchObject({ kind: 'charged', status: 'failed' })
    expect(await jobKeys(scope, 'RUN_SUPERVISOR')).toEqual([])
    await runJobs(world(), { jobs: ['SANDBOX_DELIVER_EVENT', 'APPLY_PROVIDER_EVENT'] })
    expect(await jobKeys(scope, 'RUN_SUPERVISOR')).toHaveLength(1)
    expect((await state(scope)).payments).toMatchObject([
      { status: 'failed', failureCode: 'card_declined', declineCode: 'insufficient_funds' },
    ])
    expect(await charge(scope)).toEqual({ kind: 'refused', reason: 'cause_done' })
    await holds(scope)
  })

  it('charges a paid invoice, a missing one and a customer without a card not at all', async () => {
    const { scope } = await prepared('pm_card_visa')
    await charge(scope)
    expect(await charge(scope, 'dunning:day3')).toEqual({
      kind: 'refused',
      reason: 'not_finalized',
    })
    expect(
      await chargeInvoice(
        scope,
        { providerFor: sandboxFor(world()) },
        { invoiceId: 'none', cause: 'finalized' },
      ),
    ).toEqual({ kind: 'refused', reason: 'not_found' })
    await addCustomer(scope, '2')
    await addInvoice(scope, { id: 'inv2', customerId: '2', totalMinor: 100n })
    expect(
      await chargeInvoice(
        scope,
        { providerFor: sandboxFor(world()) },
        { invoiceId: 'inv2', cause: 'finalized' },
      ),
    ).toMatchObject({ kind: 'refused', reason: 'no_card' })
  })

  it('collects from whoever has no card to charge at all: the first refusal opens a dunning case, once', async () => {
    const { scope } = await prepared('pm_card_visa')
    await addCustomer(scope, '2')
    await addInvoice(scope, { id: 'inv2', customerId: '2', totalMinor: 100n })
    const first = () =>
      chargeInvoice(
        scope,
        { providerFor: sandboxFor(world()) },
        { invoiceId: 'inv2', cause: 'finalized' },
      )
    await first()
    await first()
    const cases = await scope.transact((ctx) => ctx.db.select().from(dunningCases))
    expect(cases).toMatchObject([
      { invoiceId: 'inv2', declineClass: 'customer_action', declineCode: 'no_card', failures: 1 },
    ])
    expect(await jobKeys(scope, 'DRAFT_DUNNING_MAIL')).toEqual([`${cases[0]?.id}:day0`])
  })

  it('collects when the networks forbid the first charge', async () => {
    const { scope } = await prepared('pm_card_chargeDeclinedInsufficientFunds')
    await charge(scope)
    await scope.transact((ctx) =>
      ctx.db.update(payments).set({ networkCode: 'R1' }).where(eq(payments.orgId, ctx.orgId)),
    )
    await addInvoice(scope, { id: 'inv2', customerId: '1', totalMinor: 100n })
    const refused = await chargeInvoice(
      scope,
      { providerFor: sandboxFor(world()) },
      { invoiceId: 'inv2', cause: 'finalized' },
    )
    expect(refused).toMatchObject({ kind: 'refused', reason: 'not_allowed' })
    const cases = await scope.transact((ctx) =>
      ctx.db.select().from(dunningCases).where(eq(dunningCases.invoiceId, 'inv2')),
    )
    expect(cases).toMatchObject([{ declineClass: 'customer_action', nextRetryAt: null }])
  })

  it.each(['before the provider was asked', 'after the provider had charged'])(
    'killed %s, it goes on with the same payment and key',
    async (when) => {
      const { scope } = await prepared('pm_card_visa')
      const killed = sandboxWith(world(), (provider) => ({
        charge: async (request) => {
          if (when.startsWith('after')) await provider.charge(request)
          throw new Error('killed')
        },
      }))
      await expect(charge(scope, 'finalized', killed)).rejects.toThrow('killed')
      expect((await state(scope)).payments).toMatchObject([{ status: 'created' }])
      // Whatever wants the money next continues what was begun.
      expect(await charge(scope, 'dunning:day3')).toMatchObject({ status: 'succeeded' })
      expect((await state(scope)).payments).toMatchObject([
        { status: 'succeeded', cause: 'finalized' },
      ])
      expect(await collected(scope)).toHaveLength(1)
      await holds(scope)
    },
  )

  it('has one charge at the provider when several workers charge at once', async () => {
    const { scope } = await prepared('pm_card_visa')
    const runs = await Promise.allSettled(
      ['finalized', 'finalized', 'dunning:day3', 'proposal:x'].map((cause) => charge(scope, cause)),
    )
    expect(runs.some(({ status }) => status === 'fulfilled')).toBe(true)
    expect(await collected(scope)).toHaveLength(1)
    expect((await state(scope)).invoices).toEqual([{ status: 'paid', paidMinor: 31291n }])
    await holds(scope)
  })

  it('keeps a lost answer unknown, charges nothing beside it, and is settled by the webhook', async () => {
    const { scope } = await prepared('pm_card_answerLost')
    expect(await charge(scope)).toMatchObject({ status: 'unknown' })
    expect(await charge(scope, 'dunning:day3')).toEqual({
      kind: 'refused',
      reason: 'payment_open',
    })
    expect(await jobKeys(scope, 'SETTLE_UNKNOWN')).toHaveLength(1)
    await runJobs(world())
    expect((await state(scope)).payments).toMatchObject([{ status: 'succeeded' }])
    expect(await collected(scope)).toHaveLength(1)
    await holds(scope)
  })

  it('leaves the payment as begun while the provider cannot be asked', async () => {
    const { scope } = await prepared('pm_card_visa')
    const down = sandboxWith(world(), () => ({
      charge: () => Promise.reject(new Error('unavailable')),
    }))
    await expect(charge(scope, 'finalized', down)).rejects.toThrow('unavailable')
    expect((await state(scope)).payments).toMatchObject([{ status: 'created' }])
  })

  it('waits for a confirmation, and books the money when the holder gives it', async () => {
    const { scope } = await prepared('pm_card_authenticationRequired')
    expect(await charge(scope)).toMatchObject({ status: 'requires_action' })
    await runJobs(world(), { jobs: ['SANDBOX_DELIVER_EVENT', 'APPLY_PROVIDER_EVENT'] })
    expect(await jobKeys(scope, 'RUN_SUPERVISOR')).toHaveLength(1)
    expect(await charge(scope, 'dunning:day3')).toMatchObject({ reason: 'payment_open' })
    const [waiting] = await scope.transact((ctx) => paymentsOfInvoice(ctx, 'inv'))
    const intentId = waiting?.providerRef ?? ''
    expect(waiting?.actionUrl).toContain(intentId)
    await completeSandboxIntent(scope, { paymentIntentId: intentId, result: 'succeeded' })
    await runJobs(world())
    expect((await state(scope)).invoices).toMatchObject([{ status: 'paid' }])
    await holds(scope)
  })

  it('gives up a confirmation that never came when another card is on file', async () => {
    const { scope } = await prepared('pm_card_authenticationRequired')
    await charge(scope)
    const deps = { providerFor: sandboxFor(world()) }
    const card = await attachCard(scope, deps, { customerId: '1', token: 'pm_card_visa' })
    expect(await charge(scope, `card_updated:${card.id}`)).toMatchObject({ status: 'succeeded' })
    await runJobs(world())
    expect((await state(scope)).payments.map(({ status }) => status)).toEqual([
      'canceled',
      'succeeded',
    ])
    await holds(scope)
  })

  it('collects on a later try once the bank lets it', async () => {
    const { scope, cardId } = await prepared('pm_card_chargeDeclinedInsufficientFunds')
    await charge(scope)
    await setSandboxCardBehaviour(scope, { paymentMethodId: cardId, behaviour: 'succeeds' })
    expect(await charge(scope, 'proposal:retry')).toMatchObject({ status: 'succeeded' })
    await runJobs(world())
    expect((await state(scope)).invoices).toMatchObject([{ status: 'paid' }])
    await holds(scope)
  })
})
