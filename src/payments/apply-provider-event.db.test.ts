import { eq } from 'drizzle-orm'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Scope } from '#db/context.ts'
import { customers } from '#db/schema/customers.ts'
import { disputes, paymentMethods, refunds, sandboxObjects } from '#db/schema/payments.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { detachSandboxCard } from '#src/gateways/payments/sandbox-cards.ts'
import {
  closeSandboxDispute,
  completeSandboxIntent,
  openSandboxDispute,
} from '#src/gateways/payments/sandbox-controls.ts'
import { failSandboxRefund } from '#src/gateways/payments/sandbox-refunds.ts'
import { signWebhook } from '#src/gateways/payments/webhook-signature.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { money } from '#src/kernel/money.ts'
import { applyProviderEvent } from './apply-provider-event.ts'
import { attachCard } from './attach-card.ts'
import { chargeInvoice } from './charge-invoice.ts'
import { checkChargesAndCash } from './checks.ts'
import { paymentsOfInvoice } from './payment-rows.ts'
import { receiveProviderEvent } from './receive-provider-event.ts'
import {
  addCustomer,
  addInvoice,
  eventRows,
  jobKeys,
  moneyState,
  sandboxFor,
  sandboxWith,
  verifierOf,
} from './testing/payment-world.ts'

