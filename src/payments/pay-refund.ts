import type { Ctx } from '#db/context.ts'
import { AppError } from '#src/kernel/errors.ts'
import { lockRefund, type RefundRow } from './refund-rows.ts'
import { settleRefund } from './settle-refund.ts'

/**
 * A person says that a transfer to the customer was made. Twice changes nothing.
 * @throws not_found; conflict for anything but a refund that is to be paid.
 */
export async function payRefund(
  ctx: Ctx,
  input: { refundId: string; reference: string },
): Promise<RefundRow> {
  const refund = await lockRefund(ctx, input.refundId)
  if (refund.status === 'succeeded' && refund.providerRef === input.reference) return refund
  if (refund.status !== 'to_pay') throw wrongState(refund, 'only a transfer to do can be paid')
  await settleRefund(ctx, refund, {
    status: 'succeeded',
    providerRef: input.reference,
    account: 'cash:bank',
    because: `transfer ${input.reference} made`,
  })
  return lockRefund(ctx, refund.id)
}

/**
 * Calls off a refund that has not left: the money is the customer's credit again, or settles what the refund had opened.
 * @throws not_found; conflict once it was sent or is over.
 */
export async function cancelRefund(
  ctx: Ctx,
  input: { refundId: string; reason: string },
): Promise<RefundRow> {
  const refund = await lockRefund(ctx, input.refundId)
  if (refund.status === 'canceled') return refund
  if (refund.status !== 'to_pay' && refund.status !== 'requested')
    throw wrongState(refund, 'it cannot be called off any more')
  await settleRefund(ctx, refund, {
    status: 'canceled',
    providerRef: null,
    account: 'cash:bank',
    because: input.reason,
  })
  return lockRefund(ctx, refund.id)
}

function wrongState(refund: RefundRow, why: string): AppError {
  return new AppError('conflict', `refund ${refund.id} is ${refund.status}: ${why}`)
}
