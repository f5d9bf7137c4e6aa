import { and, eq } from 'drizzle-orm'
import type { Scope } from '#db/context.ts'
import { refunds } from '#db/schema/payments.ts'
import type { PaymentProvider, ProviderFor } from '#src/gateways/payments/provider.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { AppError } from '#src/kernel/errors.ts'
import { money } from '#src/kernel/money.ts'
import { mirrorRefund } from './apply-refund.ts'
import { lockPayment, readPayment, type PaymentRow } from './payment-rows.ts'
import { lockRefund, type RefundRow } from './refund-rows.ts'
import { settleRefund } from './settle-refund.ts'

/**
 * Sends a requested refund to the provider (job REFUND_PAYMENT). Written down first, then sent, then settled: one that an
 * earlier run may have sent is looked up before it is sent again under the same key, so that the customer gets it once.
 * @throws unavailable when the provider cannot be reached; the job tries again.
 */
export async function sendRefund(
  scope: Scope,
  deps: { providerFor: ProviderFor },
  input: { refundId: string },
): Promise<void> {
  const begun = await scope.transact(async (ctx) => {
    const refund = await lockRefund(ctx, input.refundId)
    if (refund.status !== 'requested' && refund.status !== 'sending') return null
    await ctx.db
      .update(refunds)
      .set({ status: 'sending' })
      .where(and(eq(refunds.orgId, ctx.orgId), eq(refunds.id, refund.id)))
    const payment = await readPayment(ctx, refund.paymentId)
    if (!payment?.providerRef)
      throw new AppError('internal', `payment ${refund.paymentId} has no charge to refund`)
    return { refund, payment, providerRef: payment.providerRef }
  })
  if (begun === null) return
  const answer = await ask(deps.providerFor(scope), begun)
  await scope.transact(async (ctx) => {
    // The payment before its refunds, as the webhook does.
    await lockPayment(ctx, begun.payment.id)
    if ('refused' in answer)
      return settleRefund(ctx, await lockRefund(ctx, begun.refund.id), {
        status: 'failed',
        providerRef: null,
        account: `clearing:${begun.payment.provider}`,
        because: answer.refused,
      })
    return mirrorRefund(ctx, {
      payment: begun.payment,
      refund: {
        id: answer.providerRef,
        amountMinor: begun.refund.amountMinor,
        status: answer.status,
        refundId: begun.refund.id,
      },
    })
  })
}

type Answer = Awaited<ReturnType<PaymentProvider['refund']>> | { readonly refused: string }

async function ask(
  provider: PaymentProvider,
  sent: { refund: RefundRow; payment: PaymentRow; providerRef: string },
): Promise<Answer> {
  const { refund, providerRef } = sent
  if (refund.status === 'sending') {
    const found = await provider.findRefund({ providerRef, refundId: refund.id })
    if (found) return found
  }
  try {
    return await provider.refund({
      idempotencyKey: refund.idempotencyKey,
      providerRef,
      amount: money(refund.amountMinor, parseCurrency(refund.currency)),
      reason: refund.reason,
      refundId: refund.id,
    })
  } catch (error) {
    if (error instanceof AppError && error.code === 'refused') return { refused: error.message }
    throw error
  }
}