describeOnDatabases('webhooks of the provider', (world) => {
  let orgs = 0

  async function prepared(): Promise<Scope> {
    orgs += 1
    await world().addOrg(`org_events_${orgs}`)
    const scope = world().scope(`org_events_${orgs}`)
    await addCustomer(scope, '1')
    return scope
  }

  /** The sandbox's events about an organisation so far, as they would be posted, oldest first. */
  async function undelivered(scope: Scope): Promise<string[]> {
    const rows = await scope.transact((ctx) =>
      ctx.db
        .select({ data: sandboxObjects.data })
        .from(sandboxObjects)
        .where(eq(sandboxObjects.kind, 'event'))
        .orderBy(sandboxObjects.id),
    )
    return rows.map(({ data }) => JSON.stringify(data['object']))
  }

  async function deliver(scope: Scope, rawBody: string): Promise<{ duplicate: boolean }> {
    const { system } = world()
    const at = system.clock.now()
    const signature = signWebhook({ rawBody, secret: 'whsec_test', at })
    const received = await receiveProviderEvent(system, verifierOf(world()), rawBody, signature)
    const { id } = JSON.parse(rawBody) as { id: string }
    await applyProviderEvent(scope, { providerFor: sandboxFor(world()) }, id)
    return received
  }

  /** What events may change, without ids. */
  async function stateOf(scope: Scope) {
    return scope.transact(async (ctx) => ({
      ...(await moneyState(ctx)),
      disputes: (await ctx.db.select().from(disputes)).map(({ status }) => status).sort(),
      refunds: (await ctx.db.select().from(refunds)).map(({ status }) => status).sort(),
      cards: (await ctx.db.select().from(paymentMethods))
        .map(({ last4, status }) => `${last4} ${status}`)
        .sort(),
      defaultCard: (
        await ctx.db
          .select({ last4: paymentMethods.last4 })
          .from(customers)
          .innerJoin(paymentMethods, eq(paymentMethods.id, customers.defaultPaymentMethodId))
      ).map(({ last4 }) => last4),
    }))
  }

  /** A life of a customer at the provider, whose results no answer tells us: only the webhooks do. */
  async function live(): Promise<Scope> {
    const scope = await prepared()
    const sandbox = sandboxFor(world())
    const provider = sandbox(scope)
    const deaf = sandboxWith(world(), (real) => ({
      charge: async (request) => {
        const outcome = await real.charge(request)
        const providerRef = 'providerRef' in outcome ? (outcome.providerRef ?? '') : ''
        return { kind: 'processing', providerRef }
      },
    }))
    const pay = async (invoiceId: string, token: string) => {
      await addInvoice(scope, { id: invoiceId, customerId: '1', totalMinor: 10_000n })
      await attachCard(
        scope,
        { providerFor: sandbox },
        { customerId: '1', token, requestKey: invoiceId },
      )
      await chargeInvoice(scope, { providerFor: deaf }, { invoiceId, cause: 'finalized' })
      const [payment] = await scope.transact((ctx) => paymentsOfInvoice(ctx, invoiceId))
      return payment?.providerRef ?? ''
    }
    const refund = (providerRef: string, minor: bigint, key: string) =>
      provider.refund({
        idempotencyKey: key,
        providerRef,
        amount: money(minor, parseCurrency('EUR')),
        reason: 'test',
        refundId: 'not_ours',
      })
    const confirmed = await pay('a', 'pm_card_authenticationRequired')
    await completeSandboxIntent(scope, { paymentIntentId: confirmed, result: 'succeeded' })
    await refund(confirmed, 4_000n, 'r1')
    const back = await refund(confirmed, 1_000n, 'r2')
    await failSandboxRefund(scope, { refundId: back.providerRef })
    await pay('b', 'pm_card_chargeDeclinedInsufficientFunds')
    const won = await pay('c', 'pm_card_visa')
    const first = await openSandboxDispute(scope, { paymentIntentId: won, reason: 'general' })
    await closeSandboxDispute(scope, { disputeId: first, status: 'won' })
    const lost = await pay('d', 'pm_card_mastercard')
    const second = await openSandboxDispute(scope, { paymentIntentId: lost, reason: 'fraudulent' })
    await closeSandboxDispute(scope, { disputeId: second, status: 'lost' })
    const amex = await attachCard(
      scope,
      { providerFor: sandbox },
      { customerId: '1', token: 'pm_card_amex' },
    )
    await detachSandboxCard(scope, { paymentMethodId: amex.id })
    return scope
  }

  it('end in the same state in any order, any of them twice', async () => {
    const calm = await live()
    const events = await undelivered(calm)
    expect(events.length).toBeGreaterThan(20)
    for (const event of events) await deliver(calm, event)
    const expected = await stateOf(calm)
    expect(expected.payments.map(({ status }) => status)).toEqual([
      'succeeded',
      'failed',
      'succeeded',
      'succeeded',
    ])
    expect(expected.invoices.map(({ status }) => status)).toEqual([
      'finalized',
      'finalized',
      'paid',
      'finalized',
    ])
    expect(await calm.transact(checkChargesAndCash)).toEqual({ ok: true, problems: [] })
    const order = fc.array(fc.nat({ max: events.length - 1 }), {
      minLength: events.length,
      maxLength: events.length + 5,
    })
    await fc.assert(
      fc.asyncProperty(order, async (picks) => {
        const scope = await live()
        const own = await undelivered(scope)
        // The picks first, in their order and with their repetitions, then whatever they left out.
        const rest = own.map((_, index) => index).filter((index) => !picks.includes(index))
        for (const index of [...picks, ...rest.reverse()]) await deliver(scope, own[index] ?? '')
        expect(await stateOf(scope)).toEqual(expected)
        expect(await scope.transact(checkChargesAndCash)).toEqual({ ok: true, problems: [] })
      }),
      { numRuns: 4, endOnFailure: true },
    )
  })

  it('store one event once, whoever delivers it how often', async () => {
    const scope = await prepared()
    const deps = { providerFor: sandboxFor(world()) }
    await attachCard(scope, deps, { customerId: '1', token: 'pm_card_visa' })
    const [event = ''] = await undelivered(scope)
    const deliveries = await Promise.all(Array.from({ length: 5 }, () => deliver(scope, event)))
    expect(deliveries.filter(({ duplicate }) => !duplicate)).toHaveLength(1)
    expect(await eventRows(scope)).toHaveLength(1)
    expect(await jobKeys(scope, 'APPLY_PROVIDER_EVENT')).toHaveLength(1)
  })

  it('never unset a success by an older failure', async () => {
    const scope = await prepared()
    const sandbox = sandboxFor(world())
    await attachCard(
      scope,
      { providerFor: sandbox },
      { customerId: '1', token: 'pm_card_authenticationRequired' },
    )
    await addInvoice(scope, { id: 'a', customerId: '1', totalMinor: 500n })
    await chargeInvoice(scope, { providerFor: sandbox }, { invoiceId: 'a', cause: 'finalized' })
    const [payment] = await scope.transact((ctx) => paymentsOfInvoice(ctx, 'a'))
    const paymentIntentId = payment?.providerRef ?? ''
    await completeSandboxIntent(scope, { paymentIntentId, result: 'succeeded' })
    const events = (await undelivered(scope)).filter((event) => event.includes('payment_intent.'))
    for (const event of events.reverse()) await deliver(scope, event)
    expect((await stateOf(scope)).payments).toMatchObject([{ status: 'succeeded' }])
    // "Needs your confirmation" arrived after the confirmation: nobody is bothered.
    expect(await jobKeys(scope, 'RUN_SUPERVISOR')).toEqual([])
  })

  it('of unknown type are stored and ignored; of Stripe Billing go to the supervisor with their customer', async () => {
    const scope = await prepared()
    await scope.transact((ctx) =>
      ctx.db
        .update(customers)
        .set({ providerCustomerId: `cus_billing_${orgs}` })
        .where(eq(customers.orgId, ctx.orgId)),
    )
    const event = (id: string, type: string, object: object) =>
      JSON.stringify({ id, object: 'event', type, created: 1, data: { object } })
    const customer = `cus_billing_${orgs}`
    await deliver(
      scope,
      event('evt_x', 'tax.settings.updated', { object: 'x', id: 'x_1', customer }),
    )
    await deliver(
      scope,
      event('evt_i', 'invoice.payment_failed', {
        object: 'invoice',
        id: 'in_1',
        customer,
        status: 'open',
        parent: { subscription_details: { metadata: { note: 'new shape' } } },
      }),
    )
    const rows = await eventRows(scope)
    expect(
      rows.map(({ id, outcome, customerId }) => `${id} ${outcome} ${customerId}`).sort(),
    ).toEqual(['evt_i noted 1', 'evt_x ignored null'])
    expect(await jobKeys(scope, 'RUN_SUPERVISOR')).toEqual(['stripe_event:evt_i'])
  })
})
