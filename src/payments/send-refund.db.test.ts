import { eq } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { sandboxObjects, refunds } from '#db/schema/payments.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { AppError } from '#src/kernel/errors.ts'
import { attachCard } from './attach-card.ts'
import { chargeInvoice } from './charge-invoice.ts'
import { paymentsOfInvoice } from './payment-rows.ts'
import { requestRefund } from './request-refund.ts'
import { sendRefund } from './send-refund.ts'
import {
  addCustomer,
  addInvoice,
  moneyState,
  runJobs,
  sandboxFor,
  sandboxWith,
} from './testing/payment-world.ts'

describeOnDatabases('a refund on its way to the provider', (world) => {
  const by = { reason: 'test', approvedBy: 'member:1' }
  const providerFor = () => sandboxFor(world())

  beforeAll(async () => {
    const scope = world().scope()
    await addCustomer(scope, '1')
    await attachCard(
      scope,
      { providerFor: providerFor() },
      { customerId: '1', token: 'pm_card_visa' },
    )
  })

  /** A collected charge of 100.00, all of which is to go back. */
  async function asked(invoiceId: string): Promise<string> {
    const scope = world().scope()
    await addInvoice(scope, { id: invoiceId, customerId: '1', totalMinor: 10_000n })
    await chargeInvoice(scope, { providerFor: providerFor() }, { invoiceId, cause: 'finalized' })
    return scope.transact(async (ctx) => {
      const [payment] = await paymentsOfInvoice(ctx, invoiceId)
      const request = {
        ...by,
        paymentId: payment?.id ?? '',
        amountMinor: 'full' as const,
        key: invoiceId,
      }
      const first = await requestRefund(ctx, request)
      expect(await requestRefund(ctx, request)).toEqual(first)
      return first.id
    })
  }

  const statusOf = async (id: string) => {
    const [row] = await world().system.db.select().from(refunds).where(eq(refunds.id, id))
    return row?.status
  }
  const atProvider = async () =>
    (await world().system.db.select().from(sandboxObjects).where(eq(sandboxObjects.kind, 'refund')))
      .length

  it('whose answer was lost is found again, and made once', async () => {
    const refundId = await asked('a')
    const deaf = sandboxWith(world(), (provider) => ({
      refund: async (request) => {
        await provider.refund(request)
        throw new AppError('unavailable', 'the line went dead')
      },
    }))
    const send = (provider: typeof deaf) =>
      sendRefund(world().scope(), { providerFor: provider }, { refundId })
    await expect(send(deaf)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await statusOf(refundId)).toBe('sending')
    // Asking again under another key would be a second refund: it must not be asked at all.
    const mute = sandboxWith(world(), () => ({
      refund: () => Promise.reject(new Error('asked again')),
    }))
    await send(mute)
    await send(mute)
    expect(await statusOf(refundId)).toBe('succeeded')
    expect(await atProvider()).toBe(1)
  })

  it('that the provider refuses leaves everything as it was', async () => {
    const before = await world().scope().transact(moneyState)
    const refundId = await asked('b')
    const stubborn = sandboxWith(world(), () => ({
      refund: () => Promise.reject(new AppError('refused', 'charge is disputed')),
    }))
    await sendRefund(world().scope(), { providerFor: stubborn }, { refundId })
    expect(await statusOf(refundId)).toBe('failed')
    const after = await world().scope().transact(moneyState)
    expect(after.invoices.at(-1)).toEqual({ status: 'paid', paidMinor: 10_000n })
    expect(after.balances).not.toContainEqual(expect.stringMatching(/refunds_payable/))
    const owed = ({ balances }: typeof before) =>
      balances.filter((balance) => balance.startsWith('receivable'))
    expect(owed(after)).toEqual(owed(before))
  })

  it('is the same whether the webhook or the answer comes first', async () => {
    const refundId = await asked('c')
    const late = sandboxWith(world(), (provider) => ({
      refund: async (request) => {
        const answer = await provider.refund(request)
        // The webhook overtakes the answer.
        await runJobs(world(), { jobs: ['SANDBOX_DELIVER_EVENT', 'APPLY_PROVIDER_EVENT'] })
        return answer
      },
    }))
    await sendRefund(world().scope(), { providerFor: late }, { refundId })
    expect(await runJobs(world())).toEqual([])
    const rows = await world().system.db.select().from(refunds).where(eq(refunds.invoiceId, 'c'))
    expect(rows.map(({ status, amountMinor }) => [status, amountMinor])).toEqual([
      ['succeeded', 10_000n],
    ])
    const state = await world().scope().transact(moneyState)
    expect(state.payments.at(-1)).toMatchObject({ refundedMinor: 10_000n })
  })
})
