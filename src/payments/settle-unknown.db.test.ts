import { expect, it } from 'vitest'
import type { Scope } from '#db/context.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import type { ProviderFor } from '#src/gateways/payments/provider.ts'
import { collectedSandboxIntents } from '#src/gateways/payments/sandbox-books.ts'
import { attachCard } from './attach-card.ts'
import { chargeInvoice } from './charge-invoice.ts'
import { checkChargesAndCash } from './checks.ts'
import { importStatement } from './import-statement.ts'
import { paymentsOfInvoice } from './payment-rows.ts'
import { settleUnknownPayment, settleUnknownPayments } from './settle-unknown.ts'
import {
  addCustomer,
  addInvoice,
  jobKeys,
  moneyState,
  runJobs,
  sandboxFor,
  sandboxWith,
} from './testing/payment-world.ts'

const START = '2026-03-01T00:00:00Z'

describeOnDatabases('a charge whose answer was lost', (world) => {
  let orgs = 0

  /** A payment sent into the void: `reached` tells whether the provider got the request. */
  async function lost(reached: boolean): Promise<{ orgId: string; paymentId: string }> {
    orgs += 1
    const orgId = `org_lost_${orgs}`
    await world().addOrg(orgId)
    const scope = world().scope(orgId, START)
    await addCustomer(scope, '1')
    const deps = { providerFor: sandboxFor(world()) }
    await attachCard(scope, deps, { customerId: '1', token: 'pm_card_visa' })
    await addInvoice(scope, { id: 'inv', customerId: '1', totalMinor: 10_000n })
    const wire = sandboxWith(world(), (provider) => ({
      charge: async (request) => {
        if (reached) await provider.charge(request)
        return { kind: 'unknown', reason: 'connection closed' }
      },
    }))
    await chargeInvoice(scope, { providerFor: wire }, { invoiceId: 'inv', cause: 'finalized' })
    const [payment] = await scope.transact((ctx) => paymentsOfInvoice(ctx, 'inv'))
    expect(payment?.status).toBe('unknown')
    return { orgId, paymentId: payment?.id ?? '' }
  }

  const at = (orgId: string, duration: string): Scope =>
    world().scope(orgId, world().system.clock.now().add(duration).toString())
  const look = (scope: Scope, paymentId: string, providerFor: ProviderFor = sandboxFor(world())) =>
    settleUnknownPayment(scope, { providerFor }, { paymentId, lookUp: 0 })
  const statuses = async (scope: Scope) =>
    (await scope.transact(moneyState)).payments.map(({ status }) => status)

  it('is found at the provider and settled', async () => {
    const { orgId, paymentId } = await lost(true)
    const scope = at(orgId, 'PT1M')
    expect(await look(scope, paymentId)).toBe('settled')
    expect(await statuses(scope)).toEqual(['succeeded'])
    expect(await look(scope, paymentId)).toBe('settled')
    await runJobs(world())
    expect(await scope.transact(checkChargesAndCash)).toEqual({ ok: true, problems: [] })
  })

  it('is looked for again, later, while the provider may still be writing it down', async () => {
    const { orgId, paymentId } = await lost(false)
    const scope = at(orgId, 'PT1M')
    expect(await look(scope, paymentId)).toBe('waiting')
    expect(await statuses(scope)).toEqual(['unknown'])
    expect(await jobKeys(scope, 'SETTLE_UNKNOWN')).toEqual([`${paymentId}:0`, `${paymentId}:1`])
  })

  it('is sent again under its own key while that protects us', async () => {
    const { orgId, paymentId } = await lost(false)
    const scope = at(orgId, 'PT15M')
    expect(await settleUnknownPayments(scope, { providerFor: sandboxFor(world()) })).toEqual({
      settled: 1,
      waiting: 0,
    })
    expect(await statuses(scope)).toEqual(['succeeded'])
    expect(await scope.transact(collectedSandboxIntents)).toHaveLength(1)
    expect(await look(scope, paymentId)).toBe('settled')
  })

  it('is given up when the key is too old and the provider has none, and asked for anew', async () => {
    const { orgId, paymentId } = await lost(false)
    const scope = at(orgId, 'PT23H')
    expect(await look(scope, paymentId)).toBe('settled')
    expect(await statuses(scope)).toEqual(['canceled'])
    expect(await jobKeys(scope, 'CHARGE_INVOICE')).toEqual([`inv:finalized:after:${paymentId}`])
    const again = { invoiceId: 'inv', cause: 'finalized' }
    await chargeInvoice(scope, { providerFor: sandboxFor(world()) }, again)
    expect(await statuses(scope)).toEqual(['canceled', 'succeeded'])
    expect(await scope.transact(collectedSandboxIntents)).toHaveLength(1)
    expect(await scope.transact(checkChargesAndCash)).toEqual({ ok: true, problems: [] })
  })

  it('is not sent again for an invoice that was paid by transfer since', async () => {
    const { orgId, paymentId } = await lost(false)
    const scope = at(orgId, 'PT15M')
    const csv = 'date,amount,payer,reference\n2026-03-01,100.00,A,INV-2026-02-inv\n'
    await scope.transact((ctx) => importStatement(ctx, { csv }))
    expect(await look(scope, paymentId)).toBe('waiting')
    expect(await look(at(orgId, 'PT24H'), paymentId)).toBe('settled')
    expect((await statuses(scope)).sort()).toEqual(['canceled', 'succeeded'])
    expect(await scope.transact(collectedSandboxIntents)).toEqual([])
  })

  it('stays unknown while the provider cannot be asked', async () => {
    const { orgId, paymentId } = await lost(false)
    const scope = at(orgId, 'PT1H')
    const down = sandboxWith(world(), () => ({
      findCharge: () => Promise.reject(new Error('down')),
    }))
    await expect(look(scope, paymentId, down)).rejects.toThrow('down')
    expect(await statuses(scope)).toEqual(['unknown'])
  })
})
