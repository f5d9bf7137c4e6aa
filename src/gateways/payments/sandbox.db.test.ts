import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import type { Scope } from '#db/context.ts'
import { sandboxObjects } from '#db/schema/payments.ts'
import { outbox } from '#db/schema/tenancy.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { money } from '#src/kernel/money.ts'
import { sandboxJobs } from './sandbox-jobs.ts'
import { sandboxProvider, sandboxWebhooks } from './sandbox.ts'

describeOnDatabases('the sandbox provider', (world) => {
  let orgs = 0

  async function prepared() {
    orgs += 1
    const orgId = `org_sandbox_${orgs}`
    await world().addOrg(orgId)
    const scope = world().scope(orgId)
    const provider = sandboxProvider(scope, {
      webhookSecret: 'whsec_test',
      clock: world().system.clock,
      publicUrl: 'http://localhost:3000',
    })
    const customer = await provider.createCustomer({
      idempotencyKey: 'cus',
      name: 'A',
      email: null,
      metadata: {},
    })
    const charge = async (token: string, key = token, amountMinor = 500n) => {
      const card = await provider.attachCard({
        idempotencyKey: `card:${token}`,
        providerCustomerId: customer.id,
        token,
      })
      return provider.charge({
        idempotencyKey: key,
        amount: money(amountMinor, parseCurrency('EUR')),
        providerCustomerId: customer.id,
        paymentMethodId: card.id,
        description: 'x',
        metadata: { payment_id: `pay:${key}`, org_id: orgId },
      })
    }
    return { scope, provider, charge }
  }

  async function eventTypes(scope: Scope): Promise<unknown[]> {
    const rows = await scope.transact((ctx) =>
      ctx.db
        .select({ data: sandboxObjects.data })
        .from(sandboxObjects)
        .where(eq(sandboxObjects.kind, 'event'))
        .orderBy(sandboxObjects.id),
    )
    return rows.map(({ data }) => (data['object'] as { type: string }).type)
  }

  it.each([
    ['pm_card_visa', { kind: 'succeeded' }, 'succeeded'],
    ['4242 4242 4242 4242', { kind: 'succeeded' }, 'succeeded'],
    [
      'pm_card_chargeDeclined',
      { code: 'card_declined', declineCode: 'generic_decline' },
      'payment_failed',
    ],
    [
      '4000000000009995',
      { code: 'card_declined', declineCode: 'insufficient_funds' },
      'payment_failed',
    ],
    ['pm_card_chargeDeclinedExpiredCard', { code: 'expired_card' }, 'payment_failed'],
    ['pm_card_chargeDeclinedIncorrectCvc', { code: 'incorrect_cvc' }, 'payment_failed'],
    ['pm_card_chargeDeclinedProcessingError', { code: 'processing_error' }, 'payment_failed'],
    ['pm_card_chargeDeclinedLostCard', { declineCode: 'lost_card' }, 'payment_failed'],
    ['pm_card_chargeDeclinedStolenCard', { declineCode: 'stolen_card' }, 'payment_failed'],
    ['pm_card_radarBlock', { declineCode: 'fraudulent' }, 'payment_failed'],
    ['pm_card_authenticationRequired', { kind: 'requires_action' }, 'requires_action'],
    ['pm_card_processing', { kind: 'processing' }, 'processing'],
  ])('%s behaves as Stripe’s test card, event included', async (token, outcome, event) => {
    const { scope, charge } = await prepared()
    expect(await charge(token)).toMatchObject(outcome)
    expect(await eventTypes(scope)).toEqual([
      'payment_method.attached',
      'customer.updated',
      `payment_intent.${event}`,
    ])
  })

  it('answers a key again with the first answer, and refuses it for another request', async () => {
    const { scope, charge } = await prepared()
    const first = await charge('pm_card_visa', 'k')
    expect(await charge('pm_card_visa', 'k')).toEqual(first)
    await expect(charge('pm_card_visa', 'k', 501n)).rejects.toMatchObject({ code: 'conflict' })
    expect((await eventTypes(scope)).length).toBe(3)
  })

  it('loses an answer once: the charge happened and can be found', async () => {
    const { provider, charge } = await prepared()
    expect(await charge('pm_card_answerLost', 'k')).toMatchObject({ kind: 'unknown' })
    const query = { paymentId: 'pay:k', providerRef: null, providerCustomerId: null }
    const found = await provider.findCharge(query)
    expect(found).toMatchObject({ kind: 'succeeded' })
    expect(await charge('pm_card_answerLost', 'k')).toEqual(found)
    expect(await provider.findCharge({ ...query, paymentId: 'pay:other' })).toBeNull()
  })

  it('takes no card but test cards', async () => {
    const { charge } = await prepared()
    await expect(charge('4111111111111111')).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('posts its events signed, and again until they are taken', async () => {
    const { scope, charge } = await prepared()
    await charge('pm_card_visa')
    const { clock } = world().system
    const verifier = sandboxWebhooks({ webhookSecret: 'whsec_test', clock })
    const posted: string[] = []
    let status = 500
    const [job] = sandboxJobs({
      webhookSecret: 'whsec_test',
      clock,
      deliver: (rawBody, signature) => {
        posted.push(verifier.verifyWebhook(rawBody, signature).type)
        return Promise.resolve(status)
      },
    })
    const rows = await scope.transact((ctx) =>
      ctx.db
        .select({ payload: outbox.payload })
        .from(outbox)
        .where(eq(outbox.job, 'SANDBOX_DELIVER_EVENT')),
    )
    expect(rows).toHaveLength(3)
    await expect(job?.run(scope, rows[0]?.payload)).rejects.toMatchObject({ code: 'unavailable' })
    status = 200
    for (const row of rows) await job?.run(scope, row.payload)
    expect(posted).toContain('payment_intent.succeeded')
    await expect(job?.run(scope, { eventId: 'evt_none' })).rejects.toThrow('no sandbox event')
  })
})
